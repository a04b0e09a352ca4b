/** A cell's load as one trial has it. */
import { constantArrivals, dealtArrivals, poissonArrivals } from '../load/arrivals.ts';
import { ClosedLoad } from '../load/closed.ts';
import type { Load } from '../load/load.ts';
import { OpenLoad } from '../load/open.ts';
import { randomFrom } from '../load/random.ts';
import type { LoadSpec } from '../result.ts';

/** So many requests are taken to be in flight at once where a model has to know it, and an open load cannot say. */
const OPEN_AT_ONCE = 64;
/** The schedule's randomness is its own: what a workload draws does not move an arrival. */
const SCHEDULE_STREAM = 7;

export interface LoadOptions {
  readonly seed: number;
  readonly startNs: number;
  readonly maxInFlight: number;
  /** The share of a loop that divides the load with others. */
  readonly hand?: { readonly number: number; readonly of: number } | undefined;
}

/** A load that also says what it did not send, and how many it has in line. */
export interface TrialLoad extends Load {
  shed?(): number;
  waiting?(nowNs: number): number;
}

/** The most requests that will be in flight at once, as far as the load says. */
export const requestsAtOnce = (load: LoadSpec): number => (load.kind === 'closed' ? load.concurrency : OPEN_AT_ONCE);

export function createLoad(spec: LoadSpec, { seed, startNs, maxInFlight, hand }: LoadOptions): TrialLoad {
  if (spec.kind === 'closed') return new ClosedLoad({ concurrency: spec.concurrency, thinkNs: spec.thinkNs ?? 0, startNs });
  const { ratePerSecond } = spec;
  const whole = spec.arrivals === 'poisson' ? poissonArrivals(ratePerSecond, randomFrom(seed, SCHEDULE_STREAM)) : constantArrivals(ratePerSecond);
  const arrivals = hand ? dealtArrivals(whole, hand.number, hand.of) : whole;
  return new OpenLoad({ arrivals, startNs, maxInFlight: Math.max(1, Math.floor(maxInFlight / (hand?.of ?? 1))) });
}
