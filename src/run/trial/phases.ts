/** The phases of requests, a histogram each. Those of one request add up to its service time. */
import { type Counts, Histogram } from '../../stats/histogram.ts';
import { DISPATCH, type MarkedTimes, REST } from '../../workloads/marks.ts';

export interface PhaseCounts {
  readonly name: string;
  readonly counts: Counts;
}

export class Phases {
  private readonly names: readonly string[];
  /** From the start until another thread begins the request. */
  private readonly dispatch = new Histogram();
  private readonly declared: readonly Histogram[];
  /** After the last mark. */
  private readonly rest = new Histogram();

  /** `names` are those that the workload declares. */
  constructor(names: readonly string[]) {
    this.names = names;
    this.declared = names.map(() => new Histogram());
  }

  record(startedNs: number, endedNs: number, { beganNs, spentNs, lastNs }: MarkedTimes): void {
    // In the thread that started it, a request begins at once.
    if (beganNs !== startedNs) this.dispatch.record(beganNs - startedNs);
    for (let place = 0; place < this.declared.length; place++) {
      const ns = spentNs[place];
      if (ns !== undefined) (this.declared[place] as Histogram).record(ns);
    }
    this.rest.record(endedNs - lastNs);
  }

  reset(): void {
    for (const histogram of this.all()) histogram.reset();
  }

  /** In their order, those that any request went through. */
  read(): PhaseCounts[] {
    const names = [DISPATCH, ...this.names, REST];
    return this.all().flatMap((histogram, place) =>
      histogram.count === 0 ? [] : [{ name: names[place] as string, counts: histogram.toCounts() }],
    );
  }

  private all(): readonly Histogram[] {
    return [this.dispatch, ...this.declared, this.rest];
  }
}
