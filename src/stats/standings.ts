/**
 * Which of several cells may be the best, and how far the others are behind: the one criterion of every
 * table, sentence and chart.
 */
import { dunnettQuantile, extremeQuantile, extremeTail } from './extremes.ts';
import { FEWEST_TRIALS } from './interval.ts';
import { fitRounds, type RoundFigure, type SectionFit } from './rounds.ts';
import { studentQuantile, studentTail } from './student.ts';

/** A section: cells that answer one question at one load, by one metric. */
export interface SectionFigures {
  /** A figure of each cell in each of its rounds; at least three each. */
  readonly cells: readonly (readonly { readonly round: number; readonly figure: number }[])[];
  /** Whether more is better (throughput), or less (latency). */
  readonly better: 'more' | 'less';
}

/** Where something lies, with its interval. */
export interface Range {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Standing {
  /** The geometric mean over rounds, and where it lies with 95 % certainty, for this cell by itself. */
  readonly centre: Range;
  /**
   * How many times better the best is, whichever that is; 1 for the cell whose centre is the best. Low and
   * high hold for all cells of the section at once.
   */
  readonly behind: Range;
  /** It is not shown to be behind: chance may explain all that lies between it and the best. */
  readonly mayBeBest: boolean;
  /**
   * How often chance would show as much where it is as good as the best: corrected for all cells of the
   * section.
   */
  readonly pValue: number;
}

export const FAMILY_LEVEL = 0.05;
/**
 * The same code differs by so much from run to run (Mytkowicz et al., Producing wrong data without doing
 * anything obviously wrong, ASPLOS 2009).
 */
const LEAST_SHARE = 0.01;

/**
 * Judges a section. Verdicts hold together: at most a share of `level` of sections says of any cell that it
 * is behind where it is not, cells that are exactly alike included; intervals of `behind` cover all at once
 * with 1 - `level`.
 *
 * Who may be the best is Hsu's question (Multiple Comparisons, 1996, ch. 4). His constrained intervals may
 * exclude a cell that equals the best; so that none is, and no power is lost, the test is closed (Marcus,
 * Peritz and Gabriel, Biometrika 63, 1976): the cell that is furthest behind is held against what the lowest
 * of all cells would be by chance (Tukey), the next against the lowest of those that are left, and the last
 * of them against chance for itself (Dunnett).
 * @throws RangeError if a cell has fewer than three figures, or one is not above zero.
 */
export function standingsOf({ cells, better }: SectionFigures, level = FAMILY_LEVEL): Standing[] {
  const sign = better === 'more' ? 1 : -1;
  const fit = fitRounds(cells.map((figures) => logarithms(figures, sign)));
  const pValues = chanceOf(fit, cells.length);
  return cells.map((_, cell) => {
    const behind = behindBest(fit, cells.length, cell, level);
    const pValue = pValues[cell] as number;
    return {
      centre: centreOf(fit, cell, sign),
      behind,
      pValue,
      mayBeBest: isPossible(pValue, Math.log(behind.value), level),
    };
  });
}

/**
 * Who may be the best, and nothing else: a third of the work.
 * @throws RangeError as `standingsOf` does.
 */
export function mayBeBest({ cells, better }: SectionFigures, level = FAMILY_LEVEL): boolean[] {
  const sign = better === 'more' ? 1 : -1;
  const fit = fitRounds(cells.map((figures) => logarithms(figures, sign)));
  return chanceOf(fit, cells.length).map((pValue, cell) => {
    const lag = Math.max(
      ...cells.map((_, other) => (other === cell ? 0 : fit.difference(other, cell).value)),
    );
    return isPossible(pValue, lag, level);
  });
}

const isPossible = (pValue: number, lag: number, level: number): boolean =>
  pValue > level || lag < Math.log1p(LEAST_SHARE);

/**
 * Where each cell of a section lies by itself.
 * @throws RangeError as `standingsOf` does.
 */
export function centresOf({ cells }: Pick<SectionFigures, 'cells'>): Range[] {
  const fit = fitRounds(cells.map((figures) => logarithms(figures, 1)));
  return cells.map((_, cell) => centreOf(fit, cell, 1));
}

/** How many times better each cell is than one that was chosen beforehand. */
export interface Difference extends Range {
  /** The whole interval lies on one side of 1. */
  readonly isShown: boolean;
}

/**
 * Holds all cells against one that was chosen before anything was measured (Dunnett, Journal of the American
 * Statistical Association 50, 1955): the intervals cover all at once with 1 - `level`.
 * @throws RangeError as `standingsOf` does.
 */
export function differencesFrom(
  { cells, better }: SectionFigures,
  base: number,
  level = FAMILY_LEVEL,
): Difference[] {
  const sign = better === 'more' ? 1 : -1;
  const fit = fitRounds(cells.map((figures) => logarithms(figures, sign)));
  return cells.map((_, cell) => {
    if (cell === base) return { value: 1, low: 1, high: 1, isShown: false };
    const { value, variance } = fit.difference(cell, base);
    const reach = dunnettQuantile(level, cells.length - 1, variance.freedom) * Math.sqrt(variance.value);
    return {
      value: Math.exp(value),
      low: Math.exp(value - reach),
      high: Math.exp(value + reach),
      isShown: Math.abs(value) > reach,
    };
  });
}

function logarithms(figures: SectionFigures['cells'][number], sign: number): RoundFigure[] {
  if (figures.length < FEWEST_TRIALS) throw new RangeError('fewer than three rounds show nothing');
  return figures.map(({ round, figure }) => {
    if (!(figure > 0 && figure < Number.POSITIVE_INFINITY))
      throw new RangeError('figures to compare have to be above zero');
    return { round, log: sign * Math.log(figure) };
  });
}

/** The p-value of each cell, by stepping down from the one that is furthest behind. */
function chanceOf(fit: SectionFit, all: number): number[] {
  const furthest = Array.from({ length: all }, (_, cell) => furthestBehind(fit, all, cell));
  const order = furthest
    .map((_, cell) => cell)
    .sort((a, b) => (furthest[a] as Gap).chance - (furthest[b] as Gap).chance);
  const pValues = new Array<number>(all).fill(1);
  let highest = 0;
  order.forEach((cell, step) => {
    const { distance, freedom } = furthest[cell] as Gap;
    // Whoever is left is at least as likely to be the best as those who were taken out.
    highest = Math.max(
      highest,
      highest === 1 ? 1 : extremeTail(distance, { all, suspects: all - step }, freedom),
    );
    pValues[cell] = highest;
  });
  return pValues;
}

interface Gap {
  /** In standard errors of the difference. */
  readonly distance: number;
  readonly freedom: number;
  /** Of that one comparison by itself. */
  readonly chance: number;
}

/** The comparison that speaks most against a cell's being the best. */
function furthestBehind(fit: SectionFit, all: number, cell: number): Gap {
  let most: Gap = { distance: 0, freedom: 1, chance: 1 };
  for (let other = 0; other < all; other++) {
    if (other === cell) continue;
    const { value, variance } = fit.difference(other, cell);
    if (value <= 0) continue;
    const distance = value / Math.sqrt(variance.value);
    const chance = studentTail(distance, variance.freedom);
    if (chance < most.chance) most = { distance, freedom: variance.freedom, chance };
  }
  return most;
}

/** The best of the others over the cell, as a factor; a cell that is the best is 1 from itself. */
function behindBest(fit: SectionFit, all: number, cell: number, level: number): Range {
  const logs = { value: 0, low: 0, high: 0 };
  for (let other = 0; other < all; other++) {
    if (other === cell) continue;
    const { value, variance } = fit.difference(other, cell);
    const reach =
      extremeQuantile(level, { all, suspects: all }, variance.freedom) * Math.sqrt(variance.value);
    logs.value = Math.max(logs.value, value);
    logs.low = Math.max(logs.low, value - reach);
    logs.high = Math.max(logs.high, value + reach);
  }
  return { value: Math.exp(logs.value), low: Math.exp(logs.low), high: Math.exp(logs.high) };
}

function centreOf(fit: SectionFit, cell: number, sign: number): Range {
  const { value, variance } = fit.centre(cell);
  const reach = studentQuantile(0.025, variance.freedom) * Math.sqrt(variance.value);
  return {
    value: Math.exp(sign * value),
    low: Math.exp(sign * value - reach),
    high: Math.exp(sign * value + reach),
  };
}
