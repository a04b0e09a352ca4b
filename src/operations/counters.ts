/** What operations count: the bytes that they move, and the connections that they make. */

/**
 * What operations of this thread have done so far. A workload of the user's own imports another copy of this
 * module than the bundle of the measured process has: both count in the same place.
 */
interface Counters {
  /**
   * The bytes that they have moved: in (read and received), and out (written and sent). Floating-point
   * numbers, which no run is long enough to overflow.
   */
  moved: Float64Array;
  /** Connections made. */
  connections: number;
}
const PLACE = Symbol.for('iobench: counters of this thread');
const thread = globalThis as { [PLACE]?: Counters };
thread[PLACE] ??= { moved: new Float64Array(2), connections: 0 };
export const counters: Counters = thread[PLACE];
export const IN = 0;
export const OUT = 1;

/** How many bytes have been moved in and out so far, in the order of `countMovedBytesIn`. */
export const readMovedBytes = (): Float64Array => counters.moved;

/** Counts bytes in this array of two from now on: in a shared one, another thread can read them. */
export function countMovedBytesIn(counts: Float64Array): void {
  counts.set(counters.moved);
  counters.moved = counts;
}

/** How many connections operations of this thread have made so far. */
export const readConnectionsMade = (): number => counters.connections;
