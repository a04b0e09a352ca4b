/** One figure for several trials (never for requests: requests of one trial share its luck). */
import { meanOf } from './moments.ts';

/**
 * Two trials have a spread, but nobody can say whether it is the usual one: with fewer than three nothing is
 * shown, and there is no interval.
 */
export const FEWEST_TRIALS = 3;

/** The middle value; the mean of the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError('the median of no values');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/**
 * The typical trial: the geometric mean. Trials differ by factors, about evenly up and down, so that it
 * estimates their median, and from a handful of trials does so better than the middle one: on a busy machine
 * its error was four fifths of that. Where a trial is zero it is the middle one after all.
 */
export function typicalOf(trials: readonly number[]): number {
  return trials.every((figure) => figure > 0) && trials.length > 0
    ? Math.exp(meanOf(trials.map(Math.log)))
    : median(trials);
}

/**
 * The typical trial, without an interval; where a trial completed nothing, there is no other than from the
 * lowest to the highest.
 */
export function bareInterval(trials: readonly number[]): { median: number; low: number; high: number } {
  const typical = typicalOf(trials);
  if (typical > 0 && trials.every((figure) => figure > 0))
    return { median: typical, low: typical, high: typical };
  return { median: median(trials), low: Math.min(...trials), high: Math.max(...trials) };
}
