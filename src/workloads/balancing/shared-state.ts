/**
 * What is known of the back ends, in memory that all threads and loops of a server share: without it each
 * would balance alone, and the shares of all would be exact for none.
 */

/** Of requests that match no route; those of each route follow at the end. */
const TURN = 0;
/** One bit for each back end. */
const EJECTED = 1;
/** One bit for each back end that its health checks found bad. */
const DOWN = 2;
/** One bit for each back end that has come back, and is not yet known to have had its time since. */
const RETURNED = 3;
const COUNTERS = 4;
/** For each back end, one after another. */
const UNDER_WAY = 0;
const FAILURES = 1;
const RESPONSE_US = 2;
const FIELDS = 3;

/** As many as one number has bits for. */
export const MOST_BACK_ENDS = 30;

/** How much a new response time counts (RFC 6298, 2.3: alpha). */
const SMOOTHING = 1 / 8;

export class SharedState {
  private readonly words: Int32Array;
  /** Until when each back end is ejected: nanoseconds of the clock. */
  private readonly ejectedUntilNs: BigInt64Array;
  /** When each back end came back last: nanoseconds of the clock. */
  private readonly returnedNs: BigInt64Array;

  /** In new memory, or in that which another thread has made, which may have turns of routes. */
  constructor(backEnds: number, memory: SharedArrayBuffer = SharedState.memoryFor(backEnds)) {
    this.ejectedUntilNs = new BigInt64Array(memory, 0, backEnds);
    this.returnedNs = new BigInt64Array(memory, 8 * backEnds, backEnds);
    this.words = new Int32Array(memory, 16 * backEnds);
  }

  static memoryFor(backEnds: number, routes = 0): SharedArrayBuffer {
    return new SharedArrayBuffer(16 * backEnds + 4 * (place(backEnds, 0) + routes));
  }

  /**
   * The number of the next choice for a route, counted from 1 on, or for none; after 2^32 of them they begin
   * again.
   */
  nextTurn(route = 0): number {
    const at = route === 0 ? TURN : place(this.ejectedUntilNs.length, route - 1);
    return Atomics.add(this.words, at, 1) >>> 0;
  }

  underWay(backEnd: number): number {
    return Atomics.load(this.words, place(backEnd, UNDER_WAY));
  }
  /** One more, if there are as many as expected; otherwise another thread has chosen meanwhile: false. */
  begin(backEnd: number, expected: number): boolean {
    const at = place(backEnd, UNDER_WAY);
    return Atomics.compareExchange(this.words, at, expected, expected + 1) === expected;
  }
  end(backEnd: number): void {
    Atomics.sub(this.words, place(backEnd, UNDER_WAY), 1);
  }

  responseNs(backEnd: number): number {
    return Atomics.load(this.words, place(backEnd, RESPONSE_US)) * 1e3;
  }
  /** An answer took this long. */
  responded(backEnd: number, tookNs: number): void {
    const at = place(backEnd, RESPONSE_US);
    // At least one, because 0 is that of a back end that has not answered.
    const tookUs = Math.max(1, Math.min(tookNs / 1e3, 2 ** 31 - 1));
    for (;;) {
      const before = Atomics.load(this.words, at);
      const after = before === 0 ? tookUs : before + (tookUs - before) * SMOOTHING;
      if (Atomics.compareExchange(this.words, at, before, Math.round(after)) === before) return;
    }
  }

  /** It has answered: failures are counted anew. */
  succeeded(backEnd: number): void {
    const at = place(backEnd, FAILURES);
    if (Atomics.load(this.words, at) !== 0) Atomics.store(this.words, at, 0);
  }
  /** Returns how many times it has failed one after another. */
  failed(backEnd: number): number {
    return Atomics.add(this.words, place(backEnd, FAILURES), 1) + 1;
  }

  /** Whether it is down, by its health checks. */
  setDown(backEnd: number, isDown: boolean, nowNs: number): void {
    if (isDown) Atomics.or(this.words, DOWN, 1 << backEnd);
    else this.letIn(backEnd, DOWN, nowNs);
  }
  /** The bits of those that are down. */
  down(): number {
    return Atomics.load(this.words, DOWN);
  }

  eject(backEnd: number, untilNs: number): void {
    Atomics.store(this.ejectedUntilNs, backEnd, BigInt(Math.round(untilNs)));
    Atomics.or(this.words, EJECTED, 1 << backEnd);
  }
  /** The bits of those that are ejected; whose time is over is let in again. */
  ejected(nowNs: number): number {
    const ejected = Atomics.load(this.words, EJECTED);
    if (ejected === 0) return 0;
    let still = 0;
    for (let backEnd = 0; backEnd < this.ejectedUntilNs.length; backEnd++) {
      const bit = 1 << backEnd;
      if ((ejected & bit) === 0) continue;
      const untilNs = Atomics.load(this.ejectedUntilNs, backEnd);
      if (Number(untilNs) > nowNs) still |= bit;
      else this.letIn(backEnd, EJECTED, nowNs);
      // Another thread may have ejected it anew meanwhile.
      if (Atomics.load(this.ejectedUntilNs, backEnd) !== untilNs) Atomics.or(this.words, EJECTED, bit);
    }
    return still;
  }

  /** How long ago it came back; Infinity if it never did, or `longestNs` ago or longer. */
  sinceReturnNs(backEnd: number, nowNs: number, longestNs: number): number {
    if ((Atomics.load(this.words, RETURNED) & (1 << backEnd)) === 0) return Number.POSITIVE_INFINITY;
    const returnedNs = Atomics.load(this.returnedNs, backEnd);
    const sinceNs = nowNs - Number(returnedNs);
    if (sinceNs < longestNs) return Math.max(0, sinceNs);
    Atomics.and(this.words, RETURNED, ~(1 << backEnd));
    // Another thread may have let it in again meanwhile: that return is not forgotten with the one before.
    if (Atomics.load(this.returnedNs, backEnd) !== returnedNs) Atomics.or(this.words, RETURNED, 1 << backEnd);
    return Number.POSITIVE_INFINITY;
  }
  /** Whether `sinceReturnNs` may have anything to say of any. */
  get hasReturned(): boolean {
    return Atomics.load(this.words, RETURNED) !== 0;
  }

  /** Takes its bit away; only one thread finds it there. */
  private letIn(backEnd: number, word: number, nowNs: number): void {
    const bit = 1 << backEnd;
    if ((Atomics.and(this.words, word, ~bit) & bit) === 0) return;
    Atomics.store(this.returnedNs, backEnd, BigInt(Math.round(nowNs)));
    Atomics.or(this.words, RETURNED, bit);
  }
}

const place = (backEnd: number, field: number): number => COUNTERS + FIELDS * backEnd + field;
