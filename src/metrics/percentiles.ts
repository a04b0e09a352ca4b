/** Percentiles, from whole histograms only, and only those that enough requests support. */
import { type Distribution, mergeHistograms } from '../stats/encoded-histogram.ts';
import type { PercentileName, Percentiles, StoredHistogram } from './fields.ts';
import type { Columns } from './metric.ts';

/** A percentile is given where at least this many requests lie beyond it. */
const REQUESTS_BEYOND = 10;
const POINTS_PER_NINE = 10;

/** From this share of requests with an unknown latency on, their mean is a lower bound. */
const UNKNOWN_SHARE = 0.01;
const RANKS = { p50: 50, p90: 90, p99: 99, p999: 99.9 } as const;

interface Weighted {
  readonly histogram: StoredHistogram;
  /** How many values it has, where the histogram does not say so itself. */
  readonly count: number;
}

export interface Merged {
  readonly distribution: Distribution;
  /** Exact, weighted by counts, nanoseconds. */
  readonly meanNs: number;
  /**
   * Values from here on are lower bounds, nanoseconds: a request that was given up had been in the system for
   * this long.
   */
  readonly boundsFromNs: number;
  /** The share of requests that were given up. */
  readonly unknownShare: number;
}

/**
 * Merges the histograms of a cell's trials. The requests that were given up (`ages`: how long they had been
 * in the system then) are among the slowest: each counts with its age, and what lies above the least age is a
 * lower bound.
 */
export function mergeTrials(parts: readonly Weighted[], ages: readonly StoredHistogram[] = []): Merged {
  const all = [...parts, ...ages.map((histogram) => ({ histogram, count: 0 }))];
  const count = all.reduce((sum, part) => sum + countOf(part), 0);
  const sumNs = all.reduce((sum, part) => sum + countOf(part) * part.histogram.meanNs, 0);
  const givenUp = ages.length === 0 ? undefined : mergeHistograms(ages.map(({ hdr }) => hdr));
  return {
    distribution: mergeHistograms(all.map((part) => part.histogram.hdr)),
    meanNs: count === 0 ? 0 : sumNs / count,
    boundsFromNs: givenUp === undefined || givenUp.count === 0 ? Number.POSITIVE_INFINITY : givenUp.at(0),
    unknownShare: count === 0 ? 0 : (givenUp?.count ?? 0) / count,
  };
}

/** Of a trial, what its latency is made of. */
export interface WithLatency {
  readonly completed: number;
  readonly latency: StoredHistogram;
  readonly unfinishedAge?: StoredHistogram | undefined;
}

/**
 * The latency of a cell's requests. Those that were given up while the window drained are among the slowest.
 */
export function latencyOf(trials: readonly WithLatency[]): Merged {
  return mergeTrials(
    trials.map((trial) => ({ histogram: trial.latency, count: trial.completed })),
    trials.flatMap((trial) => trial.unfinishedAge ?? []),
  );
}

const countOf = ({ histogram, count }: Weighted): number => histogram.count ?? count;

/** The percentiles of the contract, in nanoseconds; `null` where too few requests support one. */
export function percentilesOf({ distribution, meanNs, boundsFromNs, unknownShare }: Merged): Percentiles {
  const at = (percentile: number) =>
    isSupported(distribution.count, percentile) ? distribution.at(percentile) : null;
  const ranks = { p50: at(RANKS.p50), p90: at(RANKS.p90), p99: at(RANKS.p99), p999: at(RANKS.p999) };
  const atLeast = [
    ...(unknownShare > UNKNOWN_SHARE ? ['mean' as const] : []),
    ...(Object.keys(RANKS) as (keyof typeof RANKS)[]).filter((key) => (ranks[key] ?? 0) >= boundsFromNs),
    ...(distribution.maxNs >= boundsFromNs ? ['max' as const] : []),
  ];
  return { mean: meanNs, ...ranks, max: distribution.maxNs, ...(atLeast.length === 0 ? {} : { atLeast }) };
}

/** Whether `count` requests leave enough of them beyond `percentile`. */
export function isSupported(count: number, percentile: number): boolean {
  // Rounded, because 1 - 0.999 is not quite a thousandth.
  return Math.round(count * (100 - percentile) * 1e6) / 1e8 >= REQUESTS_BEYOND;
}

/** How many requests a percentile needs. */
export const requestsFor = (percentile: number): number =>
  Math.ceil(Number(((100 * REQUESTS_BEYOND) / (100 - percentile)).toPrecision(9)));

interface Point {
  readonly percentile: number;
  readonly ns: number;
}

/**
 * Latency over percentiles, ten points from each nine to the next, as far as the count supports them and they
 * are known.
 */
export function latencyDistribution({ distribution, boundsFromNs }: Merged): Point[] {
  const points: Point[] = [];
  for (let step = 0; ; step++) {
    const percentile = Number((100 * (1 - 10 ** (-step / POINTS_PER_NINE))).toFixed(8));
    const ns = distribution.at(percentile);
    if (!isSupported(distribution.count, percentile) || ns >= boundsFromNs) return points;
    points.push({ percentile, ns });
  }
}

const NAMES = ['mean', 'p50', 'p90', 'p99', 'p999', 'max'] as const satisfies readonly PercentileName[];

/** A column for each percentile: `latency_p99_ns`. */
export function percentileColumns<Cell>(name: string, pick: (cell: Cell) => Percentiles): Columns<Cell> {
  return Object.fromEntries(NAMES.map((key) => [`${name}_${key}_ns`, (cell: Cell) => pick(cell)[key]]));
}
