/** The arguments of `iobench run`, checked, as a request. */
import { UserError } from '../errors.ts';
import { parseDuration } from '../quantity.ts';
import type { LoadSpec } from '../result.ts';
import type { Budget } from '../run/budget.ts';
import { findNamed } from '../run/plan.ts';
import { type Preset, presets, withoutPreset } from '../run/presets.ts';
import { BOUNDS, type RunRequest } from '../run/request.ts';
import { askedWorkloads, chosenWorkloads } from './asked-workloads.ts';
import {
  longestWarmupFor,
  parseArrivals,
  parseCount,
  parseGenerators,
  parseLaunchers,
  parseLongerThan0,
  parseParams,
  parsePlacement,
  parsePool,
  parseRate,
  parseShare,
} from './flag-values.ts';
import type { RunFlags } from './options/run.ts';

/** @throws UserError if an argument is wrong. */
export function runRequest(named: readonly string[], flags: RunFlags): RunRequest {
  const preset = flags.preset === undefined ? withoutPreset : findNamed('preset', presets, flags.preset);
  const asked = askedWorkloads(named, flags.workloadFile);
  const budget = requestedBudget(flags, preset);
  const name = flags.name ?? (asked.names.length + asked.files.length === 0 ? preset.name : undefined);
  const { threads, trials, client, requests, timeLimit } = flags;
  return {
    workloads: chosenWorkloads(asked, preset.workloads),
    ...(flags.model ? { models: flags.model } : {}),
    params: parseParams(flags, asked),
    defaultParams: preset.params ?? {},
    loads: requestedLoads(flags, preset),
    ...(threads === undefined ? {} : { threads: parseCount('--threads', threads, BOUNDS.threads) }),
    ...parseGenerators(flags),
    ...parsePlacement(flags),
    ...parseLaunchers(flags),
    trials: trials === undefined ? preset.trials : parseCount('--trials', trials, BOUNDS.trials),
    ...(budget ? { budget } : {}),
    seed: parseCount('--seed', flags.seed, BOUNDS.seed),
    warmupNs: parseDuration(flags.warmup ?? preset.warmup),
    longestWarmupNs: longestWarmupFor(flags.warmup, preset),
    durationNs: parseLongerThan0('--duration', flags.duration ?? preset.duration, '1s'),
    maxInFlight: parseCount('--max-in-flight', flags.maxInFlight, BOUNDS.maxInFlight),
    ...(client === undefined ? {} : { client }),
    ...(requests === undefined ? {} : { requests: parseCount('--requests', requests, BOUNDS.requests) }),
    ...(timeLimit === undefined ? {} : { timeLimitNs: parseLongerThan0('--time-limit', timeLimit, '30s') }),
    ...(name === undefined ? {} : { name }),
  };
}

/** A run that goes on until its intervals are narrow ends in this time at the latest. */
const LONGEST_UNTIL = '10m';

/**
 * The given time, or the preset's; `undefined` if the number of trials is fixed.
 * @throws UserError if --trials is given besides, or a value is not a time or not a share.
 */
export function requestedBudget(
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
  return {
    budgetNs: parseLongerThan0('--budget', written, '90s'),
    isStrict: budget !== undefined,
    ...(until === undefined ? {} : { narrowShare: parseShare('--until', until) }),
  };
}

/**
 * Closed loads for the given numbers of clients, open ones for the given rates; the preset's clients without
 * either.
 */
function requestedLoads(flags: RunFlags, preset: Preset): LoadSpec[] {
  const thinkNs = parseDuration(flags.think);
  const arrivals = parseArrivals(flags.arrivals);
  const rates = (flags.rate ?? []).map((rate) => parseRate('--rate', rate));
  const pool = parsePool(flags);
  if (pool.clients !== undefined && rates.length === 0)
    throw new UserError('--clients is the pool of clients of an open load, and there is none', {
      hint: 'give its rate with --rate, or the clients of a closed load with --concurrency',
    });
  const clients =
    flags.concurrency?.map((written) => parseCount('--concurrency', written, [1, Number.MAX_SAFE_INTEGER])) ??
    (rates.length > 0 ? [] : preset.concurrencies);
  const ascending = (numbers: readonly number[]) => [...new Set(numbers)].sort((a, b) => a - b);
  return [
    ...ascending(clients).map(
      (concurrency): LoadSpec => ({ kind: 'closed', concurrency, ...(thinkNs > 0 ? { thinkNs } : {}) }),
    ),
    ...ascending(rates).map(
      (ratePerSecond): LoadSpec => ({ kind: 'open', ratePerSecond, arrivals, ...pool }),
    ),
  ];
}
