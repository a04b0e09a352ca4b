/** Intervals over trials (never over requests: requests of one trial share its luck). */

/** The middle value; the mean of the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError('the median of no values');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/**
 * The median with its 95 % percentile-bootstrap interval (Efron and Tibshirani, An Introduction to the Bootstrap, ch. 13).
 * The same values give the same interval: the resampling is seeded.
 */
export function medianInterval(values: readonly number[], resamples = 2000): { median: number; low: number; high: number } {
  const centre = median(values);
  if (values.length === 1) return { median: centre, low: centre, high: centre };
  const random = seeded(values.length);
  const medians = Array.from({ length: resamples }, () => median(values.map(() => values[Math.floor(random() * values.length)] as number))).sort(
    (a, b) => a - b,
  );
  const at = (share: number) => medians[Math.min(resamples - 1, Math.floor(share * resamples))] as number;
  return { median: centre, low: at(0.025), high: at(0.975) };
}

/** Lehmer's generator with Park and Miller's constants: enough to resample a handful of trials. */
function seeded(seed: number): () => number {
  let state = (seed * 2654435761) % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
