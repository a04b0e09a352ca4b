/**
 * The number of requests in the system, over the window, counted in two ways that must agree (Little's law as
 * an operational identity: Denning and Buzen, The Operational Analysis of Queueing Network Models, 1978):
 * from when they arrive and end, and from the recorded latencies.
 */

import type { EndedRequest, RequestObserver, Turn } from './observer.ts';

export interface FlowResult {
  /** The mean number of requests in the system, by their arrivals and ends. */
  readonly inFlightMean: number;
  /**
   * The same, by the latencies of those that ended, less the part before the window, and the ages of those
   * that had not ended.
   */
  readonly inFlightMeanByTimes: number;
}

export class Flow implements RequestObserver {
  private readonly latencySumNs: () => number;
  private result: FlowResult = { inFlightMean: 0, inFlightMeanByTimes: 0 };
  private openedNs = Number.NaN;
  private agesAtOpeningNs = 0;
  /**
   * Requests that were in line at the opening and have not been taken yet: they are taken before all others.
   */
  private oldInLine = 0;
  /**
   * The sum of ends less the sum of arrivals, each since the opening: complete for requests that came and
   * went, partial for the others.
   */
  private balanceNs = 0;
  /** By how much the ends of requests lie before the opening that were reported after it. */
  private beforeOpeningNs = 0;

  /** `latencySumNs` is called as the window closes: that of all that ended in it, failed or not. */
  constructor(latencySumNs: () => number) {
    this.latencySumNs = latencySumNs;
  }

  began(intendedNs: number): void {
    if (this.oldInLine > 0) this.oldInLine--;
    else this.arrive(intendedNs);
  }

  ended({ endedNs }: Pick<EndedRequest, 'endedNs'>): void {
    const sinceOpeningNs = endedNs - this.openedNs;
    if (sinceOpeningNs >= 0) this.balanceNs += sinceOpeningNs;
    else this.beforeOpeningNs -= sinceOpeningNs;
  }

  opened({ atNs, line, taken }: Turn): void {
    this.openedNs = atNs;
    this.oldInLine = line.length;
    this.agesAtOpeningNs = agesAt(atNs, line) + agesAt(atNs, taken);
    this.balanceNs = 0;
    this.beforeOpeningNs = 0;
  }

  closed({ atNs, line, taken, inFlight }: Turn): void {
    const windowNs = atNs - this.openedNs;
    for (const intendedNs of line.slice(this.oldInLine)) this.arrive(intendedNs);
    const byEventsNs = (line.length + inFlight) * windowNs + this.balanceNs;
    const byTimesNs =
      this.latencySumNs() +
      this.beforeOpeningNs -
      this.agesAtOpeningNs +
      agesAt(atNs, line) +
      agesAt(atNs, taken);
    this.result = { inFlightMean: byEventsNs / windowNs, inFlightMeanByTimes: byTimesNs / windowNs };
  }

  read(): FlowResult {
    return this.result;
  }

  private arrive(intendedNs: number): void {
    const sinceOpeningNs = intendedNs - this.openedNs;
    if (sinceOpeningNs >= 0) this.balanceNs -= sinceOpeningNs;
    // It arrived before the opening, which was not known then: the end that its client had waited for was
    // reported later.
    else this.agesAtOpeningNs -= sinceOpeningNs;
  }
}

const agesAt = (nowNs: number, arrivalsNs: readonly number[]) =>
  arrivalsNs.reduce((sum, arrivalNs) => sum + nowNs - arrivalNs, 0);
