/** How far a search has come: the highest rate that was kept, and the lowest above it that was not. */

export interface TriedRate {
  readonly ratePerSecond: number;
  readonly kept: boolean;
}

/**
 * What a search that is not over has found. `ratePerSecond` is left out where no rate was kept,
 * `failedAtPerSecond` where none above it failed.
 */
export function bracketOf(tried: readonly TriedRate[]): {
  ratePerSecond?: number;
  failedAtPerSecond?: number;
} {
  const kept = tried.filter((rate) => rate.kept).map(({ ratePerSecond }) => ratePerSecond);
  const highest = Math.max(0, ...kept);
  const failed = tried.map(({ ratePerSecond }) => ratePerSecond).filter((rate) => rate > highest);
  return {
    ...(kept.length > 0 ? { ratePerSecond: highest } : {}),
    ...(failed.length > 0 ? { failedAtPerSecond: Math.min(...failed) } : {}),
  };
}
