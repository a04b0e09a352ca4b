/**
 * Warms code before anything is measured. V8 compiles code that has run some thousands of times, so slow or
 * rare requests would be measured cold for minutes: the same requests are sent at full speed first, by the
 * same model.
 */
import process from 'node:process';
import { nowNs } from '../../load/clock.ts';
import type { MeasuredTrial } from '../../result.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { TrialPlan } from './cell.ts';
import { codeBytes, LEAST_WARMUP_NS, REHEARSALS, REQUESTS_PER_READING } from './compiled-code.ts';
import { isPaced, requestsAtOnce } from './trial-load.ts';
import { rehearse, runUnmeasured, type Unmeasured, undelayed } from './unmeasured.ts';

/** The most clients of a burst, however many the load has. */
const MOST_CLIENTS = 8;
/** Requests that take a second are not rehearsed again: what is compiled for them does not show. */
const LONGEST_REHEARSING_NS = 0.2e9;
const IDLE_SLICES = 7;
/** As long as all slices so far were busier than this share of one CPU, others are tried. */
const IDLE_SHARE = 0.05;
const MOST_IDLE_SLICES = 40;
const IDLE_SLICE_MS = 5;

/** The code that one thread has warmed so far. */
export class Warmth {
  private readonly isShared: boolean;
  /** The CPU time of V8's own threads, nanoseconds, if that is known. */
  readonly v8ThreadsNs: (() => number) | undefined;
  private isWarm = false;
  private idleCpuShare: number | undefined;
  /** How long bursts took, until a trial has stored it. */
  private burstNs = 0;

  /** `isShared` if other threads of the process work meanwhile: its idle usage is not known then. */
  constructor({
    isShared = false,
    v8ThreadsNs,
  }: { isShared?: boolean; v8ThreadsNs?: (() => number) | undefined } = {}) {
    this.isShared = isShared;
    this.v8ThreadsNs = v8ThreadsNs;
  }

  /**
   * Unless this thread has done so before: rehearses the load, then sends requests at full speed until V8
   * compiles nothing more. A load of clients that never think, whose requests have no avoidable waits, does
   * the latter itself.
   */
  async warmUp(burst: Unmeasured): Promise<void> {
    if (this.isWarm || burst.plan.longestWarmupNs === 0) return;
    const beganNs = nowNs();
    for (let time = 0; time < REHEARSALS && nowNs() - beganNs < LONGEST_REHEARSING_NS; time++)
      await rehearse(burst, this.v8ThreadsNs);
    if (needsBurst(burst.plan, burst.workload)) {
      await runBurst(burst, this.v8ThreadsNs);
      this.isWarm = true;
      if (!this.isShared) this.idleCpuShare = idleShare();
    }
    this.burstNs += nowNs() - beganNs;
  }

  /** The model's own threads have warmed their code for this long: none of them was measured meanwhile. */
  threadsWarmed(ns: number): void {
    this.burstNs += ns;
  }

  /** With fewer requests between two readings of cold code, an unchanged size proves nothing. */
  get requestsPerReading(): number {
    return this.isWarm ? 1 : REQUESTS_PER_READING;
  }

  /**
   * What a trial stores of it: the first one after the burst, how long that took. After a trial all is warm.
   */
  read(): Pick<MeasuredTrial, 'idleCpuShare' | 'burstNs'> {
    const { burstNs, idleCpuShare } = this;
    this.burstNs = 0;
    this.isWarm = true;
    return { ...(burstNs > 0 ? { burstNs } : {}), ...(idleCpuShare === undefined ? {} : { idleCpuShare }) };
  }
}

/**
 * Whether the load itself sends too few requests to warm code, its requests have avoidable waits, or others
 * share it: their windows have to open together, so that none may wait for its code by then.
 */
export const needsBurst = ({ cell, longestWarmupNs, server }: TrialPlan, workload: Workload): boolean =>
  longestWarmupNs > 0 &&
  (isPaced(cell.load) || workload.undelayed !== undefined || server?.isShared === true);

/**
 * A closed load with its own clients, whose requests have no avoidable waits. Its measurements are discarded.
 */
async function runBurst(burst: Unmeasured, v8ThreadsNs: (() => number) | undefined): Promise<void> {
  const { plan } = burst;
  const concurrency = plan.server ? 1 : Math.min(MOST_CLIENTS, requestsAtOnce(plan.cell.load));
  await runUnmeasured({
    ...burst,
    spec: { kind: 'closed', concurrency },
    fixture: undelayed(burst),
    limits: {
      warmupNs: LEAST_WARMUP_NS,
      warmupRequests: concurrency,
      codeBytes,
      v8ThreadsNs,
      requestsPerReading: REQUESTS_PER_READING,
      warmsCodeAlone: true,
      longestNs: plan.longestWarmupNs,
      durationNs: 0,
      requests: Number.POSITIVE_INFINITY,
      closesOnTime: false,
    },
  });
}

/**
 * The CPU time that this process uses while it is idle, as a share of one CPU. V8's own threads may still
 * compile and collect garbage, on a busy machine for most of the slices: that is temporary, so the smallest
 * reading counts.
 */
export function idleShare(slice: () => number = idleSlice): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < IDLE_SLICES || (least > IDLE_SHARE && tried < MOST_IDLE_SLICES); tried++)
    least = Math.min(least, slice());
  return least;
}

function idleSlice(): number {
  const startNs = nowNs();
  const before = process.cpuUsage();
  Atomics.wait(STILL, 0, 0, IDLE_SLICE_MS);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1e3) / (nowNs() - startNs);
}
const STILL = new Int32Array(new SharedArrayBuffer(4));
