/**
 * Records completed requests: latency from the intended start, service time from the actual start, and a
 * timeline of 100 ms slots.
 */
import type { TimelineEntry } from '../../result.ts';
import { type Counts, Histogram } from '../../stats/histogram.ts';
import { SLOT_NS, type SlotFailures, timelineEntry } from '../../stats/timeline.ts';
import type { CountedResult } from '../loop-result.ts';
import type { EndedRequest, RequestObserver, Turn } from './observer.ts';
import { Phases } from './phases.ts';

/** A request, as far as it is recorded. */
type Recorded = Pick<EndedRequest, 'intendedNs' | 'startedNs' | 'endedNs' | 'marks'>;

/**
 * Histograms and a timeline. A request that began on time has one figure only, which is recorded in the
 * current slot; the whole histograms take that over at its end.
 */
export class Recorder implements RequestObserver {
  /** End - intended start. Complete once the recorder is finished, like the others. */
  readonly latency = new Histogram();
  /** End - actual start. */
  readonly service = new Histogram();
  /** Actual start - intended start. */
  readonly lag = new Histogram();
  /** How long a submit keeps control, of a sample of requests. */
  readonly submit = new Histogram();
  /**
   * Latencies of requests that were due before the opening: they ended in its slots, and are in none of the
   * whole histograms.
   */
  readonly early = new Histogram();
  /** The parts of requests, if the workload marks any. */
  readonly phases: Phases | undefined;
  /** The completed slots; the rest after the last one is too short for an entry. */
  readonly timeline: TimelineEntry[] = [];
  /** The counts of each of these slots, if requested: merging percentiles of several recorders needs them. */
  readonly slots: Counts[] = [];
  /**
   * The latencies of the current slot: of requests that began on time, until those that began late are added.
   */
  private readonly slot = new Histogram();
  private readonly lateSlot = new Histogram();
  private readonly earlySlot = new Histogram();
  private readonly inSystem: (nowNs: number) => number;
  private readonly keepsSlots: boolean;
  /** Requests of the current slot that failed, and the ends of the first and the last of them. */
  private failures = 0;
  private firstFailedNs = 0.5;
  private lastFailedNs = 0.5;
  private openedNs = Number.NaN;
  /** The end of the current slot; Infinity once the recorder is closed. */
  slotEndsNs = Number.POSITIVE_INFINITY;

  /** `inSystem` returns the number of requests in the system; it is called with times that never decrease. */
  constructor(
    inSystem: (nowNs: number) => number,
    {
      keepsSlots = false,
      phases,
    }: { keepsSlots?: boolean | undefined; phases?: readonly string[] | undefined } = {},
  ) {
    this.inSystem = inSystem;
    this.keepsSlots = keepsSlots;
    this.phases = phases && new Phases(phases);
  }

  /** Starts again: earlier records are discarded. */
  open(nowNs: number): void {
    for (const histogram of [this.latency, this.service, this.lag, this.submit, this.early])
      histogram.reset();
    this.phases?.reset();
    this.clearSlot();
    this.timeline.length = 0;
    this.slots.length = 0;
    this.openedNs = nowNs;
    this.slotEndsNs = nowNs + SLOT_NS;
  }

  /**
   * Advances to this time: each completed slot gets an entry, with the requests that were in the system at
   * its end.
   */
  passed(nowNs: number): void {
    while (nowNs >= this.slotEndsNs) this.finishSlot();
  }

  /** A request has completed: one that failed has no latency. */
  ended({ intendedNs, startedNs, endedNs, marks }: Recorded): void {
    if (marks !== undefined && intendedNs > this.openedNs) this.phases?.record(startedNs, endedNs, marks);
    if (intendedNs <= this.openedNs) this.earlySlot.record(endedNs - intendedNs);
    else if (startedNs === intendedNs) this.slot.record(endedNs - startedNs);
    else this.endedLate(startedNs - intendedNs, endedNs - startedNs);
  }

  private endedLate(lagNs: number, serviceNs: number): void {
    this.lag.record(lagNs);
    this.service.record(serviceNs);
    this.lateSlot.record(lagNs + serviceNs);
  }

  /** A request has failed: it is in its slot, and in none of the histograms. */
  failed({ endedNs }: Pick<EndedRequest, 'endedNs'>): void {
    if (this.failures === 0) this.firstFailedNs = endedNs;
    this.firstFailedNs = Math.min(this.firstFailedNs, endedNs);
    this.lastFailedNs = Math.max(this.lastFailedNs, endedNs);
    this.failures++;
  }

  opened({ atNs }: Pick<Turn, 'atNs'>): void {
    this.open(atNs);
  }

  /** There are no more slots. Requests that end from now on go into the whole histograms with `finish`. */
  closed(): void {
    this.finish();
    this.slotEndsNs = Number.POSITIVE_INFINITY;
  }

  /** Completes the whole histograms. */
  finish(): void {
    this.mergeSlot();
    this.clearSlot();
  }

  /** Completes them, and returns them as a trial counts them. */
  read(): Pick<CountedResult, 'latency' | 'service' | 'lag' | 'submit' | 'phases' | 'timeline'> {
    this.finish();
    const { latency, service, lag, submit, phases, timeline } = this;
    return {
      latency: latency.toCounts(),
      service: service.toCounts(),
      lag: lag.toCounts(),
      ...(phases ? { phases: phases.read() } : {}),
      submit: submit.count > 0 ? submit.toCounts() : undefined,
      timeline,
    };
  }

  private finishSlot(): void {
    this.mergeSlot();
    const { slot } = this;
    slot.add(this.earlySlot);
    const inSystem = this.inSystem(this.slotEndsNs);
    this.timeline.push(timelineEntry(this.timeline.length, slot, inSystem, this.slotFailures()));
    if (this.keepsSlots) this.slots.push(slot.toCounts());
    this.clearSlot();
    this.slotEndsNs = this.openedNs + (this.timeline.length + 1) * SLOT_NS;
  }

  /** Adds the slot's requests to the whole histograms. */
  private mergeSlot(): void {
    const { slot } = this;
    this.service.add(slot);
    if (slot.count > 0) this.lag.recordZeros(slot.count);
    slot.add(this.lateSlot);
    this.latency.add(slot);
    this.early.add(this.earlySlot);
  }

  private slotFailures(): SlotFailures | undefined {
    const { failures, firstFailedNs, lastFailedNs, openedNs } = this;
    if (failures === 0) return undefined;
    // A thread may report an end from before the opening after it.
    const sinceOpening = (atNs: number) => Math.max(0, atNs - openedNs);
    return {
      requests: failures,
      firstAtNs: sinceOpening(firstFailedNs),
      lastAtNs: sinceOpening(lastFailedNs),
    };
  }

  private clearSlot(): void {
    this.failures = 0;
    this.lastFailedNs = 0.5;
    this.slot.reset();
    this.lateSlot.reset();
    this.earlySlot.reset();
  }
}
