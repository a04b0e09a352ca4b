/** The arguments of `iobench capacity`, checked, as a request. */
import { UserError } from '../errors.ts';
import { parseDuration } from '../quantity.ts';
import { quick } from '../run/presets.ts';
import { BOUNDS, type CapacityRequest } from '../run/request.ts';
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
} from './flag-values.ts';
import type { CapacityFlags } from './options/capacity.ts';

const EXAMPLE = "iobench capacity tcp-echo --slo 'p99<20ms'";

/** @throws UserError if an argument is wrong. */
export function capacityRequest(named: readonly string[], flags: CapacityFlags): CapacityRequest {
  const { slo: objective } = flags;
  if (objective === undefined)
    throw new UserError('there is no objective that the models have to keep', {
      hint: `name it: ${EXAMPLE}`,
    });
  const asked = askedWorkloads(named, flags.workloadFile);
  if (named.length + asked.files.length === 0)
    throw new UserError('there is no workload to search with', { hint: `name one: ${EXAMPLE}` });
  const { threads, timeLimit, name } = flags;
  return {
    workloads: chosenWorkloads(asked),
    ...(flags.model ? { models: flags.model } : {}),
    params: parseParams(flags, asked),
    defaultParams: quick.params ?? {},
    ...(threads === undefined ? {} : { threads: parseCount('--threads', threads, BOUNDS.threads) }),
    objective,
    arrivals: parseArrivals(flags.arrivals),
    ...parsePool(flags),
    ...parseGenerators(flags),
    ...parsePlacement(flags),
    ...parseLaunchers(flags),
    seed: parseCount('--seed', flags.seed, BOUNDS.seed),
    warmupNs: parseDuration(flags.warmup ?? '200ms'),
    longestWarmupNs: longestWarmupFor(flags.warmup, quick),
    durationNs: parseLongerThan0('--duration', flags.duration, '1s'),
    maxInFlight: parseCount('--max-in-flight', flags.maxInFlight, BOUNDS.maxInFlight),
    mostPerSecond: parseRate('--max-rate', flags.maxRate),
    ...(timeLimit === undefined ? {} : { timeLimitNs: parseLongerThan0('--time-limit', timeLimit, '30s') }),
    ...(name === undefined ? {} : { name }),
  };
}
