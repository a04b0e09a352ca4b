import { BINS, binOf, bounded, LONGEST_NS } from './bins.ts';
import type { Histogram } from './histogram.ts';

// Not the imported one: V8 looks that up, and whether it has a value yet, each time.
const BEYOND = BINS;

/**
 * Requests that began late: how long each took, and the two parts of that, lag and service. Three histograms
 * at the cost of little more than one.
 */
export class LatencyParts {
  private lagSumNs = 0;
  private serviceSumNs = 0;
  /**
   * The counts of lag, service and latency, one after the other: V8 reads what an array is like at each
   * access.
   */
  private readonly counts = new Uint32Array(3 * BINS);
  /** Of all three: no part is longer than the whole. */
  private lowestBin = BINS;
  private highestBin = -1;

  /** Records a request. A part below zero counts as zero; of what is longer than an hour, the lag is cut. */
  record(lagNs: number, serviceNs: number): void {
    const lagBin = binOf(lagNs);
    const serviceBin = binOf(serviceNs);
    const latencyBin = binOf(lagNs + serviceNs);
    if (lagBin < 0 || serviceBin < 0 || latencyBin >= BEYOND) {
      this.recordBounded(lagNs, serviceNs);
      return;
    }
    const { counts } = this;
    counts[lagBin] = (counts[lagBin] as number) + 1;
    counts[BEYOND + serviceBin] = (counts[BEYOND + serviceBin] as number) + 1;
    counts[2 * BEYOND + latencyBin] = (counts[2 * BEYOND + latencyBin] as number) + 1;
    this.lagSumNs += lagNs;
    this.serviceSumNs += serviceNs;
    if (lagBin < this.lowestBin) this.lowestBin = lagBin;
    if (serviceBin < this.lowestBin) this.lowestBin = serviceBin;
    if (latencyBin > this.highestBin) this.highestBin = latencyBin;
  }

  /** Hands over all that was recorded. */
  addTo({ latency, service, lag }: Record<'latency' | 'service' | 'lag', Histogram>): void {
    const { lowestBin, lagSumNs, serviceSumNs } = this;
    const [lags, services, latencies] = this.recorded() as [Uint32Array, Uint32Array, Uint32Array];
    lag.addCounts({ lowestBin, counts: lags, sumNs: lagSumNs });
    service.addCounts({ lowestBin, counts: services, sumNs: serviceSumNs });
    latency.addCounts({ lowestBin, counts: latencies, sumNs: lagSumNs + serviceSumNs });
  }

  reset(): void {
    for (const counts of this.recorded()) counts.fill(0);
    this.lagSumNs = 0;
    this.serviceSumNs = 0;
    this.lowestBin = BINS;
    this.highestBin = -1;
  }

  private recorded(): Uint32Array[] {
    const from = Math.min(this.lowestBin, this.highestBin + 1);
    return [0, 1, 2].map((part) =>
      this.counts.subarray(part * BINS + from, part * BINS + this.highestBin + 1),
    );
  }

  private recordBounded(lagNs: number, serviceNs: number): void {
    const boundedNs = bounded(serviceNs);
    this.record(Math.min(bounded(lagNs), LONGEST_NS - boundedNs), boundedNs);
  }
}
