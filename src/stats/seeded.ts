/**
 * Random numbers for resampling: the same values give the same answer each time. By hand: those of a library
 * would give stored runs other intervals.
 */

/**
 * Uniform numbers below 1: Lehmer's generator with Park and Miller's constants, enough to resample a handful
 * of trials.
 */
export function seeded(seed: number): () => number {
  let state = (seed * 2654435761) % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
