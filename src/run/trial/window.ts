/**
 * The measured window. It opens after the warm-up, at a request's end. Under an open load it closes when its
 * time is over, whatever happens; under a closed one with the first request that ends then, because part of a
 * request is no request. Requests that end inside it are its throughput; requests that were due inside it,
 * its latency: they are waited for after it has closed.
 */
import type { OrderedOracle } from '../../stats/kiefer-wolfowitz.ts';
import type { MarkedTimes } from '../../workloads/marks.ts';
import { Flow } from './flow.ts';
import type { Recorder } from './recorder.ts';
import { createWarmUp, type WarmUp, type WarmUpLimits } from './warm-up.ts';

export interface WindowLimits extends WarmUpLimits {
  /** It closes this long after its opening ... */
  readonly durationNs: number;
  /** ... or with the request that makes the number full. */
  readonly requests: number;
  /** When its time is over (an open load), instead of with the first request that ends then. */
  readonly closesOnTime: boolean;
}

/**
 * A request that has ended. One object, because numbers that are passed one by one may each be allocated as
 * an object.
 */
export interface EndedRequest {
  /** Its place in the order in which requests began. */
  readonly sequence: number;
  readonly intendedNs: number;
  readonly startedNs: number;
  readonly endedNs: number;
  /** When its server was free for the next request: later than the end, if another thread reported that. */
  readonly freedNs: number;
  /** Its phases, if the workload marks any. */
  readonly marks?: MarkedTimes | undefined;
  /** `undefined` if it completed. */
  readonly errorCode: string | undefined;
}

export type Phase = 'open' | 'closed';

export class Window {
  /** Failed requests by error code: in the window, and while it drained. */
  readonly errors = new Map<string, number>();
  readonly flow = new Flow();
  openedNs = Number.NaN;
  closedNs = Number.NaN;
  completed = 0;
  failed = 0;
  /** Of those that were in the system as it closed. */
  drained = 0;
  failedDraining = 0;
  /** The latencies of requests that failed in the window. */
  failedNs = 0;
  /** Requests that ended before one that had begun earlier. */
  reordered = 0;
  /**
   * The window's time inside calls that wait for whichever answer comes first: with requests in flight, and
   * with none.
   */
  waitingNs = 0;
  idleNs = 0;
  /** Whether the model reports such waits. */
  timesWaits = false;
  /**
   * From this time on, a reading of the clock has to be passed to `passed`: a slot of the timeline is over by
   * then, or the window.
   */
  watchNs = Number.POSITIVE_INFINITY;
  /** When it closes by itself. */
  turnNs = Number.POSITIVE_INFINITY;
  private phase: 'warm-up' | Phase = 'warm-up';
  private readonly warmUp: WarmUp;
  private lastSequence = -1;
  private timeIsOverNs = Number.NaN;
  // Fields, not `limits`: every load's limits are an object of another shape, for which V8 would compile the
  // requests of each window anew.
  private readonly durationNs: number;
  private readonly mostRequests: number;
  private readonly closesOnTime: boolean;
  private readonly recorder: Recorder;
  private readonly turned: (phase: Phase, nowNs: number) => void;
  private readonly oracle: OrderedOracle | undefined;

  /**
   * `turned` is called when the window opens and when it closes; the oracle receives every request, from the
   * first one on.
   */
  constructor(
    limits: WindowLimits,
    recorder: Recorder,
    turned: (phase: Phase, nowNs: number) => void,
    oracle?: OrderedOracle,
  ) {
    this.durationNs = limits.durationNs;
    this.mostRequests = limits.requests;
    this.closesOnTime = limits.closesOnTime;
    this.recorder = recorder;
    this.turned = turned;
    this.oracle = oracle;
    this.warmUp = createWarmUp(limits);
    // The warm-up is recorded, too, and discarded when the window opens: code that runs for the first time
    // would delay requests.
    recorder.open(limits.startNs);
    this.watch();
  }

  /** Code was still being compiled when it opened. */
  get isCold(): boolean {
    return this.warmUp.isCold;
  }

  get isClosed(): boolean {
    return this.phase === 'closed';
  }

  /**
   * Advances to this time: finishes the slots and the window that are over, with the requests that are in the
   * system by then.
   */
  passed(nowNs: number): void {
    const isOver = nowNs >= this.turnNs;
    this.recorder.passed(isOver ? this.turnNs : nowNs);
    if (isOver) this.close(this.turnNs);
    this.watch();
  }

  /** Counts a request that ended. The window turns when that is known: until then, others have begun. */
  record(request: EndedRequest): void {
    this.flow.end(request.endedNs);
    const { errorCode } = request;
    this.oracle?.finished(
      request.sequence,
      request.intendedNs,
      request.startedNs - request.intendedNs,
      request.freedNs - request.startedNs,
      this.phase === 'open' && errorCode === undefined,
    );
    if (errorCode === undefined) this.recorder.ended(request);
    if (this.phase === 'open') {
      if (errorCode === undefined) this.count(request);
      else this.fail(errorCode, request);
      if (request.endedNs >= this.timeIsOverNs || this.completed + this.failed >= this.mostRequests)
        this.close(request.freedNs);
    } else if (this.phase === 'closed') this.drain(errorCode);
    else if (this.warmUp.ended(request.endedNs)) this.open(request.freedNs);
  }

  /** A submit kept control for this long. */
  submitted(controlNs: number): void {
    if (this.phase !== 'closed') this.recorder.submit.record(controlNs);
  }

  /** The model waited in a call for this long, with requests in flight or with none. */
  waited(forNs: number, isIdle: boolean): void {
    if (this.phase !== 'open') return;
    if (isIdle) this.idleNs += forNs;
    else this.waitingNs += forNs;
  }

  private count(request: EndedRequest): void {
    this.completed++;
    if (request.sequence < this.lastSequence) this.reordered++;
    else this.lastSequence = request.sequence;
  }

  private fail(errorCode: string, { intendedNs, endedNs }: EndedRequest): void {
    this.failed++;
    this.failedNs += endedNs - intendedNs;
    this.countError(errorCode);
  }

  private drain(errorCode: string | undefined): void {
    if (errorCode === undefined) this.drained++;
    else {
      this.failedDraining++;
      this.countError(errorCode);
    }
  }

  private countError(code: string): void {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }

  private open(nowNs: number): void {
    this.phase = 'open';
    this.openedNs = nowNs;
    this.timeIsOverNs = nowNs + this.durationNs;
    if (this.closesOnTime) this.turnNs = this.timeIsOverNs;
    this.recorder.open(nowNs);
    this.watch();
    this.turned('open', nowNs);
  }

  private close(nowNs: number): void {
    this.phase = 'closed';
    this.closedNs = nowNs;
    this.turnNs = Number.POSITIVE_INFINITY;
    this.recorder.close();
    this.watch();
    this.turned('closed', nowNs);
  }

  private watch(): void {
    this.watchNs = Math.min(this.turnNs, this.recorder.slotEndsNs);
  }
}
