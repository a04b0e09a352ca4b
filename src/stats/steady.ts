/** Whether a trial was in a steady state: trends over its windows. */
import { median } from './interval.ts';
import { meanOf, varianceOf } from './moments.ts';
import { normalTail, studentTail } from './student.ts';

/** Stricter than the 6 % that are promised: what is left over is for neighbours that are alike. */
const LEVEL = 0.03;
/** A smaller change over the whole trial is not called a trend, however sure it is. */
const LEAST_CHANGE = 0.02;
/** Longer series are averaged down to about as many values: every pair of them is compared. */
const MOST_VALUES = 200;
const LEAST_VALUES = 8;

export interface Trend {
  readonly isTrending: boolean;
  /** Sen's slope: the median of all pairs' slopes, as a share of the median value; per second. */
  readonly slopePerSecond: number;
  /** What the slope comes to over all windows, as a share of the median value. */
  readonly change: number;
  /** How often windows without a trend would look at least as much like one. */
  readonly pValue: number;
}

/**
 * Looks for a trend in windows that follow each other: counts, or a percentile each. Mann's test
 * (Econometrica 13, 1945) with Kendall's variance for ties, and Sen's slope (JASA 63, 1968). Neighbours that
 * resemble each other look like a trend to that test, so its variance is widened by their correlation, the
 * slope taken out (Yue and Wang, Water Resources Management 18, 2004). Fewer than eight windows never have a
 * trend.
 *
 * At most 6 % of steady series are called trending where neighbours correlate by up to 0.6, whatever their
 * number; see the tests.
 */
export function trendOf(windows: readonly number[], windowNs = 100e6): Trend {
  const grouped = Math.ceil(windows.length / MOST_VALUES);
  const values = averaged(windows, grouped);
  const centre = values.length === 0 ? 0 : median(values);
  if (values.length < LEAST_VALUES || centre <= 0)
    return { isTrending: false, slopePerSecond: 0, change: 0, pValue: 1 };
  const { score, slope } = comparePairs(values);
  const deviation = Math.sqrt(scoreVariance(values) * likeness(values, slope));
  // The score moves in steps of two: one is taken off so that the normal law fits.
  const pValue =
    deviation === 0 ? 1 : Math.min(1, 2 * normalTail(Math.max(0, Math.abs(score) - 1) / deviation));
  const change = (slope * values.length) / centre;
  const slopePerSecond = (slope / centre) * (1e9 / (windowNs * grouped));
  return { isTrending: pValue < LEVEL && Math.abs(change) >= LEAST_CHANGE, slopePerSecond, change, pValue };
}

export interface Growth {
  readonly isGrowing: boolean;
  /** Requests by which the number in flight grew, on average. */
  readonly perSecond: number;
  /** How often a queue that does not grow would look as much like it. */
  readonly pValue: number;
}

const GROWTH_LEVEL = 0.01;

/**
 * Whether a queue grows without end: the number in flight, sampled once a window. The steps from window to
 * window of a queue at its capacity add up to a random walk; Student's t decides whether they have a drift. A
 * queue below its capacity is drawn back, so that it looks like growing less often than the 1 % of the test.
 */
export function queueGrowing(inFlightPerWindow: readonly number[], windowNs = 100e6): Growth {
  const steps = inFlightPerWindow
    .slice(1)
    .map((inFlight, index) => inFlight - (inFlightPerWindow[index] as number));
  if (steps.length < LEAST_VALUES - 1) return { isGrowing: false, perSecond: 0, pValue: 1 };
  const mean = meanOf(steps);
  const error = Math.sqrt(varianceOf(steps) / steps.length);
  const pValue = error === 0 ? (mean > 0 ? 0 : 1) : studentTail(mean / error, steps.length - 1);
  return { isGrowing: mean > 0 && pValue < GROWTH_LEVEL, perSecond: mean * (1e9 / windowNs), pValue };
}

/** Each `size` neighbours become their mean; a rest that is smaller is left out. */
function averaged(values: readonly number[], size: number): readonly number[] {
  if (size <= 1) return values;
  return Array.from({ length: Math.floor(values.length / size) }, (_, group) =>
    meanOf(values.slice(group * size, (group + 1) * size)),
  );
}

/** How many pairs rise more than fall, and the median of their slopes. */
function comparePairs(values: readonly number[]): { score: number; slope: number } {
  const slopes = new Float64Array((values.length * (values.length - 1)) / 2);
  let score = 0;
  let pair = 0;
  for (let later = 1; later < values.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const rise = (values[later] as number) - (values[earlier] as number);
      score += Math.sign(rise);
      slopes[pair++] = rise / (later - earlier);
    }
  }
  slopes.sort();
  const middle = slopes.length >> 1;
  const upper = slopes[middle] as number;
  return { score, slope: slopes.length % 2 === 1 ? upper : ((slopes[middle - 1] as number) + upper) / 2 };
}

/** The score's variance where nothing trends; equal values compare to nothing. */
function scoreVariance(values: readonly number[]): number {
  const ties = new Map<number, number>();
  for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  const part = (count: number) => count * (count - 1) * (2 * count + 5);
  return ([...ties.values()].reduce((rest, count) => rest - part(count), part(values.length)) as number) / 18;
}

/** By how much neighbours' likeness widens the variance; 1 where they are independent, or unlike. */
function likeness(values: readonly number[], slope: number): number {
  const rests = values.map((value, index) => value - slope * index);
  const mean = meanOf(rests);
  let variance = 0;
  let covariance = 0;
  for (let index = 0; index < rests.length; index++) {
    const rest = (rests[index] as number) - mean;
    variance += rest * rest;
    if (index > 0) covariance += rest * ((rests[index - 1] as number) - mean);
  }
  const seen = variance === 0 ? 0 : covariance / variance;
  // The estimate is too small by about (1 + 4 r) / n (Kendall, Biometrika 41, 1954); half its standard error
  // is added to be on the safe side.
  const mended =
    (seen * rests.length + 1) / (rests.length - 4) + 0.5 * Math.sqrt((1 - seen * seen) / rests.length);
  const correlation = Math.min(0.95, Math.max(0, mended));
  return (1 + correlation) / (1 - correlation);
}
