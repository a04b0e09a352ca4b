/** The measured window: it opens after the warm-up and closes at a request's end; what ends inside it is counted. */
import type { Histogram } from '../stats/histogram.ts';

export interface WindowLimits {
  readonly startNs: number;
  readonly warmupNs: number;
  /** The warm-up lasts at least until so many requests have ended: every client has to have had its turn. */
  readonly warmupRequests: number;
  /** It closes with the first request that ends so long after its opening ... */
  readonly durationNs: number;
  /** ... or with the one that makes the number full. */
  readonly requests: number;
}

/** Latency, service time and lag. */
export interface Histograms {
  readonly latency: Histogram;
  readonly service: Histogram;
  readonly lag: Histogram;
}

export class Window {
  readonly errors: Record<string, number> = {};
  openedNs = Number.NaN;
  closedNs = Number.NaN;
  completed = 0;
  failed = 0;
  private phase: 'warm-up' | 'open' | 'closed' = 'warm-up';
  private endedInWarmup = 0;
  private turnNs: number;
  private readonly limits: WindowLimits;
  private readonly histograms: Histograms;
  private readonly turned: (phase: 'open' | 'closed') => void;

  /** `turned` is called when the window opens and when it closes. */
  constructor(limits: WindowLimits, histograms: Histograms, turned: (phase: 'open' | 'closed') => void) {
    this.limits = limits;
    this.histograms = histograms;
    this.turned = turned;
    this.turnNs = limits.startNs + limits.warmupNs;
  }

  get isClosed(): boolean {
    return this.phase === 'closed';
  }

  /** Counts a request that ended. */
  record(intendedNs: number, startedNs: number, endedNs: number, errorCode: string | undefined): void {
    if (this.phase === 'open') {
      if (errorCode === undefined) {
        this.completed++;
        this.histograms.latency.record(endedNs - intendedNs);
        this.histograms.service.record(endedNs - startedNs);
        this.histograms.lag.record(startedNs - intendedNs);
      } else {
        this.failed++;
        this.errors[errorCode] = (this.errors[errorCode] ?? 0) + 1;
      }
      if (endedNs >= this.turnNs || this.completed + this.failed >= this.limits.requests) this.close(endedNs);
    } else if (this.phase === 'warm-up') {
      this.endedInWarmup++;
      if (endedNs >= this.turnNs && this.endedInWarmup >= this.limits.warmupRequests) this.open(endedNs);
    }
  }

  private open(nowNs: number): void {
    this.phase = 'open';
    this.openedNs = nowNs;
    this.turnNs = nowNs + this.limits.durationNs;
    this.turned('open');
  }

  private close(nowNs: number): void {
    this.phase = 'closed';
    this.closedNs = nowNs;
    this.turned('closed');
  }
}
