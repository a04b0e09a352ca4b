import { type Clock, nowNs } from '../load/clock.ts';

const CHANGES = 200;
/** A clock that ticks once in 10 ms is read so often in a quarter of a second. */
const MOST_READINGS = 5e6;

/** The smallest step, in nanoseconds, that a clock makes from one reading to a later one: a time shorter than it cannot be told. */
export function clockStepNs(clock: Clock = nowNs): number {
  let step = Number.POSITIVE_INFINITY;
  let changes = 0;
  let last = clock();
  for (let reading = 0; changes < CHANGES && reading < MOST_READINGS; reading++) {
    const now = clock();
    if (now === last) continue;
    step = Math.min(step, now - last);
    last = now;
    // The first readings are slow, for they are not compiled: what counts is the smallest.
    changes++;
  }
  return step;
}
