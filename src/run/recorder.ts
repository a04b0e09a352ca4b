/** What is recorded of requests that ended well: how long they took, from their intended and from their actual start, and what happened in each 100 ms. */
import type { TimelineEntry } from '../result.ts';
import { type Counts, Histogram } from '../stats/histogram.ts';
import type { EndedRequest } from './window.ts';

const SLOT_NS = 100e6;

/**
 * Three histograms and a timeline at the cost of one record a request, where it began when it was to: such requests have one
 * figure only. What is recorded goes into the present slot's histograms, which the others take over when the slot is over.
 */
export class Recorder {
  /** End - intended start. Whole once the recorder is closed, as are the others. */
  readonly latency = new Histogram();
  /** End - actual start. */
  readonly service = new Histogram();
  /** Actual start - intended start. */
  readonly lag = new Histogram();
  /** How long a submit keeps control, of a sample of requests. */
  readonly submit = new Histogram();
  /** The slots that are over; what is left of the last one is too short to be told. */
  readonly timeline: TimelineEntry[] = [];
  /** What each of these slots counted, if it is asked for: percentiles of several recorders' slots can be told only from that. */
  readonly slots: Counts[] = [];
  private readonly punctual = new Histogram();
  private readonly late = new Histogram();
  private readonly inSystem: (nowNs: number) => number;
  private readonly keepsSlots: boolean;
  private openedNs = Number.NaN;
  private slotEndsNs = Number.POSITIVE_INFINITY;

  /** `inSystem` says how many requests are in the system. */
  constructor(inSystem: (nowNs: number) => number, { keepsSlots = false }: { keepsSlots?: boolean | undefined } = {}) {
    this.inSystem = inSystem;
    this.keepsSlots = keepsSlots;
  }

  /** Begins anew: what was recorded before is forgotten. */
  open(nowNs: number): void {
    for (const histogram of [this.latency, this.service, this.lag, this.submit, this.punctual, this.late]) histogram.reset();
    this.timeline.length = 0;
    this.slots.length = 0;
    this.openedNs = nowNs;
    this.slotEndsNs = nowNs + SLOT_NS;
  }

  /** A request ended, well or not: it may be the first in a new slot. */
  passed({ endedNs }: Pick<EndedRequest, 'endedNs'>): void {
    if (endedNs >= this.slotEndsNs) this.finishSlots(endedNs);
  }

  ended(request: Pick<EndedRequest, 'intendedNs' | 'startedNs' | 'endedNs'>): void {
    if (request.startedNs === request.intendedNs) this.punctual.record(request.endedNs - request.intendedNs);
    else this.endedLate(request);
  }

  close(): void {
    this.mergeSlot();
    this.clearSlot();
    this.slotEndsNs = Number.POSITIVE_INFINITY;
  }

  private endedLate({ intendedNs, startedNs, endedNs }: Pick<EndedRequest, 'intendedNs' | 'startedNs' | 'endedNs'>): void {
    this.late.record(endedNs - intendedNs);
    this.service.record(endedNs - startedNs);
    this.lag.record(startedNs - intendedNs);
  }

  private finishSlots(nowNs: number): void {
    do this.finishSlot(nowNs);
    while (nowNs >= this.slotEndsNs);
  }

  private finishSlot(nowNs: number): void {
    this.mergeSlot();
    const slot = this.late;
    this.timeline.push(timelineEntry(this.timeline.length, slot, this.inSystem(nowNs)));
    if (this.keepsSlots) this.slots.push(slot.toCounts());
    this.clearSlot();
    this.slotEndsNs = this.openedNs + (this.timeline.length + 1) * SLOT_NS;
  }

  /** The slot's requests go into the whole histograms; all its latencies are in `late` then. */
  private mergeSlot(): void {
    const { punctual, late } = this;
    this.service.add(punctual);
    if (punctual.count > 0) this.lag.record(0, punctual.count);
    late.add(punctual);
    this.latency.add(late);
  }

  private clearSlot(): void {
    this.punctual.reset();
    this.late.reset();
  }
}

/** One slot of a timeline: what it counted, and how many requests were in the system at its end. */
export function timelineEntry(index: number, slot: Histogram, inFlight: number): TimelineEntry {
  const isEmpty = slot.count === 0;
  return {
    atNs: index * SLOT_NS,
    throughputPerSecond: (slot.count * 1e9) / SLOT_NS,
    p50Ns: isEmpty ? null : slot.percentile(50),
    p99Ns: isEmpty ? null : slot.percentile(99),
    inFlight,
  };
}
