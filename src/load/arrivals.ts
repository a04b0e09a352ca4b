/** Schedules of an open load: when requests are to start, whatever happens to those before them. */

/** Gives the next intended start, nanoseconds after the schedule's beginning; each call is the next arrival. */
export type Arrivals = () => number;

/**
 * Arrivals that know nothing of each other: exponential gaps (Kleinrock, Queueing Systems 1, ch. 2.4). The same `random`
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

/** Every `hands`-th arrival of a schedule, beginning with number `hand` (from 0): loops that share a schedule are dealt it like cards. */
export function dealtArrivals(arrivals: Arrivals, hand: number, hands: number): Arrivals {
  for (let skipped = 0; skipped < hand; skipped++) arrivals();
  let isFirst = true;
  return () => {
    if (!isFirst) for (let skipped = 1; skipped < hands; skipped++) arrivals();
    isFirst = false;
    return arrivals();
  };
}

function checkedRate(ratePerSecond: number): number {
  if (!(ratePerSecond > 0 && ratePerSecond < Number.POSITIVE_INFINITY)) throw new RangeError('a rate has to be above zero');
  return ratePerSecond;
}
