/** From what was asked for to a list of cells, in the order in which reports show them. */
import { distance } from 'fastest-levenshtein';
import { UserError } from '../errors.ts';
import { shuffled } from '../load/random.ts';
import type { Model, Traits } from '../models/model.ts';
import type { Reason } from '../reasons.ts';
import { type CellSpec, cellKey, type LoadSpec } from '../result.ts';
import { withoutCredentials } from '../workloads/credentials.ts';
import { type Params, parseParameter, parseParams, shapeOf, unitsOf } from '../workloads/parameters.ts';
import type { Workload, WorkloadReference } from '../workloads/workload.ts';
import { generatorModel } from './server/generator.ts';
import type { InstalledClient } from './server/installed-client.ts';
import { distinct, type ParamValues, shownParams, unusedParams } from './shown-params.ts';
import { loadOfServer, requestsAtOnce } from './trial/trial-load.ts';

/** What a plan knows of a workload: nothing that would run its code. A workload is one. */
export interface WorkloadDescription
  extends Pick<Workload, 'name' | 'summary' | 'form' | 'uses' | 'message' | 'phases'> {
  /** Whether there is something to prepare. */
  readonly prepare?: unknown;
  readonly unused?: Workload['unused'];
  readonly http?: Workload['http'];
  /** Of a server: the model runs it, and its requests come from a process of their own. */
  readonly serve?: unknown;
  /** The unit of each parameter. */
  readonly units?: Readonly<Record<string, string>>;
}

/** A workload and where other processes find it. */
export interface PlannedWorkload {
  readonly workload: WorkloadDescription;
  readonly reference: WorkloadReference;
  /** Each set of parameters to run it with, as the workload's own schema gave them. */
  readonly params: readonly ParamValues[];
}

export interface PlannedCell {
  /**
   * What is stored of it: its parameters are those that have an effect, without the user and the password of
   * a URL.
   */
  readonly cell: CellSpec;
  readonly planned: PlannedWorkload;
  /** What the workload prepares with. */
  readonly params: ParamValues;
  /** Why the model cannot run it; `undefined` if it can. */
  readonly refusal: Reason | undefined;
}

export interface Durations {
  readonly warmupNs: number;
  /**
   * How long is waited for code to be compiled before a load, at most; 0 if everything is to be measured as
   * it is.
   */
  readonly longestWarmupNs: number;
  readonly durationNs: number;
  readonly requests: number | undefined;
  /** More requests than these are not sent under an open load, but shed. */
  readonly maxInFlight: number;
  /** What loads each server besides, after its window. */
  readonly client?: InstalledClient | undefined;
}

/** What can have a row: a model, or a program that serves in a model's place. */
export interface Contender extends Pick<Model, 'name' | 'params' | 'takesThreads'> {
  /** Why it cannot run such a cell of this workload; `undefined` if it can. */
  refuses(traits: Traits & { readonly workload: string }): Reason | undefined;
}

/** A model and each set of its own parameters to run it with; only those that are not its defaults. */
export interface PlannedModel {
  readonly model: Contender;
  readonly params: readonly Record<string, string | number | boolean>[];
}

export interface PlanRequest {
  readonly models: readonly PlannedModel[];
  readonly workloads: readonly PlannedWorkload[];
  readonly loads: readonly LoadSpec[];
  readonly threads: number | undefined;
  /** How many processes send a server its requests; one if left out. */
  readonly generators?: number | undefined;
}

/** Every model x workload x parameters x load. */
export function planCells({ models, workloads, loads, threads, generators }: PlanRequest): PlannedCell[] {
  return workloads.flatMap((planned) =>
    planned.params.flatMap((params) =>
      loads.map(planned.workload.serve ? loadOfServer : (load) => load).flatMap((load) =>
        models.flatMap(({ model, params: modelParams }) =>
          modelParams.map((own): PlannedCell => {
            const { workload } = planned;
            const refusal = model.refuses({
              workload: workload.name,
              form: workload.form,
              uses: workload.uses ?? [],
              concurrency: requestsAtOnce(load),
              threads,
              params: own,
            });
            const pool = threads !== undefined && model.takesThreads ? { threads } : {};
            const chosen = Object.keys(own).length > 0 ? { modelParams: own } : {};
            const shown = shownParams(workload, params);
            const side = workload.serve ? sendersOf(load, generators) : {};
            return {
              cell: {
                model: model.name,
                workload: workload.name,
                params: shown,
                load,
                ...pool,
                ...chosen,
                ...side,
              },
              planned,
              params,
              refusal,
            };
          }),
        ),
      ),
    ),
  );
}

/** Who sends a server its requests: no more processes than there are clients. */
function sendersOf(load: LoadSpec, asked = 1): Pick<CellSpec, 'generator' | 'generators'> {
  const generators = Math.min(asked, requestsAtOnce(load));
  return { generator: generatorModel().name, ...(generators > 1 ? { generators } : {}) };
}

/** Cells that one process measures, one after another: they differ in their load alone. */
export function processesOf(cells: readonly PlannedCell[]): PlannedCell[][] {
  const processes = new Map<string, PlannedCell[]>();
  for (const planned of cells) {
    const key = processKey(planned);
    processes.set(key, [...(processes.get(key) ?? []), planned]);
  }
  return [...processes.values()];
}

/**
 * The same for cells that one process measures. A server is started for each load: how many threads it has
 * may depend on that, and clients that it never served may still be connected to it.
 */
export const processKey = ({ cell, planned }: PlannedCell): string =>
  cellKey(planned.workload.serve ? cell : { ...cell, load: ANY_LOAD });
const ANY_LOAD: LoadSpec = { kind: 'closed', concurrency: 1 };

/** One round: every process once, and in it every load once, all in an order of the round's own. */
export function roundOf<Cell>(processes: readonly (readonly Cell[])[], random: () => number): Cell[][] {
  return shuffled(processes, random).map((cells) => shuffled(cells, random));
}

/**
 * Finds what was named.
 * @throws UserError with the nearest name, if there is none of that name.
 */
export function findNamed<Item extends { readonly name: string }>(
  what: string,
  items: readonly Item[],
  name: string,
): Item {
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
  const isNear =
    distance(name, nearest) <= Math.max(2, nearest.length / 3) || (name.length > 2 && nearest.includes(name));
  return isNear ? `did you mean ${nearest}?` : `there are ${names.join(', ')}`;
}

/**
 * Reads `WORKLOAD.KEY=VALUE,VALUE...` and gives every combination, each checked by the workload's schema.
 * @throws UserError for an unknown key, or a value that the schema refuses.
 */
export function planParams(
  owner: Parameterised,
  written: readonly ParamSetting[],
  presets: Record<string, string> = {},
): PlannedWorkload['params'] {
  const shape = shapeOf(owner.params);
  const keys = Object.keys(shape).map((name) => ({ name }));
  const mine = written.filter((setting) => setting.owner === owner.name);
  for (const { key } of mine) {
    if (keys.length === 0)
      throw new UserError(`${owner.name} has no parameters`, { hint: `leave out ${owner.name}.${key}` });
    findNamed(`parameter of ${owner.name}`, keys, key);
  }
  const chosen = Object.fromEntries(
    Object.entries(presets)
      .filter(([key]) => Object.hasOwn(shape, key))
      .map(([key, value]) => [key, [value]]),
  );
  for (const { key, values } of mine) chosen[key] = [...values];
  const sets = combinations(chosen).map((values) => checkedParams(owner, values));
  const idle = mine.find(({ key }) => sets.every((params) => unusedParams(owner, params).includes(key)));
  if (idle)
    throw new UserError(`${owner.name}.${idle.key} has no effect beside the other parameters`, {
      hint: 'leave it out',
    });
  return distinct(owner, sets);
}

/** Parameters of a model that are not its defaults: what makes its cells others than the plain ones. */
export function planModel(model: Contender, written: readonly ParamSetting[]): PlannedModel {
  const defaults = checkedParams(model, {});
  const differs = ([key, value]: [string, unknown]) =>
    !Object.hasOwn(defaults, key) || value !== defaults[key];
  return {
    model,
    params: planParams(model, written).map((params) =>
      Object.fromEntries(Object.entries(params).filter(differs)),
    ),
  };
}

/** What takes parameters: a workload or a model. */
interface Parameterised {
  readonly name: string;
  readonly params?: Params;
  readonly unused?: Workload['unused'];
}

export interface ParamSetting {
  /** The workload's or the model's name. */
  readonly owner: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Reads one `-p` argument. @throws UserError if it is not of the form. */
export function parseParam(written: string): ParamSetting {
  const [, owner, key, values] = /^([^.=]+)\.([^.=]+)=(.*)$/s.exec(written) ?? [];
  if (owner === undefined || key === undefined || values === undefined) {
    throw new UserError(`${JSON.stringify(written)} is not a parameter`, {
      hint: 'write it like file-read.blockSize=64KiB',
    });
  }
  return { owner, key, values: key === 'url' ? [values] : values.split(',') };
}

function combinations(choices: Record<string, string[]>): Record<string, string>[] {
  return Object.entries(choices).reduce<Record<string, string>[]>(
    (all, [key, values]) => all.flatMap((chosen) => values.map((value) => ({ ...chosen, [key]: value }))),
    [{}],
  );
}

function checkedParams(
  owner: Parameterised,
  values: Record<string, string>,
): Record<string, string | number | boolean> {
  if (!owner.params) return {};
  const typed = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typedValue(owner, key, value)]),
  );
  const outcome = parseParams(owner.params, typed);
  if (outcome.success) return plainValues(owner, outcome.data as Record<string, unknown>);
  const issue = outcome.error.issues[0];
  const key = issue?.path.join('.') ?? '';
  const given = issue?.code === 'custom' ? issue.params?.hint : undefined;
  const message = issue?.message ?? 'refused';
  const [problem, hint] = typeof given === 'string' ? [message, given] : splitOnce(message, ': ');
  throw new UserError(
    `${owner.name}.${key}=${withoutCredentials(Object.hasOwn(values, key) ? (values[key] ?? '') : '')}: ${problem}`,
    { hint },
  );
}

/**
 * What cannot be stored could not be read back. @throws UserError if a schema of the user's own makes
 * something else.
 */
function plainValues(
  owner: Parameterised,
  values: Record<string, unknown>,
): Record<string, string | number | boolean> {
  const isPlain = (value: unknown) =>
    typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  const [key, value] = Object.entries(values).find(([, each]) => !isPlain(each)) ?? [];
  if (key === undefined) return values as Record<string, string | number | boolean>;
  const found = typeof value === 'number' ? String(value) : value === null ? 'null' : typeof value;
  throw new UserError(
    `${owner.name}.${key}: a parameter is a text, a number or a truth value, and its schema makes ${found} of it`,
    {
      hint: 'let the schema keep it plain, and make more of it in prepare',
    },
  );
}

/** What a command line writes is text; a schema of the user's own may want a number or a truth value. */
function typedValue(owner: Parameterised, key: string, value: string): unknown {
  const schema = shapeOf(owner.params)[key];
  const unit = unitsOf(owner.params)[key];
  // Our own kinds of parameters read text themselves (a time without a unit is none), except that no text
  // would be 0.
  if (unit !== 'value')
    return value.trim() === '' && (unit === 'count' || unit === 'share') ? Number.NaN : value;
  const readings: unknown[] = [
    value,
    value.trim() === '' ? value : Number(value),
    value === 'true' ? true : value === 'false' ? false : value,
  ];
  return readings.find((reading) => schema && parseParameter(schema, reading).success) ?? value;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
