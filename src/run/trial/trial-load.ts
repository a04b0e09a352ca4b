/** A cell's load in one trial. */
import { type Arrivals, constantArrivals, dealtArrivals, poissonArrivals } from '../../load/arrivals.ts';
import { ClosedLoad } from '../../load/closed.ts';
import type { Load } from '../../load/load.ts';
import { OpenLoad } from '../../load/open.ts';
import { randomFrom } from '../../load/random.ts';
import type { LoadSpec } from '../../result.ts';

/**
 * Of an open load without a pool of clients: the number of requests in flight that is assumed where a model
 * needs one. Where the model is the server, it is the size of the pool.
 */
const OPEN_AT_ONCE = 64;
/** The schedule has its own random numbers: those that a workload draws do not move arrivals. */
const SCHEDULE_STREAM = 7;

export interface LoadOptions {
  readonly seed: number;
  readonly startNs: number;
  readonly maxInFlight: number;
  /** The share of a loop that divides the load with others. */
  readonly loop?: { readonly number: number; readonly of: number } | undefined;
}

/**
 * A load that also counts the requests that it shed (an open one), or that have become due since it began (a
 * closed one).
 */
export interface TrialLoad extends Load {
  shed?(): number;
  arrived?(nowNs: number): number;
}

/** The most requests that will be in flight at once, as far as the load determines it. */
export const requestsAtOnce = (load: LoadSpec): number =>
  load.kind === 'closed' ? load.concurrency : (load.clients ?? OPEN_AT_ONCE);

/**
 * The load as a server gets it: an open one has a pool of clients. A connection for every request that waits
 * would measure how many connections a server is given, and not how it serves them.
 */
export const loadOfServer = (load: LoadSpec): LoadSpec =>
  load.kind === 'closed' ? load : { ...load, clients: requestsAtOnce(load) };

/** Whether requests are due at set times, and not as soon as the ones before have ended. */
export const isPaced = (load: LoadSpec): boolean => load.kind === 'open' || (load.thinkNs ?? 0) > 0;

export function createLoad(spec: LoadSpec, options: LoadOptions): TrialLoad {
  const { startNs, maxInFlight, loop } = options;
  if (spec.kind === 'closed')
    return new ClosedLoad({ concurrency: spec.concurrency, thinkNs: spec.thinkNs ?? 0, startNs });
  return new OpenLoad({
    arrivals: schedule(spec, options),
    startNs,
    maxInFlight: Math.max(1, Math.floor(maxInFlight / (loop?.of ?? 1))),
    clients: spec.clients,
  });
}

/**
 * The number of arrivals after the first time and up to the second: by the schedule alone, whether or not
 * they were sent.
 */
export function arrivalsBetween(
  spec: OpenSpec,
  options: Omit<LoadOptions, 'maxInFlight'>,
  afterNs: number,
  untilNs: number,
): number {
  const arrivals = schedule(spec, options);
  let count = 0;
  for (let dueNs = options.startNs + arrivals(); dueNs <= untilNs; dueNs = options.startNs + arrivals())
    if (dueNs > afterNs) count++;
  return count;
}

type OpenSpec = Extract<LoadSpec, { kind: 'open' }>;

function schedule(
  { arrivals, ratePerSecond }: OpenSpec,
  { seed, loop }: Pick<LoadOptions, 'seed' | 'loop'>,
): Arrivals {
  const whole =
    arrivals === 'poisson'
      ? poissonArrivals(ratePerSecond, randomFrom(seed, SCHEDULE_STREAM))
      : constantArrivals(ratePerSecond);
  return loop ? dealtArrivals(whole, loop.number, loop.of) : whole;
}
