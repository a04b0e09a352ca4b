/** Whether one set of trials is faster than another, by how much, and how sure that is. */
import { FEWEST_TRIALS } from './interval.ts';
import { meanOf, varianceOf } from './moments.ts';
import { fewestTrials, permutationPValue } from './permutation.ts';
import { studentQuantile } from './student.ts';

/** A figure a trial; a trial is one measurement in a fresh process. */
export interface TrialSets {
  readonly base: readonly number[];
  readonly next: readonly number[];
  /** Whether more is better (throughput), or less (latency). */
  readonly better: 'more' | 'less';
}

export interface CompareOptions {
  /** How often a cell that did not change may be called changed, over all cells together. */
  readonly level?: number;
  /** How many cells are compared at the same time. */
  readonly comparisons?: number;
  /**
   * A difference that should be found; if the trials are too few for it, the number that would be enough is
   * reported. A share: 0.05 is 5 %.
   */
  readonly wantedShare?: number;
}

export type Verdict = 'faster' | 'slower' | 'no difference shown' | 'too few trials';

export interface Comparison {
  readonly verdict: Verdict;
  /** How many times faster the next set is; below 1 it is slower. The ratio of the geometric means. */
  readonly ratio: number;
  /** Where the ratio lies, at the corrected level; `undefined` if a side has only one trial. */
  readonly interval: { readonly low: number; readonly high: number } | undefined;
  /** How sure the interval is, after the correction: 0.95 for one cell at the 5 % level. */
  readonly confidence: number;
  /** Of the permutation test; not corrected for the number of cells, and not what the verdict rests on. */
  readonly pValue: number;
  /** The number of trials per side that would be enough; `undefined` if these are. */
  readonly trialsNeeded: number | undefined;
}

/**
 * The same code differs by so much from run to run (Mytkowicz et al., Producing wrong data without doing
 * anything obviously wrong, ASPLOS 2009).
 */
const LEAST_SHARE = 0.01;
const MOST_TRIALS = 1000;

/**
 * Compares two sets of trials. The interval is Welch's (Biometrika 34, 1947) over the logarithms, so that it
 * is one of ratios. With five trials a side it holds its level, where a percentile bootstrap of means gives
 * 12 % false alarms, and one of medians never reaches beyond the trials that were seen, however much the
 * level is corrected. The level is divided by the number of cells (Bonferroni): that holds whatever cells of
 * a run have in common, which Sidak's does not.
 *
 * False alarms at the 5 % level, with normal noise: 3.5 % with 3 trials a side, 4.3 % with 5, 5 % with more;
 * 6.5 % with 3 against 10.
 *
 * A difference is called one if the whole interval lies on one side of 1, and it is at least 1 %.
 * @throws RangeError if a side is empty, or a figure is not above zero.
 */
export function compareTrials({ base, next, better }: TrialSets, options: CompareOptions = {}): Comparison {
  const { level = 0.05, comparisons = 1, wantedShare = 0.05 } = options;
  const [worse, improved] = better === 'more' ? [base, next] : [next, base];
  const [low, high] = [worse.map(logOf), improved.map(logOf)];
  if (low.length === 0 || high.length === 0) throw new RangeError('a side without trials');
  const corrected = level / comparisons;
  const difference = meanOf(high) - meanOf(low);
  const halfWidth = welchHalfWidth(low, high, corrected);
  const common = {
    ratio: Math.exp(difference),
    interval:
      halfWidth === undefined
        ? undefined
        : { low: Math.exp(difference - halfWidth), high: Math.exp(difference + halfWidth) },
    confidence: 1 - corrected,
    pValue: permutationPValue(low, high),
  };
  if (halfWidth === undefined || Math.min(low.length, high.length) < FEWEST_TRIALS) {
    return {
      ...common,
      verdict: 'too few trials',
      trialsNeeded: Math.max(FEWEST_TRIALS, fewestTrials(corrected)),
    };
  }
  const isShown = Math.abs(difference) > halfWidth && Math.abs(difference) >= Math.log1p(LEAST_SHARE);
  if (isShown) return { ...common, verdict: difference > 0 ? 'faster' : 'slower', trialsNeeded: undefined };
  const wanted = Math.log1p(wantedShare);
  return {
    ...common,
    verdict: 'no difference shown',
    trialsNeeded: halfWidth <= wanted ? undefined : trialsFor(wanted, low, high, corrected),
  };
}

/** Half the interval of a difference of means, by Welch; `undefined` if a side has no spread. */
function welchHalfWidth(a: readonly number[], b: readonly number[], level: number): number | undefined {
  if (a.length < 2 || b.length < 2) return undefined;
  const [ofA, ofB] = [varianceOf(a) / a.length, varianceOf(b) / b.length];
  if (ofA + ofB === 0) return 0;
  const freedom = (ofA + ofB) ** 2 / (ofA ** 2 / (a.length - 1) + ofB ** 2 / (b.length - 1));
  return studentQuantile(level / 2, freedom) * Math.sqrt(ofA + ofB);
}

/**
 * The number of trials a side whose interval would be no wider than what is wanted, if their spread stays as
 * it is.
 */
function trialsFor(wanted: number, a: readonly number[], b: readonly number[], level: number): number {
  const variance = varianceOf(a) + varianceOf(b);
  let trials = Math.min(a.length, b.length) + 1;
  while (
    trials < MOST_TRIALS &&
    studentQuantile(level / 2, 2 * trials - 2) * Math.sqrt(variance / trials) > wanted
  )
    trials++;
  return trials;
}

function logOf(figure: number): number {
  if (!(figure > 0 && figure < Number.POSITIVE_INFINITY))
    throw new RangeError('figures to compare have to be above zero');
  return Math.log(figure);
}
