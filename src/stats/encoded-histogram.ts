/**
 * Histograms as they are stored, and read again: HdrHistogram V2, compressed, base64
 * (github.com/HdrHistogram/HdrHistogram, "V2 encoding").
 */
import * as hdr from 'hdr-histogram-js';
import { LONGEST_NS, lowestOf } from './bins.ts';
import type { Counts } from './histogram.ts';

export const SHAPE = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: LONGEST_NS,
  numberOfSignificantValueDigits: 3,
  bitBucketSize: 64,
} as const;

/** What was counted, with the exact mean, which the bins of the encoded histogram would round. */
export function encodeCounts({ lowestBin, counts, sumNs }: Counts): {
  hdr: string;
  meanNs: number;
  count: number;
} {
  const histogram = hdr.build({ ...SHAPE, useWebAssembly: false });
  let count = 0;
  for (const [index, times] of counts.entries()) {
    if (times > 0) histogram.recordValueWithCount(lowestOf(lowestBin + index), times);
    count += times;
  }
  return { hdr: hdr.encodeIntoCompressedBase64(histogram), meanNs: count === 0 ? 0 : sumNs / count, count };
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
export const mergeEncoded = (encoded: readonly string[]): string =>
  hdr.encodeIntoCompressedBase64(mergedFrom(encoded));

/** Merges stored histograms into one distribution. */
export function mergeHistograms(encoded: readonly string[]): Distribution {
  const merged = mergedFrom(encoded);
  return {
    count: merged.totalCount,
    maxNs: merged.totalCount === 0 ? 0 : merged.maxValue,
    at: (percentile) => merged.getValueAtPercentile(percentile),
  };
}
