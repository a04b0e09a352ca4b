/**
 * Histograms of nanoseconds: HdrHistogram (Tene), three significant digits, one nanosecond to an hour.
 * Memory is fixed, however many values are recorded; whole histograms merge, percentiles never do.
 */
import os from 'node:os';
import * as hdr from 'hdr-histogram-js';

export const LONGEST_NS = 3_600e9;
export const SHAPE = { lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_NS, numberOfSignificantValueDigits: 3, bitBucketSize: 64 } as const;

/** The top bits of a number: its exponent, and so much of its mantissa that each octave has 1024 bins, as three digits need. */
const MANTISSA_BITS = 10;
const SHIFT = 20 - MANTISSA_BITS;
const BIAS = 1023 << MANTISSA_BITS;
const float = new Float64Array(1);
const words = new Int32Array(float.buffer);
const HIGH_WORD = os.endianness() === 'LE' ? 1 : 0;
const LOW_WORD = 1 - HIGH_WORD;

/** Bin 0 is zero; the bits of a floating-point number are those of a logarithmic scale that is linear within each octave. */
function binOf(ns: number): number {
  if (ns < 1) return 0;
  float[0] = ns;
  return ((words[HIGH_WORD] as number) >> SHIFT) - BIAS + 1;
}

/** The lowest value of a bin. */
function lowestOf(bin: number): number {
  if (bin === 0) return 0;
  words[LOW_WORD] = 0;
  words[HIGH_WORD] = (bin - 1 + BIAS) << SHIFT;
  return float[0] as number;
}

const BINS = binOf(LONGEST_NS) + 1;

function bounded(ns: number): number {
  if (Number.isNaN(ns)) throw new RangeError('a duration is not a number');
  return ns < 0 ? 0 : LONGEST_NS;
}

/** What a histogram counted, as plain data: another thread can add it to its own. */
export interface Counts {
  /** The bin of the first of the counts; those that follow are of the bins that follow. */
  readonly lowestBin: number;
  readonly counts: Uint32Array;
  readonly sumNs: number;
}

/**
 * A histogram to record into, at a cost of nanoseconds: whole values are counted by their own bits, in bins that are those of
 * HdrHistogram, so that what is stored is exactly what it would have recorded.
 */
export class Histogram {
  count = 0;
  sumNs = 0;
  private readonly counts = new Uint32Array(BINS);
  private lowestBin = BINS;
  private highestBin = -1;

  /** Records a duration, so many times; below zero counts as zero, above an hour as an hour. */
  record(ns: number, times = 1): void {
    const value = ns >= 0 && ns < LONGEST_NS ? Math.round(ns) : bounded(ns);
    this.countIn(binOf(value), times);
    this.sumNs += value * times;
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
