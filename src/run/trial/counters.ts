/** What clients count themselves, and the bytes that they moved, while the window was open. */
import type { MeasuredTrial } from '../../result.ts';
import { type Tally, tallyBetween } from '../../workloads/tally.ts';
import type { RequestObserver } from './observer.ts';

export interface CounterSources {
  /** Further counts of this thread's requests. */
  readonly tally?: Tally | undefined;
  /** The bytes that requests have moved in and out so far, if that is known. */
  readonly movedBytes?: (() => readonly [number, number]) | undefined;
}

export class Counters implements RequestObserver {
  private readonly sources: CounterSources;
  private before: ReturnType<typeof readCounters>;
  private after: ReturnType<typeof readCounters>;

  constructor(sources: CounterSources) {
    this.sources = sources;
    // The first reading takes longest, and requests would be late for it.
    this.before = readCounters(sources);
    this.after = this.before;
  }

  opened(): void {
    this.before = readCounters(this.sources);
  }

  closed(): void {
    this.after = readCounters(this.sources);
  }

  read(): Pick<MeasuredTrial, 'reconnects' | 'statuses' | 'cacheHits' | 'bytes'> {
    const { before, after } = this;
    return {
      ...(before.tally && after.tally ? tallyBetween(before.tally, after.tally) : {}),
      ...(before.bytes && after.bytes
        ? { bytes: { in: after.bytes[0] - before.bytes[0], out: after.bytes[1] - before.bytes[1] } }
        : {}),
    };
  }
}

const readCounters = ({ tally, movedBytes }: CounterSources) => ({
  tally: tally?.read(),
  bytes: movedBytes?.(),
});
