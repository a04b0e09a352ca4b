/** Percentiles, from whole histograms only, and only those that enough requests support. */
import type { MeasuredCell, Percentiles, StoredHistogram } from '../result.ts';
import { type Distribution, mergeHistograms } from '../stats/histogram.ts';

/** A percentile is given where at least this many requests lie beyond it. */
const REQUESTS_BEYOND = 10;
const POINTS_PER_NINE = 10;

interface Weighted {
  readonly histogram: StoredHistogram;
  readonly count: number;
}

export interface Merged {
  readonly distribution: Distribution;
  /** Exact, weighted by counts, nanoseconds. */
  readonly meanNs: number;
}

/** Merges the histograms of a cell's trials. */
export function mergeTrials(parts: readonly Weighted[]): Merged {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const sumNs = parts.reduce((sum, part) => sum + part.count * part.histogram.meanNs, 0);
  return {
    distribution: mergeHistograms(parts.map((part) => part.histogram.hdr)),
    meanNs: count === 0 ? 0 : sumNs / count,
  };
}

/** The percentiles of the contract, in nanoseconds; `null` where too few requests support one. */
export function percentilesOf({ distribution, meanNs }: Merged): Percentiles {
  const at = (percentile: number) => (isSupported(distribution.count, percentile) ? distribution.at(percentile) : null);
  return { mean: meanNs, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: distribution.maxNs };
}

/** Whether `count` requests leave enough of them beyond `percentile`. */
export function isSupported(count: number, percentile: number): boolean {
  // Rounded, because 1 - 0.999 is not quite a thousandth.
  return Math.round(count * (100 - percentile) * 1e6) / 1e8 >= REQUESTS_BEYOND;
}

/** How many requests a percentile needs. */
export const requestsFor = (percentile: number): number => Math.ceil(Number(((100 * REQUESTS_BEYOND) / (100 - percentile)).toPrecision(9)));

/** Latency over percentiles, ten points from each nine to the next, as far as the count supports them. */
export function latencyDistribution({ distribution }: Merged): MeasuredCell['latencyDistribution'] {
  const points: MeasuredCell['latencyDistribution'] = [];
  for (let step = 0; ; step++) {
    const percentile = Number((100 * (1 - 10 ** (-step / POINTS_PER_NINE))).toFixed(8));
    if (!isSupported(distribution.count, percentile)) return points;
    points.push({ percentile, ns: distribution.at(percentile) });
  }
}
