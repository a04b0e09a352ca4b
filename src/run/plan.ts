/** From what was asked for to a list of cells, in the order in which reports show them. */
import { distance } from 'fastest-levenshtein';
import { UserError } from '../errors.ts';
import { randomFrom, shuffled } from '../load/random.ts';
import type { Model } from '../models/model.ts';
import type { CellSpec } from '../result.ts';
import { parseParameter, parseParams, shapeOf } from '../workloads/parameters.ts';
import type { Workload, WorkloadReference } from '../workloads/workload.ts';

/** A workload and where other processes find it. */
export interface PlannedWorkload {
  readonly workload: Workload;
  readonly reference: WorkloadReference;
  /** Each set of parameters to run it with, as the workload's own schema gave them. */
  readonly params: readonly Record<string, string | number | boolean>[];
}

export interface PlannedCell {
  readonly cell: CellSpec;
  readonly planned: PlannedWorkload;
  /** Why the model cannot run it; nothing if it can. */
  readonly refusal: string | undefined;
}

export interface Durations {
  readonly warmupNs: number;
  readonly durationNs: number;
  readonly requests: number | undefined;
}

export interface PlanRequest {
  readonly models: readonly Model[];
  readonly workloads: readonly PlannedWorkload[];
  readonly concurrencies: readonly number[];
  readonly thinkNs: number;
  readonly threads: number | undefined;
}

/** Every model x workload x parameters x load. */
export function planCells({ models, workloads, concurrencies, thinkNs, threads }: PlanRequest): PlannedCell[] {
  return workloads.flatMap((planned) =>
    planned.params.flatMap((params) =>
      concurrencies.flatMap((concurrency) =>
        models.map((model): PlannedCell => {
          const { workload } = planned;
          const refusal = model.refuses({ form: workload.form, uses: workload.uses ?? [], concurrency, threads });
          const load = { kind: 'closed' as const, concurrency, ...(thinkNs > 0 ? { thinkNs } : {}) };
          const pool = threads !== undefined && model.name === 'thread-per-request' ? { threads } : {};
          return { cell: { model: model.name, workload: workload.name, params, load, ...pool }, planned, refusal };
        }),
      ),
    ),
  );
}

/** Trials of all cells, interleaved: each round has every cell once, in an order of its own. */
export function interleave<Cell>(cells: readonly Cell[], trials: number, seed: number): { cell: Cell; trial: number }[] {
  const random = randomFrom(seed);
  return Array.from({ length: trials }, (_, round) => shuffled(cells, random).map((cell) => ({ cell, trial: round + 1 }))).flat();
}

/**
 * Finds what was named.
 * @throws UserError with the nearest name, if there is none of that name.
 */
export function findNamed<Item extends { readonly name: string }>(what: string, items: readonly Item[], name: string): Item {
  const found = items.find((item) => item.name === name);
  if (found) return found;
  throw new UserError(`there is no ${what} ${JSON.stringify(name)}`, {
    hint: suggestion(
      name,
      items.map((item) => item.name),
    ),
  });
}

function suggestion(name: string, names: readonly string[]): string {
  const nearest = [...names].sort((a, b) => distance(name, a) - distance(name, b))[0] ?? '';
  const isNear = distance(name, nearest) <= Math.max(2, nearest.length / 3) || (name.length > 2 && nearest.includes(name));
  return isNear ? `did you mean ${nearest}?` : `there are ${names.join(', ')}`;
}

/**
 * Reads `WORKLOAD.KEY=VALUE,VALUE...` and gives every combination, each checked by the workload's schema.
 * @throws UserError for an unknown key, or a value that the schema refuses.
 */
export function planParams(workload: Workload, written: readonly ParamSetting[], presets: Record<string, string> = {}): PlannedWorkload['params'] {
  const shape = shapeOf(workload.params);
  const keys = Object.keys(shape).map((name) => ({ name }));
  const mine = written.filter((setting) => setting.workload === workload.name);
  for (const { key } of mine) {
    if (keys.length === 0) throw new UserError(`${workload.name} has no parameters`, { hint: `leave out ${workload.name}.${key}` });
    findNamed(`parameter of ${workload.name}`, keys, key);
  }
  const chosen = Object.fromEntries(
    Object.entries(presets)
      .filter(([key]) => key in shape)
      .map(([key, value]) => [key, [value]]),
  );
  for (const { key, values } of mine) chosen[key] = [...values];
  return combinations(chosen).map((values) => checkedParams(workload, values));
}

export interface ParamSetting {
  readonly workload: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Reads one `-p` argument. @throws UserError if it is not of the form. */
export function parseParam(written: string): ParamSetting {
  const [, workload, key, values] = /^([^.=]+)\.([^.=]+)=(.*)$/s.exec(written) ?? [];
  if (workload === undefined || key === undefined || values === undefined) {
    throw new UserError(`${JSON.stringify(written)} is not a parameter`, { hint: 'write it like file-read.blockSize=64KiB' });
  }
  return { workload, key, values: key === 'url' ? [values] : values.split(',') };
}

function combinations(choices: Record<string, string[]>): Record<string, string>[] {
  return Object.entries(choices).reduce<Record<string, string>[]>(
    (all, [key, values]) => all.flatMap((chosen) => values.map((value) => ({ ...chosen, [key]: value }))),
    [{}],
  );
}

function checkedParams(workload: Workload, values: Record<string, string>): Record<string, string | number | boolean> {
  if (!workload.params) return {};
  const typed = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typedValue(workload, key, value)]));
  const outcome = parseParams(workload.params, typed);
  if (outcome.success) return outcome.data as Record<string, string | number | boolean>;
  const issue = outcome.error.issues[0];
  const key = issue?.path.join('.') ?? '';
  const [problem, hint] = splitOnce(issue?.message ?? 'refused', ': ');
  throw new UserError(`${workload.name}.${key}=${values[key] ?? ''}: ${problem}`, { hint });
}

/** What a command line writes is text; a schema of the user's own may want a number or a truth value. */
function typedValue(workload: Workload, key: string, value: string): unknown {
  const schema = shapeOf(workload.params)[key];
  const readings: unknown[] = [value, value.trim() === '' ? value : Number(value), value === 'true' ? true : value === 'false' ? false : value];
  return readings.find((reading) => schema && parseParameter(schema, reading).success) ?? value;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
