/** Which cell of a load is the best, and how far behind the others are. */
import type { Cell, LoadSpec, MeasuredCell } from '../result.ts';
import { leadOf } from './lead.ts';
import { isMeasured } from './sections.ts';

export interface Rank {
  /** How many times the best one's throughput, or p99, is better; 1 for the best, nothing for one that has no rival. */
  readonly behind: number | undefined;
  readonly isBest: boolean;
  /** Its trials do not show that the best one is better: the difference may be chance. */
  readonly isTied: boolean;
  /** The length of its bar, from 0 to 1; the longest bar is the largest value. */
  readonly bar: number;
}

/** What cells are compared by. Under an open load all that keep up have the same throughput, so latency tells them apart. */
export function comparedBy(load: LoadSpec): 'throughput' | 'p99' {
  return load.kind === 'closed' ? 'throughput' : 'p99';
}

/** The sentence that says what the star, the factor and the bar compare. */
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
  // A cell that was spared requests has not earned its latency.
  const keptUp = figures.filter(({ cell }) => cell.shed + cell.unfinished === 0);
  const rivals = metric === 'p99' && keptUp.length > 0 ? keptUp : figures;
  const best = rivals.toSorted((a, b) => (metric === 'throughput' ? b.value - a.value : a.value - b.value))[0];
  if (best === undefined) return new Map();
  return new Map(
    figures.map(({ cell, value }) => [
      cell,
      {
        behind: figures.length === 1 ? undefined : metric === 'throughput' ? best.value / value : value / best.value,
        isBest: cell === best.cell && figures.length > 1,
        isTied: metric === 'throughput' && cell !== best.cell && isTied(cell, best.cell, figures.length - 1),
        bar: value / largest,
      },
    ]),
  );
}

/** Two trials show nothing, not even a tie. */
function isTied(cell: MeasuredCell, best: MeasuredCell, comparisons: number): boolean {
  return leadOf(best, cell, comparisons)?.verdict === 'no difference shown';
}
