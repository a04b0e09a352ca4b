/** Which rates are tried to find what a model can carry. Knows nothing of how a rate is tried, nor of time. */

/**
 * What came of a rate: the objective was kept, it was not, or it was not but something passing may have been the cause.
 */
export type Verdict = 'kept' | 'failed' | 'doubtful';

export interface SearchLimits {
  /** Where the search begins: a guess that is rather kept than not. */
  readonly startPerSecond: number;
  readonly leastPerSecond: number;
  readonly mostPerSecond: number;
}

export interface Bracket {
  /** The highest rate that was kept; zero where none was. */
  readonly keptPerSecond: number;
  /** The lowest rate that was not; nothing where all up to the limit were kept. */
  readonly failedAtPerSecond?: number;
}

/**
 * Rates stand on a ladder with 50 rungs a decade, so that neighbours are less than 5 % apart and all models of a run are tried
 * at the same rates.
 */
const RUNGS_PER_DECADE = 50;
/** The stride of the bracketing: 2.09 times the rate. A power of two, so that halving ends at neighbours. */
const STRIDE = 16;

/** The rate of a rung, rounded to three digits. */
export const rateOfRung = (rung: number): number => Number((10 ** (rung / RUNGS_PER_DECADE)).toPrecision(3));

/**
 * Yields the next rate and is told what came of it, until the highest that is kept and the lowest that is not are neighbours.
 * First it doubles upwards, or halves downwards, until it has one of each; then it bisects. Where the start is about half of
 * what is found, that takes six or seven rates.
 *
 * One noisy step does not decide: a rate that is `doubtful` is yielded a second time, and the second answer counts. What
 * disturbs a machine makes a model slower and never faster, so the better of two is the truer; that it was twice
 * disturbed is rarer, and is believed.
 */
export function* searchRates(limits: SearchLimits): Generator<number, Bracket, Verdict> {
  const least = Math.ceil(rungOf(limits.leastPerSecond) - 1e-9);
  const most = Math.max(least, Math.floor(rungOf(limits.mostPerSecond) + 1e-9));
  let kept: number | undefined;
  let failed: number | undefined;
  let rung: number | undefined = Math.min(most, Math.max(least, Math.round(rungOf(limits.startPerSecond))));
  while (rung !== undefined) {
    const rate = rateOfRung(rung);
    const first = yield rate;
    const isKept = first === 'doubtful' ? (yield rate) === 'kept' : first === 'kept';
    if (isKept) kept = rung;
    else failed = rung;
    rung = nextRung(kept, failed, least, most);
  }
  return {
    keptPerSecond: kept === undefined ? 0 : rateOfRung(kept),
    ...(failed === undefined ? {} : { failedAtPerSecond: rateOfRung(failed) }),
  };
}

/** Nothing where the search is over. */
function nextRung(kept: number | undefined, failed: number | undefined, least: number, most: number): number | undefined {
  if (kept === undefined) return failed === least ? undefined : Math.max(least, (failed ?? most) - STRIDE);
  if (failed === undefined) return kept === most ? undefined : Math.min(most, kept + STRIDE);
  return failed - kept > 1 ? Math.floor((kept + failed) / 2) : undefined;
}

const rungOf = (perSecond: number): number => RUNGS_PER_DECADE * Math.log10(perSecond);
