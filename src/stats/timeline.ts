/** The slots of a timeline. */
import type { Histogram } from './histogram.ts';

export const SLOT_NS = 100e6;

/** One slot of a timeline: what it counted, and how many requests were in the system at its end. */
export function timelineEntry(index: number, slot: Histogram, inFlight: number) {
  const isEmpty = slot.count === 0;
  return {
    atNs: index * SLOT_NS,
    throughputPerSecond: (slot.count * 1e9) / SLOT_NS,
    p50Ns: isEmpty ? null : slot.percentile(50),
    p99Ns: isEmpty ? null : slot.percentile(99),
    inFlight,
  };
}
