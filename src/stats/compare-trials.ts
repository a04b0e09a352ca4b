/** Whether one set of trials is faster than another, by how much, and how sure that is. */
import { FEWEST_TRIALS } from './interval.ts';
import { meanOf } from './moments.ts';
import { fewestTrials, permutationPValue } from './permutation.ts';
import { type Estimate, fitRounds, freedomOfSum, type RoundFigure } from './rounds.ts';
import { studentQuantile } from './student.ts';

/** One figure per trial; a trial is one measurement in a process that was started for its round. */
export interface TrialSets {
  readonly base: readonly number[];
  readonly next: readonly number[];
  /** Whether more is better (throughput), or less (latency). */
  readonly better: 'more' | 'less';
}

/** The figures of a cell, each with the round in which it was measured. */
export type RoundFigures = readonly { readonly round: number; readonly figure: number }[];

/** Cells of one load, each of them measured by two runs. */
export interface PairedSection {
  readonly pairs: readonly { readonly base: RoundFigures; readonly next: RoundFigures }[];
  readonly better: TrialSets['better'];
}

export interface CompareOptions {
  /** How often a cell that did not change may be called changed, over all cells together. */
  readonly level?: number;
  /** How many cells are compared at the same time, those of other sections included. */
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
  /** How many times faster the next set is; below 1 it is slower. The ratio of the typical trials. */
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

/** Compares two sets of trials that stand alone, as `compareSection` does. */
export function compareTrials({ base, next, better }: TrialSets, options: CompareOptions = {}): Comparison {
  const inRounds = (figures: readonly number[]): RoundFigures =>
    figures.map((figure, round) => ({ figure, round }));
  const [comparison] = compareSection(
    { pairs: [{ base: inRounds(base), next: inRounds(next) }], better },
    options,
  );
  return comparison as Comparison;
}

/**
 * Compares each cell of a section with itself in another run. Intervals are of logarithms, so that they are
 * those of ratios. Each run's section is fitted by itself: a cell's variance is moderated over the cells of
 * its load, and what its rounds had in common is part of its doubt; the two centres are then compared as
 * Welch does (Biometrika 34, 1947). A cell that stands alone has its own variance, and Welch's interval. With
 * five trials a side that holds its level, where a percentile bootstrap of means gives 12 % false alarms. The
 * level is divided by the number of cells (Bonferroni): they are not held against one another, as Dunnett's
 * and Hsu's tests would have it, and this holds whatever they have in common.
 *
 * A difference is called one if the whole interval lies on one side of 1, and it is at least 1 %.
 * @throws RangeError if a side is empty, or a figure is not above zero.
 */
export function compareSection(section: PairedSection, options: CompareOptions = {}): Comparison[] {
  const { pairs, better } = section;
  const sign = better === 'more' ? 1 : -1;
  const logs = pairs.map(({ base, next }) => ({ base: logsOf(base, sign), next: logsOf(next, sign) }));
  const fitted = logs.filter(({ base, next }) => Math.min(base.length, next.length) > 1);
  const fits = {
    base: fitRounds(fitted.map(({ base }) => base)),
    next: fitRounds(fitted.map(({ next }) => next)),
  };
  return logs.map((pair) => {
    const at = fitted.indexOf(pair);
    const change = at < 0 ? undefined : differenceOf(fits.next.centre(at), fits.base.centre(at));
    return comparisonOf(pair, change, options);
  });
}

type PairedLogs = Record<'base' | 'next', readonly RoundFigure[]>;

/** Of centres that were measured in different rounds. */
function differenceOf(of: Estimate, from: Estimate): Estimate {
  return {
    value: of.value - from.value,
    variance: {
      value: of.variance.value + from.variance.value,
      freedom: freedomOfSum(of.variance, from.variance),
    },
  };
}

/** `change` is `undefined` where a side has only one trial. */
function comparisonOf(
  { base, next }: PairedLogs,
  change: Estimate | undefined,
  { level = 0.05, comparisons = 1, wantedShare = 0.05 }: CompareOptions,
): Comparison {
  const corrected = level / comparisons;
  const [before, after] = [base, next].map((figures) => figures.map(({ log }) => log)) as [
    number[],
    number[],
  ];
  const difference = change?.value ?? meanOf(after) - meanOf(before);
  const reach = change && reachOf(change, corrected);
  const common = {
    ratio: Math.exp(difference),
    interval:
      reach === undefined
        ? undefined
        : { low: Math.exp(difference - reach), high: Math.exp(difference + reach) },
    confidence: 1 - corrected,
    pValue: permutationPValue(before, after),
  };
  const trials = Math.min(base.length, next.length);
  if (change === undefined || reach === undefined || trials < FEWEST_TRIALS) {
    const trialsNeeded = Math.max(FEWEST_TRIALS, fewestTrials(corrected));
    return { ...common, verdict: 'too few trials', trialsNeeded };
  }
  const isShown = Math.abs(difference) > reach && Math.abs(difference) >= Math.log1p(LEAST_SHARE);
  if (isShown) return { ...common, verdict: difference > 0 ? 'faster' : 'slower', trialsNeeded: undefined };
  const wanted = Math.log1p(wantedShare);
  const trialsNeeded = reach <= wanted ? undefined : trialsFor(wanted, change, trials, corrected);
  return { ...common, verdict: 'no difference shown', trialsNeeded };
}

const reachOf = ({ variance: { value, freedom } }: Estimate, level: number): number =>
  studentQuantile(level / 2, freedom) * Math.sqrt(value);

/**
 * The number of trials a side whose interval would be no wider than what is wanted, if their spread stays as
 * it is.
 */
function trialsFor(wanted: number, { variance }: Estimate, trials: number, level: number): number {
  let needed = trials + 1;
  const isEnough = () => {
    const share = trials / needed;
    const freedom = Math.max(2 * needed - 2, variance.freedom);
    return reachOf({ value: 0, variance: { value: share * variance.value, freedom } }, level) <= wanted;
  };
  while (needed < MOST_TRIALS && !isEnough()) needed++;
  return needed;
}

function logsOf(figures: RoundFigures, sign: number): RoundFigure[] {
  if (figures.length === 0) throw new RangeError('a side without trials');
  return figures.map(({ round, figure }) => {
    if (!(figure > 0 && figure < Number.POSITIVE_INFINITY))
      throw new RangeError('figures to compare have to be above zero');
    return { round, log: sign * Math.log(figure) };
  });
}
