/** Turns the arguments of `iobench run` into a plan, and checks them. */
import path from 'node:path';
import { UserError } from '../errors.ts';
import { models } from '../models/index.ts';
import { parseDuration } from '../quantity.ts';
import type { LoadSpec } from '../result.ts';
import type { Budget } from '../run/budget.ts';
import {
  findNamed,
  type ParamSetting,
  type PlannedModel,
  type PlannedWorkload,
  parseParam,
  planCells,
  planModel,
  planParams,
  type WorkloadDescription,
} from '../run/plan.ts';
import { type Preset, presets, withoutPreset } from '../run/presets.ts';
import { describeFile } from '../run/processes/describe.ts';
import type { RunPlan } from '../run/runner.ts';
import { LONGEST_FACTOR } from '../run/trial/warm-up.ts';
import { workloads as ourWorkloads } from '../workloads/index.ts';
import { requireOpenFiles } from '../workloads/open-files.ts';
import { unitsOf } from '../workloads/parameters.ts';
import type { Workload } from '../workloads/workload.ts';
import { type AskedWorkloads, askedWorkloads, requireKnown } from './asked-workloads.ts';
import { notify } from './terminal.ts';

export interface RunFlags {
  readonly model?: string[];
  readonly concurrency?: string[];
  readonly think: string;
  readonly rate?: string[];
  readonly arrivals: string;
  readonly maxInFlight: string;
  readonly threads?: string;
  readonly param?: string[];
  readonly duration?: string;
  readonly requests?: string;
  readonly warmup?: string;
  readonly trials?: string;
  readonly budget?: string;
  readonly until?: string;
  readonly timeLimit?: string;
  readonly preset?: string;
  readonly workloadFile?: string[];
  readonly seed: string;
  readonly name?: string;
  readonly out: string;
  readonly data?: string;
  readonly charts: boolean;
  readonly countSyscalls?: boolean;
  readonly threshold?: string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** A trial that takes more than three times its time and this much besides hangs. */
const TIME_LIMIT_BASE_NS = 30e9;

/**
 * The plan, the run's name, and the absolute paths of the workloads' files.
 * @throws UserError if an argument is wrong.
 */
export async function planRun(
  names: readonly string[],
  flags: RunFlags,
): Promise<{ plan: RunPlan; name: string; workloadFiles: string[] }> {
  const preset = flags.preset === undefined ? withoutPreset : findNamed('preset', presets, flags.preset);
  const asked = askedWorkloads(names, flags.workloadFile);
  const params = (flags.param ?? []).map(parseParam);
  const planned = await planWorkloads(asked, params, preset);
  const durationNs = parseDuration(flags.duration ?? preset.duration);
  if (durationNs === 0)
    throw new UserError('--duration must be longer than 0', { hint: 'give --duration a time like 1s' });
  const warmupNs = parseDuration(flags.warmup ?? preset.warmup);
  const longestWarmupNs = longestWarmupFor(flags.warmup, preset);
  const budget = planBudget(flags, preset);
  const name = flags.name ?? defaultName(asked, planned, preset);
  checkName(name);
  const plan: RunPlan = {
    cells: planCells({
      models: planModels(flags.model, params),
      workloads: planned,
      loads: planLoads(flags, preset),
      threads: flags.threads === undefined ? undefined : parseCount('--threads', flags.threads, 1, 4096),
    }),
    trials: flags.trials === undefined ? preset.trials : parseCount('--trials', flags.trials, 1, 1000),
    ...(budget ? { budget } : {}),
    seed: parseCount('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER),
    warmupNs,
    longestWarmupNs,
    durationNs,
    maxInFlight: parseCount('--max-in-flight', flags.maxInFlight, 1, 1_000_000),
    requests:
      flags.requests === undefined
        ? undefined
        : parseCount('--requests', flags.requests, 1, Number.MAX_SAFE_INTEGER),
    timeLimitNs:
      flags.timeLimit === undefined
        ? TIME_LIMIT_BASE_NS + 3 * (warmupNs + 2 * longestWarmupNs + durationNs)
        : parseTimeLimit(flags.timeLimit),
  };
  return { plan, name, workloadFiles: [...asked.files] };
}

/** A run that goes on until its intervals are narrow ends in this time at the latest. */
const LONGEST_UNTIL = '10m';

/**
 * The given time, or the preset's; `undefined` if the number of trials is fixed.
 * @throws UserError if --trials is given besides, or a value is not a time or not a share.
 */
export function planBudget(
  { trials, budget, until }: Pick<RunFlags, 'trials' | 'budget' | 'until'>,
  preset: Preset,
): Budget | undefined {
  const asked = budget === undefined ? (until === undefined ? undefined : '--until') : '--budget';
  if (trials !== undefined && asked !== undefined) {
    throw new UserError(
      `--trials fixes how often each cell is measured, and ${asked} makes that depend on the results`,
      {
        hint: 'leave out one of them',
      },
    );
  }
  const written = budget ?? (until === undefined ? preset.budget : LONGEST_UNTIL);
  if (trials !== undefined || written === undefined) return undefined;
  const budgetNs = parseDuration(written);
  if (budgetNs === 0)
    throw new UserError('--budget must be longer than 0', { hint: 'give --budget a time like 90s' });
  return {
    budgetNs,
    isStrict: budget !== undefined,
    ...(until === undefined ? {} : { narrowShare: parseShare('--until', until) }),
  };
}

/** Reads `5%`. @throws UserError if it is not between 0 and 100 %. */
function parseShare(flag: string, written: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?) ?%$/.exec(written.trim()) ?? [];
  const percent = Number(digits);
  if (percent > 0 && percent < 100) return percent / 100;
  throw new UserError(`${flag} ${written}: not a share`, { hint: `write it like ${flag} 5%` });
}

/**
 * The longest time that a warm-up waits for code to be compiled: the preset's, or four times --warmup if that
 * is given; 0 (cold code) if that is 0.
 */
export function longestWarmupFor(
  chosen: string | undefined,
  { longestWarmup }: Pick<Preset, 'longestWarmup'>,
): number {
  return chosen === undefined ? parseDuration(longestWarmup) : LONGEST_FACTOR * parseDuration(chosen);
}

/** @throws UserError if it is not a time, or 0. */
export function parseTimeLimit(written: string): number {
  const limitNs = parseDuration(written);
  if (limitNs > 0) return limitNs;
  throw new UserError('--time-limit must be longer than 0', { hint: 'give --time-limit a time like 30s' });
}

/** @throws UserError if a run's folder cannot have this name. */
export function checkName(name: string): void {
  if (!/^[\w.-]+$/.test(name))
    throw new UserError(`${JSON.stringify(name)} cannot name a folder`, {
      hint: 'use letters, digits, ., _ and -',
    });
}

/**
 * The named models, or all; in the order of `models`.
 * @throws UserError if there is no model of a name.
 */
export function planModels(
  names: readonly string[] | undefined,
  params: readonly ParamSetting[],
  command = 'run',
): PlannedModel[] {
  const chosen = names ? names.map((name) => modelNamed(name, command)) : models;
  return models.filter((model) => chosen.includes(model)).map((model) => planModel(model, params));
}

function modelNamed(name: string, command: string) {
  const isWorkload = ourWorkloads.some((workload) => workload.name === name);
  if (isWorkload)
    throw new UserError(`${name} is a workload, not a model`, {
      hint: `name workloads first: iobench ${command} ${name} --model ...`,
    });
  return findNamed('model', models, name);
}

/** @throws UserError if a named workload, file or parameter does not exist or is refused. */
export async function planWorkloads(
  { names, files, namedFiles }: AskedWorkloads,
  params: readonly ParamSetting[],
  preset: Preset,
  command = 'run',
): Promise<PlannedWorkload[]> {
  const own = await planFiles(files, params, preset);
  const all = [...ourWorkloads.map((workload) => planOurs(workload, params, preset)), ...own];
  checkUnique(all.map(({ workload }) => workload));
  const known = all.map(({ workload }) => workload);
  for (const { owner } of params) findNamed('workload or model', [...known, ...models], owner);
  const isChosen = ({ workload, reference: { file } }: PlannedWorkload): boolean => {
    if (namedFiles.some((named) => path.resolve(named) === file)) return true;
    if (names.length + namedFiles.length > 0) return names.includes(workload.name);
    if (files.length > 0) return file !== undefined;
    return preset.workloads?.includes(workload.name) ?? true;
  };
  requireKnown(names, known);
  for (const planned of all) {
    const { workload } = planned;
    // A parameter without effect is an error, and not ignored.
    const isNamed = params.some(({ owner }) => owner === workload.name);
    if (isNamed && !isChosen(planned)) {
      throw new UserError(`a parameter is given for ${workload.name}, which is not in this run`, {
        hint: `name it: iobench ${command} ${workload.name}`,
      });
    }
  }
  return all.filter(isChosen);
}

/** Planned whether or not it will be used: a wrong parameter is an error in any case. */
function planOurs(
  workload: Workload,
  params: readonly ParamSetting[],
  { params: presets }: Preset,
): PlannedWorkload {
  const { name, summary, form, uses, unused, prepare, serve } = workload;
  planParams(workload, params);
  return {
    workload: {
      name,
      summary,
      form,
      ...(uses ? { uses } : {}),
      ...(unused ? { unused } : {}),
      prepare: prepare !== undefined,
      ...(serve ? { serve: true } : {}),
      units: unitsOf(workload.params),
    },
    reference: { name },
    params: planParams(workload, params, presets?.[name]),
  };
}

/** The workloads in files, each loaded and planned in a process of its own. */
function planFiles(
  files: readonly string[],
  settings: readonly ParamSetting[],
  { params: presets = {} }: Preset,
): Promise<PlannedWorkload[]> {
  return Promise.all(
    files.map(async (file) => {
      const { workload, params } = await describeFile(file, { settings, presets, output: notify });
      // A module may change the directory: other processes and threads are given absolute paths.
      return { workload, reference: { name: workload.name, file: path.resolve(file) }, params };
    }),
  );
}

function checkUnique(workloads: readonly WorkloadDescription[]): void {
  const twice = workloads.find(
    (workload, index) => workloads.findIndex(({ name }) => name === workload.name) !== index,
  );
  if (twice)
    throw new UserError(`two workloads are called ${twice.name}`, {
      hint: 'give the workload in your file another name',
    });
}

function defaultName(
  { names, files }: AskedWorkloads,
  planned: readonly PlannedWorkload[],
  preset: Preset,
): string {
  if (names.length === 0 && files.length === 0) return preset.name;
  return planned.length === 1 && planned[0] ? planned[0].workload.name : `${planned.length}-workloads`;
}

export const arrivalKinds = [{ name: 'poisson' }, { name: 'constant' }] as const;

/**
 * Closed loads for the given numbers of clients, open ones for the given rates; the preset's clients without
 * either.
 */
function planLoads(flags: RunFlags, preset: Preset): LoadSpec[] {
  const thinkNs = parseDuration(flags.think);
  const arrivals = findNamed('kind of arrivals', arrivalKinds, flags.arrivals).name;
  const rates = (flags.rate ?? []).map((rate) => parseRate('--rate', rate));
  const clients = flags.concurrency?.map(parseConcurrency) ?? (rates.length > 0 ? [] : preset.concurrencies);
  requireOpenFiles(Math.max(0, ...clients), 'client');
  const ascending = (numbers: readonly number[]) => [...new Set(numbers)].sort((a, b) => a - b);
  return [
    ...ascending(clients).map(
      (concurrency): LoadSpec => ({ kind: 'closed', concurrency, ...(thinkNs > 0 ? { thinkNs } : {}) }),
    ),
    ...ascending(rates).map((ratePerSecond): LoadSpec => ({ kind: 'open', ratePerSecond, arrivals })),
  ];
}

/** Reads `500`, `2.5k/s`, `1M`. @throws UserError if it is not a rate, or above ten million a second. */
export function parseRate(flag: string, written: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([kM]?)(?:\/s)?$/.exec(written.trim()) ?? [];
  const rate = Number(digits) * (unit === 'M' ? 1e6 : unit === 'k' ? 1e3 : 1);
  if (rate > 0 && rate <= 1e7) return rate;
  throw new UserError(`${flag} ${written}: not a rate`, {
    hint: 'write requests per second, like 500 or 2.5k',
  });
}

function parseConcurrency(written: string): number {
  const clients = parseCount('--concurrency', written, 1, Number.MAX_SAFE_INTEGER);
  requireOpenFiles(clients, 'client');
  return clients;
}

/** Reads a whole number. @throws UserError if it is not one, or out of bounds. */
export function parseCount(flag: string, written: string, least: number, most: number): number {
  const count = /^\d+$/.test(written.trim()) ? Number(written) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new UserError(`${flag} ${written}: not a whole number from ${least} to ${most}`, {
    hint: `write it like ${flag} ${Math.max(least, 8)}`,
  });
}
