/** The measured window: it opens after the warm-up and closes at a request's end; what ends inside it is counted. */
import type { OrderedOracle } from '../stats/kiefer-wolfowitz.ts';
import { Flow } from './flow.ts';
import type { Recorder } from './recorder.ts';
import { createWarmUp, type WarmUpLimits } from './warm-up.ts';

export interface WindowLimits extends WarmUpLimits {
  /** It closes with the first request that ends so long after its opening ... */
  readonly durationNs: number;
  /** ... or with the one that makes the number full. */
  readonly requests: number;
}

/** A request that has ended. One object, because numbers that are handed on one by one may each become an object on the way. */
export interface EndedRequest {
  /** Its place in the order in which requests began. */
  readonly sequence: number;
  readonly intendedNs: number;
  readonly startedNs: number;
  readonly endedNs: number;
  /** When whoever served it was free for the next: later than the end, where that had to be told first. */
  readonly freedNs: number;
  /** Nothing if it ended well. */
  readonly errorCode: string | undefined;
}

export type Phase = 'open' | 'closed';

export class Window {
  readonly errors: Record<string, number> = {};
  readonly flow = new Flow();
  openedNs = Number.NaN;
  closedNs = Number.NaN;
  completed = 0;
  failed = 0;
  /** How long those took. */
  failedNs = 0;
  /** Requests that ended before one that had begun earlier. */
  reordered = 0;
  /** The window's time that passed inside calls that wait for whichever comes first: with requests in flight, and with none. */
  waitingNs = 0;
  idleNs = 0;
  /** Whether such waits are told. */
  timesWaits = false;
  private phase: 'warm-up' | Phase = 'warm-up';
  private readonly isWarm: (endedNs: number) => boolean;
  private lastSequence = -1;
  private turnNs = Number.NaN;
  private readonly limits: WindowLimits;
  private readonly recorder: Recorder;
  private readonly turned: (phase: Phase, nowNs: number) => void;
  private readonly oracle: OrderedOracle | undefined;

  /** `turned` is called when the window opens and when it closes; the oracle hears of every request, from the first one on. */
  constructor(limits: WindowLimits, recorder: Recorder, turned: (phase: Phase, nowNs: number) => void, oracle?: OrderedOracle) {
    this.limits = limits;
    this.recorder = recorder;
    this.turned = turned;
    this.oracle = oracle;
    this.isWarm = createWarmUp(limits);
    // The warm-up is recorded, too, and forgotten when the window opens: what runs for the first time would make requests late.
    recorder.open(limits.startNs);
  }

  get isClosed(): boolean {
    return this.phase === 'closed';
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
    if (this.phase === 'closed') return;
    this.recorder.passed(request);
    if (errorCode === undefined) this.recorder.ended(request);
    if (this.phase === 'open') {
      if (errorCode === undefined) this.count(request);
      else this.fail(errorCode, request);
      if (request.endedNs >= this.turnNs || this.completed + this.failed >= this.limits.requests) this.close(request.freedNs);
    } else if (this.isWarm(request.endedNs)) this.open(request.freedNs);
  }

  /** A submit kept control for so long. */
  submitted(controlNs: number): void {
    if (this.phase !== 'closed') this.recorder.submit.record(controlNs);
  }

  /** The model waited in a call for so long, with nothing in flight or with something. */
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
    this.errors[errorCode] = (this.errors[errorCode] ?? 0) + 1;
  }

  private open(nowNs: number): void {
    this.phase = 'open';
    this.openedNs = nowNs;
    this.turnNs = nowNs + this.limits.durationNs;
    this.recorder.open(nowNs);
    this.turned('open', nowNs);
  }

  private close(nowNs: number): void {
    this.phase = 'closed';
    this.closedNs = nowNs;
    this.recorder.close();
    this.turned('closed', nowNs);
  }
}
