/** Where each cell of a load stands: the one criterion that every table, sentence and chart reads. */
import type { Interval, MeasuredCell, MeasuredTrial, Standing } from '../result.ts';
import { FEWEST_TRIALS, median, typicalOf } from '../stats/interval.ts';
import { centresOf, standingsOf } from '../stats/standings.ts';
import { comparedBy } from './ranking.ts';

/** A cell, with the trials that it was made of. */
export interface Tried {
  readonly cell: Omit<MeasuredCell, 'warnings'>;
  readonly trials: readonly MeasuredTrial[];
}

/** Gives the cells of one load their intervals and their standings: what a cell can show depends on all of them. */
export function placed(section: readonly Tried[]): Tried[] {
  const intervals = intervalsOf(section);
  const standings = standingsIn(section);
  return section.map((tried) => {
    const standing = standings.get(tried);
    const cell = { ...tried.cell, throughputPerSecond: intervals.get(tried) ?? tried.cell.throughputPerSecond };
    return { ...tried, cell: standing === undefined ? cell : { ...cell, standing } };
  });
}

/** The typical trial, without an interval; where a trial completed nothing, there is no other than from the lowest to the highest. */
export function bareInterval(trials: readonly number[]): Interval {
  const typical = typicalOf(trials);
  if (typical > 0 && trials.every((figure) => figure > 0)) return { median: typical, low: typical, high: typical };
  return { median: median(trials), low: Math.min(...trials), high: Math.max(...trials) };
}

function intervalsOf(section: readonly Tried[]): Map<Tried, Interval> {
  const judged = section.filter((tried) => isEnough(figuresOf(tried, 'throughput')));
  const centres = judged.length === 0 ? [] : centresOf({ cells: judged.map((tried) => figuresOf(tried, 'throughput') as RoundFigures) });
  return new Map(
    judged.map((tried, index) => {
      const { low, high } = centres[index] as (typeof centres)[number];
      // Where cells were not in the same rounds, the section's centre is corrected for that; what is told is what was measured.
      const median = typicalOf(tried.cell.trialThroughputPerSecond);
      return [tried, { median, low: Math.min(low, median), high: Math.max(high, median) }];
    }),
  );
}

function standingsIn(section: readonly Tried[]): Map<Tried, Standing> {
  const [first] = section;
  if (first === undefined) return new Map();
  const metric = comparedBy(first.cell.load);
  const known = section.filter((tried) => isEnough(figuresOf(tried, metric)));
  // A cell that was spared requests has not earned its latency.
  const keptUp = known.filter(({ cell }) => cell.shed + cell.unfinished === 0);
  const rivals = metric === 'p99' && keptUp.length > 0 ? keptUp : known;
  if (rivals.length < 2) return new Map();
  const cells = rivals.map((tried) => figuresOf(tried, metric) as RoundFigures);
  const standings = standingsOf({ cells, better: metric === 'throughput' ? 'more' : 'less' });
  return new Map(
    rivals.map((tried, index) => {
      const { behind, mayBeBest, pValue } = standings[index] as (typeof standings)[number];
      return [tried, { metric, behind: { ratio: behind.value, low: behind.low, high: behind.high }, mayBeBest, pValue }];
    }),
  );
}

type RoundFigures = readonly { readonly round: number; readonly figure: number }[];

/** A figure a trial; its number is the round in which it was measured. */
function figuresOf({ cell, trials }: Tried, metric: Standing['metric']): readonly { round: number; figure: number | null }[] {
  const figures = metric === 'throughput' ? cell.trialThroughputPerSecond : (cell.trialLatencyNs?.p99 ?? []);
  return trials.map(({ trial }, index) => ({ round: trial, figure: figures[index] ?? null }));
}

function isEnough(figures: readonly { round: number; figure: number | null }[]): boolean {
  return figures.length >= FEWEST_TRIALS && figures.every(({ figure }) => figure !== null && figure > 0);
}
