/**
 * Histograms of nanoseconds: HdrHistogram (Tene), three significant digits, one nanosecond to an hour.
 * Memory is fixed, however many values are recorded; whole histograms merge, percentiles never do.
 */
import * as hdr from 'hdr-histogram-js';

export const LONGEST_NS = 3_600e9;
const SHAPE = { lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_NS, numberOfSignificantValueDigits: 3 } as const;

let webAssembly: Promise<void> | undefined;

/** Loads the fast recorder. Once in every thread that records. */
export function initialiseHistograms(): Promise<void> {
  webAssembly ??= hdr.initWebAssembly();
  return webAssembly;
}

export interface Histogram {
  /** Records a duration; below zero counts as zero, above an hour as an hour. */
  record(ns: number): void;
  reset(): void;
  readonly count: number;
  readonly meanNs: number;
  /** The smallest value that so many percent of the values do not exceed. */
  percentile(percent: number): number;
  /** HdrHistogram V2, compressed, base64. */
  encode(): string;
}

/** A histogram to record into. `initialiseHistograms` has to be done first in this thread. */
export function createHistogram(): Histogram {
  const histogram = hdr.build({ ...SHAPE, useWebAssembly: true });
  let count = 0;
  let sumNs = 0;
  return {
    record(ns) {
      const value = ns > 0 ? (ns < LONGEST_NS ? Math.round(ns) : LONGEST_NS) : 0;
      if (Number.isNaN(ns)) throw new RangeError('a duration is not a number');
      histogram.recordValue(value);
      count++;
      sumNs += value;
    },
    reset() {
      histogram.reset();
      count = 0;
      sumNs = 0;
    },
    get count() {
      return count;
    },
    get meanNs() {
      return count === 0 ? 0 : sumNs / count;
    },
    percentile: (percent) => histogram.getValueAtPercentile(percent),
    encode: () => hdr.encodeIntoCompressedBase64(histogram),
  };
}

/** A histogram to read from: merged from stored ones. */
export interface Distribution {
  readonly count: number;
  readonly maxNs: number;
  /** The smallest value that `percentile` percent of the values do not exceed. */
  at(percentile: number): number;
}

function mergedFrom(encoded: readonly string[]): hdr.Histogram {
  const merged = hdr.build({ ...SHAPE, useWebAssembly: false });
  for (const text of encoded) merged.add(hdr.decodeFromCompressedBase64(text, 64, false));
  return merged;
}

/** Merges stored histograms into one stored histogram. */
export const mergeEncoded = (encoded: readonly string[]): string => hdr.encodeIntoCompressedBase64(mergedFrom(encoded));

/** Merges stored histograms into one distribution. */
export function mergeHistograms(encoded: readonly string[]): Distribution {
  const merged = mergedFrom(encoded);
  return {
    count: merged.totalCount,
    maxNs: merged.totalCount === 0 ? 0 : merged.maxValue,
    at: (percentile) => merged.getValueAtPercentile(percentile),
  };
}
