/**
 * The clock of one thread's requests. A reading costs half as much as a `noop`, so one reading serves for all
 * that happens at its moment. What happens next depends on where the last reading was taken:
 *
 * | state   | last reading               | a round begins   | a request begins | a request ends   |
 * |---------|----------------------------|------------------|------------------|------------------|
 * | OLD     | before other work          | reads: ROUND     | reads            | reads: ENDED     |
 * | ROUND   | as a round began, none of  | reads            | takes it: OLD    | reads: ENDED     |
 * |         | whose requests has begun   |                  |                  |                  |
 * | ENDED   | at a request's end, still  | takes it: ROUND  | reads: OLD       | reads            |
 * |         | "now"                      |                  |                  |                  |
 * | WAITING | before the model waited in | reads, ends the  | reads            | reads, ends the  |
 * |         | a call                     | wait: ROUND      |                  | wait: ENDED      |
 *
 * A model that is about to wait reads: then it is WAITING, or OLD if there is no time left to wait. A round
 * in which no request can begin does not read, and leaves OLD.
 */
import type { Clock } from '../../load/clock.ts';

const OLD = 0;
const ROUND = 1;
const ENDED = 2;
const WAITING = 3;
type State = typeof OLD | typeof ROUND | typeof ENDED | typeof WAITING;

/** Is notified of readings. */
export interface ClockWatch {
  /** From this time on, a reading has to be passed to `passed`. */
  readonly watchNs: number;
  passed(nowNs: number): void;
  /** The model waited in a call for this long. */
  waited(forNs: number): void;
}

export class CachedClock {
  // With fractions, so that V8 keeps room for them from the start.
  /** The last reading. */
  lastNs = 0.5;
  /** When the wait began, in state WAITING. */
  private waitsSinceNs = 0.5;
  private state: State = OLD;
  private readonly clock: Clock;
  private readonly watch: ClockWatch;

  constructor(clock: Clock, watch: ClockWatch) {
    this.clock = clock;
    this.watch = watch;
  }

  /** Reads the clock. */
  read(): number {
    this.lastNs = this.clock();
    if (this.lastNs >= this.watch.watchNs) this.watch.passed(this.lastNs);
    return this.lastNs;
  }

  /** The time of a round; -Infinity for one in which no request can begin (`isEmpty`). */
  round(isEmpty: boolean): number {
    if (this.state === WAITING) this.endWait();
    if (isEmpty) {
      this.state = OLD;
      return Number.NEGATIVE_INFINITY;
    }
    if (this.state !== ENDED) this.read();
    this.state = ROUND;
    return this.lastNs;
  }

  /** The start of a request: the round's, if the clock has not been read since it began. */
  start(): number {
    if (this.state === ROUND) {
      this.state = OLD;
      return this.lastNs;
    }
    if (this.state === ENDED) this.state = OLD;
    return this.read();
  }

  /**
   * The end of a request. The first one after a wait also ends the wait: no event is known before its call
   * has returned.
   */
  end(): number {
    if (this.state === WAITING) this.endWait();
    else {
      this.read();
      this.state = ENDED;
    }
    return this.lastNs;
  }

  /** How long a wait until then will be, which begins now; 0 if that time has come. */
  waitUntil(untilNs: number): number {
    const nowNs = this.read();
    if (untilNs > nowNs) {
      this.state = WAITING;
      this.waitsSinceNs = nowNs;
      return untilNs - nowNs;
    }
    if (this.state !== WAITING) this.state = OLD;
    return 0;
  }

  private endWait(): void {
    this.lastNs = this.clock();
    this.state = ENDED;
    // Before the window can close: the wait was a part of it.
    this.watch.waited(this.lastNs - this.waitsSinceNs);
    if (this.lastNs >= this.watch.watchNs) this.watch.passed(this.lastNs);
  }
}
