/**
 * The stages of a trial: it warms up, then its window is open, then closed. The window opens after the
 * warm-up, at a request's end. Under an open load it closes when its time is over, whatever happens; under a
 * closed one with the first request that ends then, because part of a request is no request.
 */
import { createWarmUp, type WarmUp, type WarmUpLimits } from './warm-up.ts';

export type Stage = 'warm-up' | 'open' | 'closed';

export interface WindowLimits extends WarmUpLimits {
  /** It closes this long after its opening ... */
  readonly durationNs: number;
  /** ... or with the request that makes the number full. */
  readonly requests: number;
  /** When its time is over (an open load), instead of with the first request that ends then. */
  readonly closesOnTime: boolean;
  /** How long requests that are in the system when it closes are waited for. */
  readonly drainNs: number;
}

export class Stages {
  stage: Stage = 'warm-up';
  openedNs = Number.NaN;
  closedNs = Number.NaN;
  /**
   * When the stage ends whatever happens: the open window of an open load closes, and the drain of a closed
   * one is given up. Infinity where the end of a request has to end it.
   */
  deadlineNs = Number.POSITIVE_INFINITY;
  private readonly warmUp: WarmUp;
  private timeIsOverNs = Number.NaN;
  // Fields, not `limits`: every load's limits are an object of another shape, for which V8 would compile the
  // requests of each window anew.
  private readonly mostRequests: number;
  private readonly durationNs: number;
  private readonly closesOnTime: boolean;
  private readonly drainNs: number;

  constructor(limits: WindowLimits) {
    this.durationNs = limits.durationNs;
    this.mostRequests = limits.requests;
    this.closesOnTime = limits.closesOnTime;
    this.drainNs = limits.drainNs;
    this.warmUp = createWarmUp(limits);
  }

  /** Code was still being compiled when the window opened. */
  get isCold(): boolean {
    return this.warmUp.isCold;
  }

  get isClosed(): boolean {
    return this.stage === 'closed';
  }

  /** Whether the end of a request opens the window. */
  isWarm(endedNs: number): boolean {
    return this.warmUp.ended(endedNs);
  }

  /** Whether it closes the window, in which this many have ended. */
  isOver(endedNs: number, requests: number): boolean {
    return endedNs >= this.timeIsOverNs || requests >= this.mostRequests;
  }

  open(atNs: number): void {
    this.stage = 'open';
    this.openedNs = atNs;
    this.timeIsOverNs = atNs + this.durationNs;
    if (this.closesOnTime) this.deadlineNs = this.timeIsOverNs;
  }

  /** The drain begins when it is known that the window has closed, `nowNs`, which may be later. */
  close(atNs: number, nowNs: number): void {
    this.stage = 'closed';
    this.closedNs = atNs;
    this.deadlineNs = nowNs + this.drainNs;
  }
}
