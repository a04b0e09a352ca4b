/** The slots of a timeline. */
import type { Histogram } from './histogram.ts';

export const SLOT_NS = 100e6;

/** Requests of a slot that failed, and when: from the window's opening. */
export interface SlotFailures {
  readonly requests: number;
  readonly firstAtNs: number;
  readonly lastAtNs: number;
}

/** One slot of a timeline: what it counted, and how many requests were in the system at its end. */
export function timelineEntry(index: number, slot: Histogram, inFlight: number, failed?: SlotFailures) {
  const isEmpty = slot.count === 0;
  return {
    atNs: index * SLOT_NS,
    throughputPerSecond: (slot.count * 1e9) / SLOT_NS,
    p50Ns: isEmpty ? null : slot.percentile(50),
    p99Ns: isEmpty ? null : slot.percentile(99),
    inFlight,
    ...(failed === undefined ? {} : { failed }),
  };
}

/** Those of several loops; `undefined` if there are none. */
export function failuresTogether(all: readonly SlotFailures[]): SlotFailures | undefined {
  if (all.length === 0) return undefined;
  return {
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    firstAtNs: Math.min(...all.map(({ firstAtNs }) => firstAtNs)),
    lastAtNs: Math.max(...all.map(({ lastAtNs }) => lastAtNs)),
  };
}
