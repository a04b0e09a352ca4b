/** What happened in each 100 ms of the window: throughput, latency, requests in flight. */
import type { TimelineEntry } from '../result.ts';
import { createHistogram } from '../stats/histogram.ts';

const SLOT_NS = 100e6;

export interface Timeline {
  ended(intendedNs: number, endedNs: number, isCounted: boolean): void;
  open(nowNs: number): void;
  /** The slots that are over; what is left of the last one is too short to be told. */
  entries(): TimelineEntry[];
}

/** `inSystem` says how many requests are in the system, now. */
export function createTimeline(inSystem: () => number): Timeline {
  const slot = createHistogram();
  const entries: TimelineEntry[] = [];
  let openedNs = Number.NaN;
  let slotEndsNs = Number.POSITIVE_INFINITY;

  function finishSlot(): void {
    const isEmpty = slot.count === 0;
    entries.push({
      atNs: entries.length * SLOT_NS,
      throughputPerSecond: (slot.count * 1e9) / SLOT_NS,
      p50Ns: isEmpty ? null : slot.percentile(50),
      p99Ns: isEmpty ? null : slot.percentile(99),
      inFlight: inSystem(),
    });
    slot.reset();
    slotEndsNs = openedNs + (entries.length + 1) * SLOT_NS;
  }

  return {
    open(nowNs) {
      openedNs = nowNs;
      slotEndsNs = nowNs + SLOT_NS;
    },
    ended(intendedNs, endedNs, isCounted) {
      while (endedNs >= slotEndsNs) finishSlot();
      if (isCounted) slot.record(endedNs - intendedNs);
    },
    entries: () => entries,
  };
}
