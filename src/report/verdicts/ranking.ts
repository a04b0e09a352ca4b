/** Which cells of a load may be the best, and how far behind the others are, as tables show it. */
import type { Cell, LoadSpec, Standing } from '../../result.ts';
import { isMeasured } from '../summary/sections.ts';

export interface Rank {
  /**
   * How many times the best one's throughput, or p99, is better; left out if there are too few trials, or no
   * rival.
   */
  readonly behind: number | undefined;
  /** It alone may be the best: all others are shown to be behind. */
  readonly isBest: boolean;
  /** It may be the best, and so may others: chance may explain the difference. */
  readonly isTied: boolean;
  /** The length of its bar, from 0 to 1; the longest bar is the largest value. */
  readonly bar: number;
}

/**
 * The metric by which cells are compared. Under an open load all that keep up have the same throughput, so
 * latency distinguishes them.
 */
export function comparedBy(load: LoadSpec): Standing['metric'] {
  return load.kind === 'closed' ? 'throughput' : 'p99';
}

/** Explains what the star, the factor and the bar compare. */
export function explainRanking(load: LoadSpec): string {
  return comparedBy(load) === 'throughput' ? 'compared by throughput' : 'compared by p99, less is better';
}

/** Ranks the measured cells of one load. Cells without the figure that is compared have no rank. */
export function rankCells(cells: readonly Cell[], load: LoadSpec): Map<Cell, Rank> {
  const metric = comparedBy(load);
  const figures = cells.filter(isMeasured).flatMap((cell) => {
    const value = metric === 'throughput' ? cell.throughputPerSecond.median : cell.latencyNs.p99;
    return value === null || value <= 0 ? [] : [{ cell, value }];
  });
  const largest = Math.max(...figures.map(({ value }) => value));
  const front = figures.filter(({ cell }) => cell.standing?.mayBeBest === true).length;
  return new Map(
    figures.map(({ cell, value }) => {
      const mayBeBest = cell.standing?.mayBeBest === true;
      return [
        cell,
        {
          behind: cell.standing?.behind.ratio,
          isBest: mayBeBest && front === 1,
          isTied: mayBeBest && front > 1,
          bar: value / largest,
        },
      ];
    }),
  );
}
