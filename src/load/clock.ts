/** The clock: CLOCK_MONOTONIC in nanoseconds, the same in every thread and process of a machine. */

import { performance } from 'node:perf_hooks';

export type Clock = () => number;

export const nowNs: Clock = () => performance.now() * 1e6 + offsetNs;

/** `performance.now` is the cheapest reading that Node has, but each thread counts from its own start. */
const offsetNs = calibrate();

/**
 * The offset from the tightest of several readings: the first ones, not yet compiled, would be microseconds
 * off.
 */
function calibrate(): number {
  let best = { gapNs: Number.POSITIVE_INFINITY, offsetNs: 0 };
  for (let reading = 0; reading < 50; reading++) {
    const before = process.hrtime.bigint();
    const between = performance.now() * 1e6;
    const gapNs = Number(process.hrtime.bigint() - before);
    if (gapNs < best.gapNs) best = { gapNs, offsetNs: Number(before) + gapNs / 2 - between };
  }
  return best.offsetNs;
}
