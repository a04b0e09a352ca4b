import { type Clock, nowNs } from '../../load/clock.ts';

/**
 * So many that most of them are read by compiled code: a fast clock's step is hidden by what a reading costs.
 */
const CHANGES = 20_000;
/** A clock that ticks once in 10 ms is read so often in a quarter of a second. */
const MOST_READINGS = 5e6;

/**
 * The smallest step, in nanoseconds, that a clock was seen to make from one reading to the next: its own, or
 * what a reading costs. A shorter time cannot be measured.
 */
export function clockStepNs(clock: Clock = nowNs): number {
  let step = Number.POSITIVE_INFINITY;
  let changes = 0;
  let last = clock();
  for (let reading = 0; changes < CHANGES && reading < MOST_READINGS; reading++) {
    const now = clock();
    if (now === last) continue;
    step = Math.min(step, now - last);
    last = now;
    changes++;
  }
  return step;
}
