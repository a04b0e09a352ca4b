/**
 * Which rates are tried to find what a model can carry. Knows nothing of how a rate is tried, nor of time.
 */

export interface SearchLimits {
  /** Where the search begins: a guess that is rather kept than not. */
  readonly startPerSecond: number;
  readonly leastPerSecond: number;
  readonly mostPerSecond: number;
}

export interface Bracket {
  /** The highest rate that was kept; zero where none was. */
  readonly keptPerSecond: number;
  /** The lowest rate that was not kept; `undefined` if all rates up to the limit were. */
  readonly failedAtPerSecond?: number;
}

/**
 * Rates stand on a ladder with 50 rungs a decade, so that neighbours are less than 5 % apart and all models
 * of a run are tried at the same rates.
 */
const RUNGS_PER_DECADE = 50;
/** The stride of the bracketing: 2.09 times the rate. A power of two, so that halving ends at neighbours. */
const STRIDE = 16;

/** The rate of a rung, rounded to three digits. */
export const rateOfRung = (rung: number): number => Number((10 ** (rung / RUNGS_PER_DECADE)).toPrecision(3));

/**
 * Yields the next rate and receives whether the objective was kept at it, until the highest that was and the
 * lowest that was not are neighbours. First it doubles upwards, or halves downwards, until it has one of
 * each; then it bisects. Where the start is about half of what is found, that takes seven or eight rates.
 *
 * One noisy step does not decide: the rate at which a model is said to fail has failed twice. Its second try
 * comes last, when all else is done; if it is kept then, the first failure was passing, and the search goes
 * on above. What disturbs a machine makes a model slower and never faster, so a rate that was kept once is
 * believed.
 */
export function* searchRates(limits: SearchLimits): Generator<number, Bracket, boolean> {
  const least = Math.ceil(rungOf(limits.leastPerSecond) - 1e-9);
  const most = Math.max(least, Math.floor(rungOf(limits.mostPerSecond) + 1e-9));
  const failures = new Map<number, number>();
  let kept: number | undefined;
  let rung: number | undefined = Math.min(most, Math.max(least, Math.round(rungOf(limits.startPerSecond))));
  while (rung !== undefined) {
    if (yield rateOfRung(rung)) kept = rung;
    else failures.set(rung, (failures.get(rung) ?? 0) + 1);
    rung = nextRung(kept, failures, least, most);
  }
  const failed = lowestAbove(kept, failures);
  return {
    keptPerSecond: kept === undefined ? 0 : rateOfRung(kept),
    ...(failed === undefined ? {} : { failedAtPerSecond: rateOfRung(failed) }),
  };
}

/** Nothing where the search is over. */
function nextRung(
  kept: number | undefined,
  failures: ReadonlyMap<number, number>,
  least: number,
  most: number,
): number | undefined {
  const failed = lowestAbove(kept, failures);
  if (failed === undefined) return kept === most ? undefined : Math.min(most, (kept ?? least) + STRIDE);
  if (kept === undefined && failed > least) return Math.max(least, failed - STRIDE);
  if (kept !== undefined && failed - kept > 1) return Math.floor((kept + failed) / 2);
  return (failures.get(failed) ?? 0) < 2 ? failed : undefined;
}

/** The lowest rung that failed and has not been shown to be kept. */
function lowestAbove(kept: number | undefined, failures: ReadonlyMap<number, number>): number | undefined {
  const above = [...failures.keys()].filter((rung) => rung > (kept ?? Number.NEGATIVE_INFINITY));
  return above.length === 0 ? undefined : Math.min(...above);
}

const rungOf = (perSecond: number): number => RUNGS_PER_DECADE * Math.log10(perSecond);
