/** The cells of a section that another round would decide more about. */
import { type Looks, levelsOf, standingsAfter } from './looks.ts';
import { type Difference, differencesFrom, type SectionFigures } from './standings.ts';

export interface OpenQuestions {
  /** The cell that all others are held against; left out where there is none. */
  readonly base?: number;
  /** For each cell, whether its requests are enough for the percentile that is wanted. */
  readonly hasPercentile?: readonly boolean[];
}

/**
 * Why a cell is measured again: it may be the best and is not alone in that; it is not shown to differ from
 * the base; it has no percentile; its trials are too few to say anything; its interval is wider than was
 * asked for.
 */
export type OpenReason =
  | 'may-be-best'
  | 'not-apart-from-base'
  | 'no-percentile'
  | 'few-trials'
  | 'wide-interval';

/** A section, and what is still open about its cells. */
export interface Question<Cell> {
  readonly cells: readonly Cell[];
  readonly open: readonly OpenCell<Cell>[];
  /** Who is the best so far: measured again beside who is open. */
  readonly best: Cell | undefined;
}

export interface OpenCell<Cell> {
  readonly cell: Cell;
  /** One at least. */
  readonly reasons: readonly OpenReason[];
  /** By its trials so far, as many more give it its percentile; 0 if it has it. */
  readonly trialsToPercentile: number;
}

/**
 * Nobody chooses one model over another for less, so that a difference which is known to be smaller is no
 * open question.
 */
const TOO_SMALL = 1.05;

/**
 * The reasons why each cell is still open after the looks so far; none where it is decided. Whoever measures
 * on measures the best and the base again as well, so that those who are open are compared with figures of
 * the same rounds.
 * @throws RangeError as `standingsAfter` does.
 */
export function openCells(
  section: SectionFigures,
  looks: Looks,
  { base, hasPercentile }: OpenQuestions = {},
): OpenReason[][] {
  const standings = standingsAfter(section, looks);
  const front = standings.filter(({ mayBeBest }) => mayBeBest);
  const isDecided = front.length === 1 || front.every(({ behind }) => behind.high <= TOO_SMALL);
  const level = levelsOf(looks.shares, standings.length)[looks.afterRounds.length - 1];
  const differences = base === undefined ? [] : differencesFrom(section, base, level);
  const isApart = ({ isShown, low, high }: Difference) =>
    isShown || (low >= 1 / TOO_SMALL && high <= TOO_SMALL);
  return standings.map(({ mayBeBest }, cell) => {
    const difference = cell === base ? undefined : differences[cell];
    return [
      ...(mayBeBest && !isDecided ? (['may-be-best'] as const) : []),
      ...(difference !== undefined && !isApart(difference) ? (['not-apart-from-base'] as const) : []),
      ...(hasPercentile?.[cell] === false ? (['no-percentile'] as const) : []),
    ];
  });
}
