/** Schedules of an open load: the intended starts of requests, independent of how earlier ones fare. */

/**
 * Returns the next intended start, in nanoseconds after the schedule's beginning; each call advances by one
 * arrival.
 */
export type Arrivals = () => number;

/**
 * Independent arrivals: exponential gaps (Kleinrock, Queueing Systems 1, ch. 2.4). The same `random`
 * gives the same schedule.
 * @throws RangeError if the rate is not above zero.
 */
export function poissonArrivals(ratePerSecond: number, random: () => number): Arrivals {
  const meanGapNs = 1e9 / checkedRate(ratePerSecond);
  let dueNs = 0;
  return () => {
    // 1 - random() is never 0, so that no gap is infinite.
    dueNs -= Math.log(1 - random()) * meanGapNs;
    return dueNs;
  };
}

/**
 * Arrivals with the same gap between any two, the first at once.
 * @throws RangeError if the rate is not above zero.
 */
export function constantArrivals(ratePerSecond: number): Arrivals {
  checkedRate(ratePerSecond);
  let number = 0;
  // From the number, not from the last arrival: rounding does not add up.
  return () => (number++ * 1e9) / ratePerSecond;
}

/**
 * Every `loops`-th arrival of a schedule, beginning with number `loop` (from 0): the share of one of the
 * loops that divide a schedule.
 */
export function dealtArrivals(arrivals: Arrivals, loop: number, loops: number): Arrivals {
  for (let skipped = 0; skipped < loop; skipped++) arrivals();
  let isFirst = true;
  return () => {
    if (!isFirst) for (let skipped = 1; skipped < loops; skipped++) arrivals();
    isFirst = false;
    return arrivals();
  };
}

function checkedRate(ratePerSecond: number): number {
  if (!(ratePerSecond > 0 && ratePerSecond < Number.POSITIVE_INFINITY))
    throw new RangeError('a rate has to be above zero');
  return ratePerSecond;
}
