/** What is recorded of requests that ended well: how long they took, from their intended and from their actual start, and what happened in each 100 ms. */
import type { TimelineEntry } from '../../result.ts';
import { type Counts, Histogram } from '../../stats/histogram.ts';
import { LatencyParts } from '../../stats/latency-parts.ts';
import { SLOT_NS, timelineEntry } from '../../stats/timeline.ts';
import type { EndedRequest } from './window.ts';

/**
 * Three histograms and a timeline at the cost of little more than one histogram. A request that began when it was to has one figure
 * only. What is recorded is of the present slot; the others take it over when that is over.
 */
export class Recorder {
  /** End - intended start. Whole once the recorder is finished, as are the others. */
  readonly latency = new Histogram();
  /** End - actual start. */
  readonly service = new Histogram();
  /** Actual start - intended start. */
  readonly lag = new Histogram();
  /** How long a submit keeps control, of a sample of requests. */
  readonly submit = new Histogram();
  /** Latencies of requests that were due before the opening: they ended in its slots, and are in none of the whole histograms. */
  readonly early = new Histogram();
  /** The slots that are over; what is left of the last one is too short for an entry. */
  readonly timeline: TimelineEntry[] = [];
  /** What each of these slots counted, if it is asked for: percentiles of several recorders' slots need that. */
  readonly slots: Counts[] = [];
  /** The latencies of the present slot: of requests that began when they were to, until those that began late are added to them. */
  private readonly slot = new Histogram();
  private readonly late = new LatencyParts();
  private readonly earlySlot = new Histogram();
  private readonly inSystem: (nowNs: number) => number;
  private readonly keepsSlots: boolean;
  private openedNs = Number.NaN;
  /** When the present slot is over; never once the recorder is closed. */
  slotEndsNs = Number.POSITIVE_INFINITY;

  /** `inSystem` returns how many requests are in the system at a time that is not before any that it was asked for. */
  constructor(inSystem: (nowNs: number) => number, { keepsSlots = false }: { keepsSlots?: boolean | undefined } = {}) {
    this.inSystem = inSystem;
    this.keepsSlots = keepsSlots;
  }

  /** Begins anew: what was recorded before is forgotten. */
  open(nowNs: number): void {
    for (const histogram of [this.latency, this.service, this.lag, this.submit, this.early]) histogram.reset();
    this.clearSlot();
    this.timeline.length = 0;
    this.slots.length = 0;
    this.openedNs = nowNs;
    this.slotEndsNs = nowNs + SLOT_NS;
  }

  /** The clock has come this far: slots that are over have an entry each, with the requests that were in the system at their end. */
  passed(nowNs: number): void {
    while (nowNs >= this.slotEndsNs) this.finishSlot();
  }

  ended({ intendedNs, startedNs, endedNs }: Pick<EndedRequest, 'intendedNs' | 'startedNs' | 'endedNs'>): void {
    if (intendedNs <= this.openedNs) this.earlySlot.record(endedNs - intendedNs);
    else if (startedNs === intendedNs) this.slot.record(endedNs - startedNs);
    else this.late.record(startedNs - intendedNs, endedNs - startedNs);
  }

  /** There are no more slots. Requests that end from now on go into the whole histograms with `finish`. */
  close(): void {
    this.finish();
    this.slotEndsNs = Number.POSITIVE_INFINITY;
  }

  /** Makes the whole histograms whole. */
  finish(): void {
    this.mergeSlot();
    this.clearSlot();
  }

  private finishSlot(): void {
    this.mergeSlot();
    const { slot } = this;
    slot.add(this.earlySlot);
    this.timeline.push(timelineEntry(this.timeline.length, slot, this.inSystem(this.slotEndsNs)));
    if (this.keepsSlots) this.slots.push(slot.toCounts());
    this.clearSlot();
    this.slotEndsNs = this.openedNs + (this.timeline.length + 1) * SLOT_NS;
  }

  /** The slot's requests go into the whole histograms. */
  private mergeSlot(): void {
    const { slot, late, service, lag } = this;
    service.add(slot);
    if (slot.count > 0) lag.recordZeros(slot.count);
    late.addTo({ latency: slot, service, lag });
    this.latency.add(slot);
    this.early.add(this.earlySlot);
  }

  private clearSlot(): void {
    this.slot.reset();
    this.late.reset();
    this.earlySlot.reset();
  }
}
