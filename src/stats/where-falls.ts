/** Quantiles, from the share of a distribution that lies beyond a value. */

/**
 * Where a tail that begins at or above `level` at zero falls to it: false position on the logarithm, in which
 * tails are nearly straight (the Illinois variant; Dowell and Jarratt, BIT 11, 1971). Infinite where it never
 * does, as one that is calculated may not.
 */
export function whereFalls(tail: (value: number) => number, level: number): number {
  const excess = (value: number) => Math.log(tail(value) / level);
  let [low, atLow] = [0, excess(0)];
  let [high, atHigh] = [4, excess(4)];
  while (atHigh > 0) {
    [low, atLow] = [high, atHigh];
    high *= 2;
    if (high === Number.POSITIVE_INFINITY) return high;
    atHigh = excess(high);
  }
  for (let step = 0; step < 100 && high - low > 1e-12 * high; step++) {
    const isEven = Number.isFinite(atHigh) && atLow > 0;
    const middle = isEven ? low + ((high - low) * atLow) / (atLow - atHigh) : (low + high) / 2;
    const value = excess(middle);
    if (Math.abs(value) < 1e-9) return middle;
    if (value > 0) {
      [low, atLow] = [middle, value];
      atHigh /= 2;
    } else {
      [high, atHigh] = [middle, value];
      atLow /= 2;
    }
  }
  return high;
}
