/** Histograms of nanoseconds. Memory is fixed, however many values are recorded; whole histograms merge, percentiles never do. */
import * as hdr from 'hdr-histogram-js';
import { BINS, binOf, bounded, LONGEST_NS, lowestOf } from './bins.ts';

export const SHAPE = { lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_NS, numberOfSignificantValueDigits: 3, bitBucketSize: 64 } as const;

// Not the imported one: V8 looks that up, and whether it has a value yet, each time.
const BEYOND = BINS;

/** What a histogram counted, as plain data: another thread can add it to its own. */
export interface Counts {
  /** The bin of the first of the counts; those that follow are of the bins that follow. */
  readonly lowestBin: number;
  readonly counts: Uint32Array;
  readonly sumNs: number;
}

/**
 * A histogram to record into, at a cost of nanoseconds: values are counted in bins that are those of HdrHistogram, so that what is
 * stored is exactly what it would have recorded of the rounded ones.
 */
export class Histogram {
  count = 0;
  sumNs = 0;
  private readonly counts = new Uint32Array(BINS);
  private lowestBin = BINS;
  private highestBin = -1;

  /** Records a duration; below zero counts as zero, above an hour as an hour. */
  record(ns: number): void {
    const bin = binOf(ns);
    if (bin < 0 || bin >= BEYOND) {
      this.record(bounded(ns));
      return;
    }
    this.countIn(bin, 1);
    this.sumNs += ns;
  }

  /** Records a duration of zero, so many times. */
  recordZeros(times: number): void {
    this.countIn(binOf(0), times);
  }

  /** Takes over all that another one has. */
  add(other: Histogram): void {
    const { lowestBin, highestBin, sumNs } = other;
    this.addCounts({ lowestBin, counts: other.counts.subarray(lowestBin, highestBin + 1), sumNs });
  }

  addCounts({ lowestBin, counts, sumNs }: Counts): void {
    for (let index = 0; index < counts.length; index++) {
      const times = counts[index] as number;
      if (times > 0) this.countIn(lowestBin + index, times);
    }
    this.sumNs += sumNs;
  }

  /** All that it has now; what it records later is not in it. */
  toCounts(): Counts {
    const { lowestBin, sumNs } = this;
    return { lowestBin, counts: this.counts.slice(lowestBin, this.highestBin + 1), sumNs };
  }

  reset(): void {
    this.counts.fill(0, this.lowestBin, this.highestBin + 1);
    this.lowestBin = BINS;
    this.highestBin = -1;
    this.count = 0;
    this.sumNs = 0;
  }

  get meanNs(): number {
    return this.count === 0 ? 0 : this.sumNs / this.count;
  }

  /** The smallest value that so many percent of the values do not exceed, to three digits. */
  percentile(percent: number): number {
    const rank = Math.max(1, Math.ceil((percent / 100) * this.count));
    let seen = 0;
    for (let bin = this.lowestBin; bin <= this.highestBin; bin++) {
      seen += this.counts[bin] as number;
      if (seen >= rank) return lowestOf(bin);
    }
    return 0;
  }

  /** HdrHistogram V2, compressed, base64. */
  encode(): string {
    const histogram = hdr.build({ ...SHAPE, useWebAssembly: false });
    for (let bin = this.lowestBin; bin <= this.highestBin; bin++) {
      const times = this.counts[bin] as number;
      if (times > 0) histogram.recordValueWithCount(lowestOf(bin), times);
    }
    return hdr.encodeIntoCompressedBase64(histogram);
  }

  private countIn(bin: number, times: number): void {
    this.counts[bin] = (this.counts[bin] as number) + times;
    this.count += times;
    if (bin < this.lowestBin) this.lowestBin = bin;
    if (bin > this.highestBin) this.highestBin = bin;
  }
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
