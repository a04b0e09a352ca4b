/**
 * Histograms of nanoseconds, to record into. Memory is fixed, however many values are recorded; whole
 * histograms merge, percentiles never do.
 */
import { BINS, binOf, bounded, lowestOf } from './bins.ts';

// Not the imported one: V8 looks that up, and whether it has a value yet, each time.
const BEYOND = BINS;

/** What a histogram counted, as plain data: for another thread or process. */
export interface Counts {
  /** The bin of the first of the counts; those that follow are of the bins that follow. */
  readonly lowestBin: number;
  readonly counts: Uint32Array;
  readonly sumNs: number;
}

/**
 * A histogram to record into, at a cost of nanoseconds: values are counted in bins that are those of
 * HdrHistogram, so that what is stored is exactly what it would have recorded of the rounded ones.
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

  /** Records a duration of zero, `times` times. */
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

  /** The smallest value that `percent` % of the values do not exceed, to three digits. */
  percentile(percent: number): number {
    const rank = Math.max(1, Math.ceil((percent / 100) * this.count));
    let seen = 0;
    for (let bin = this.lowestBin; bin <= this.highestBin; bin++) {
      seen += this.counts[bin] as number;
      if (seen >= rank) return lowestOf(bin);
    }
    return 0;
  }

  private countIn(bin: number, times: number): void {
    this.counts[bin] = (this.counts[bin] as number) + times;
    this.count += times;
    if (bin < this.lowestBin) this.lowestBin = bin;
    if (bin > this.highestBin) this.highestBin = bin;
  }
}

/** What several threads counted at the same time, as one. */
export function mergeCounts(parts: readonly Counts[]): Counts {
  const merged = new Histogram();
  for (const part of parts) merged.addCounts(part);
  return merged.toCounts();
}
