/**
 * The sessions of a server, as a model sees them: requests that come from outside. One is due for each thread
 * that could stand in `accept` and does not.
 */
import type { Clock } from '../../load/clock.ts';
import type { Requests, Task } from '../../models/model.ts';
import type { Steps } from '../../operations.ts';
import type { SessionCounts } from './session-counts.ts';

export interface SessionsOptions {
  /** How many may stand in `accept` at once. */
  readonly acceptors: number;
  readonly counts: SessionCounts;
  readonly clock: Clock;
  /**
   * The steps of a session; calls `left` when it stands in `accept` no longer. Not called where threads have
   * their own.
   */
  begin(left: () => void): Steps | undefined;
  /** Sessions are performed by other threads, and nobody here sees who stands in `accept`. */
  readonly isElsewhere: boolean;
  /** A session failed: its connection, or `accept`. */
  failed(error: unknown): void;
}

export class Sessions implements Requests {
  private readonly options: SessionsOptions;
  private standing = 0;
  private inFlight = 0;
  /** When the model began to wait; negative if it is not known to wait. */
  private waitsSinceNs = -0.5;

  private wake: (() => void) | undefined;

  constructor(options: SessionsOptions) {
    this.options = options;
  }

  /** A session that has accepted makes the next one due, long before it ends itself. */
  wakeWhenDue(wake: () => void): void {
    this.wake = wake;
  }

  *due(): Iterable<Task> {
    const { options } = this;
    if (this.waitsSinceNs > 0) this.waited();
    while (this.standing < options.acceptors && !options.counts.isClosing) yield this.createTask();
  }

  waitNs(canBegin = true): number {
    const { acceptors, counts, clock } = this.options;
    if (this.over || (canBegin && this.standing < acceptors && !counts.isClosing)) return 0;
    this.waitsSinceNs = clock();
    return Number.POSITIVE_INFINITY;
  }

  get over(): boolean {
    return this.inFlight === 0 && this.options.counts.isClosing;
  }

  private waited(): void {
    const { counts, clock } = this.options;
    counts.waitedNs[0] = (counts.waitedNs[0] as number) + clock() - this.waitsSinceNs;
    this.waitsSinceNs = -0.5;
  }

  private createTask(): Task {
    const { options } = this;
    let isStanding = true;
    this.standing++;
    this.inFlight++;
    const left = () => {
      if (!isStanding) return;
      isStanding = false;
      this.standing--;
      const { wake } = this;
      this.wake = undefined;
      wake?.();
    };
    const ended = (error?: unknown) => {
      left();
      this.inFlight--;
      if (error !== undefined && !options.counts.isClosing) options.failed(error);
    };
    return {
      begin() {},
      // A thread that serves does not report when its session has accepted.
      request: () => options.begin(options.isElsewhere ? () => {} : left),
      submitted() {},
      end: ended,
      ended: (outcome) => ended(typeof outcome === 'number' ? undefined : outcome.error),
      steps: undefined,
      operation: undefined,
    };
  }
}
