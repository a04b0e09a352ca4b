/**
 * How many requests are in the system, over the window, counted in two ways that must agree (Little's law as an operational
 * identity: Denning and Buzen, The Operational Analysis of Queueing Network Models, 1978): from when they arrive and end, and from how long
 * each was there.
 */

/** The requests that are due and that the model has not taken yet. */
export interface Line {
  readonly count: number;
  /** Of their intended starts; and how many of them, and their sum, that are later than the window's opening. */
  readonly sumNs: number;
  readonly newCount: number;
  readonly newSumNs: number;
}

export interface FlowResult {
  /** The mean number of requests in the system, by their arrivals and ends. */
  readonly inFlightMean: number;
  /** The same, by the time that each spent there inside the window. */
  readonly inFlightMeanByTimes: number;
}

export class Flow {
  private openedNs = Number.NaN;
  private inSystemAtOpening = 0;
  private agesAtOpeningNs = 0;
  private taken = 0;
  private takenSumNs = 0;
  private arrivals = 0;
  private arrivalSumNs = 0;
  private ends = 0;
  private endSumNs = 0;
  private timesNs = 0;

  take(intendedNs: number): void {
    this.taken++;
    this.takenSumNs += intendedNs;
    if (intendedNs > this.openedNs) {
      this.arrivals++;
      this.arrivalSumNs += intendedNs - this.openedNs;
    }
  }

  end(intendedNs: number, endedNs: number): void {
    this.taken--;
    this.takenSumNs -= intendedNs;
    this.ends++;
    this.endSumNs += endedNs - this.openedNs;
    this.timesNs += endedNs - intendedNs;
  }

  open(nowNs: number, line: Line): void {
    this.openedNs = nowNs;
    this.inSystemAtOpening = this.taken + line.count;
    this.agesAtOpeningNs = this.agesAt(nowNs, line);
    this.arrivals = 0;
    this.arrivalSumNs = 0;
    this.ends = 0;
    this.endSumNs = 0;
    this.timesNs = 0;
  }

  close(nowNs: number, line: Line): FlowResult {
    const windowNs = nowNs - this.openedNs;
    const arrivals = this.arrivals + line.newCount;
    const arrivalSumNs = this.arrivalSumNs + line.newSumNs - line.newCount * this.openedNs;
    const byEventsNs = this.inSystemAtOpening * windowNs + (arrivals * windowNs - arrivalSumNs) - (this.ends * windowNs - this.endSumNs);
    const byTimesNs = this.timesNs - this.agesAtOpeningNs + this.agesAt(nowNs, line);
    return { inFlightMean: byEventsNs / windowNs, inFlightMeanByTimes: byTimesNs / windowNs };
  }

  private agesAt(nowNs: number, line: Line): number {
    return (this.taken + line.count) * nowNs - this.takenSumNs - line.sumNs;
  }
}
