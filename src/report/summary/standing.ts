/** Where each cell of a load stands: the one criterion that every table, sentence and chart reads. */
import { latencyOf, percentilesOf } from '../../metrics/percentiles.ts';
import type { Interval, LookRecord, MeasuredCell, MeasuredTrial, Standing, StoredRun } from '../../result.ts';
import { FEWEST_TRIALS, typicalOf } from '../../stats/interval.ts';
import { type Looks, standingsAfter } from '../../stats/looks.ts';
import { centresOf, type SectionFigures, standingsOf } from '../../stats/standings.ts';
import { comparedBy } from '../verdicts/ranking.ts';
import { isStarved } from './starved.ts';

/** A cell, with the trials that it was made of. */
export interface Tried {
  readonly cell: Omit<MeasuredCell, 'warnings'>;
  readonly trials: readonly MeasuredTrial[];
}

/**
 * A run takes fewer. Each one costs a walk of milliseconds, so that a file with any number of them would hold
 * up its reader.
 */
const MOST_LOOKS = 20;

/** The looks by which a run is judged; `undefined` where it had no budget, and is judged once. */
export function looksOf({ header, looks = [] }: Pick<StoredRun, 'header' | 'looks'>): Looks | undefined {
  if (header.budgetNs === undefined) return undefined;
  const rising: LookRecord[] = [];
  for (const look of looks) {
    const before = rising.at(-1);
    // What is not in its order, or more than we take, was not written by us.
    if (rising.length === MOST_LOOKS) break;
    if (before === undefined || (look.share > before.share && look.afterRound >= before.afterRound))
      rising.push(look);
  }
  return {
    shares: rising.map(({ share }) => share),
    afterRounds: rising.map(({ afterRound }) => afterRound),
  };
}

/**
 * Gives the cells of one load their intervals and their standings: what a cell can show depends on all of
 * them. A run that was looked at says what its last look allows; before the first one, nobody stands
 * anywhere.
 */
export function placed(section: readonly Tried[], looks?: Looks): Tried[] {
  const intervals = intervalsOf(section);
  const standings = standingsIn(section, looks);
  return section.map((tried) => {
    const standing = standings.get(tried);
    const cell = {
      ...tried.cell,
      throughputPerSecond: intervals.get(tried) ?? tried.cell.throughputPerSecond,
    };
    return { ...tried, cell: standing === undefined ? cell : { ...cell, standing } };
  });
}

function intervalsOf(section: readonly Tried[]): Map<Tried, Interval> {
  const judged = section.filter(({ trials }) => isEnough(figuresOf(trials, 'throughput')));
  const centres =
    judged.length === 0
      ? []
      : centresOf({ cells: judged.map(({ trials }) => figuresOf(trials, 'throughput') as RoundFigures) });
  return new Map(
    judged.map((tried, index) => {
      const { low, high } = centres[index] as (typeof centres)[number];
      // Where cells were not in the same rounds, the section's centre is corrected for that; what is shown is
      // what was measured.
      const median = typicalOf(tried.cell.trialThroughputPerSecond);
      return [tried, { median, low: Math.min(low, median), high: Math.max(high, median) }];
    }),
  );
}

function standingsIn(section: readonly Tried[], looks: Looks | undefined): Map<Tried, Standing> {
  const family = familyOf(section, looks);
  if (family === undefined) return new Map();
  const { metric, rivals, figures } = family;
  const standings = looks === undefined ? standingsOf(figures) : standingsAfter(figures, looks);
  return new Map(
    rivals.map((tried, index) => {
      const { behind, mayBeBest, pValue } = standings[index] as (typeof standings)[number];
      return [
        tried,
        { metric, behind: { ratio: behind.value, low: behind.low, high: behind.high }, mayBeBest, pValue },
      ];
    }),
  );
}

/** Trials of one cell. */
interface Trials {
  readonly trials: readonly MeasuredTrial[];
}

export interface Family<Item> {
  readonly metric: Standing['metric'];
  /** Those that can be compared, in the order of their figures. */
  readonly rivals: readonly Item[];
  readonly figures: SectionFigures;
}

/**
 * Those of a load that can be compared, by what the last look saw of them; `undefined` where there are not
 * two of them, or was no look.
 */
export function familyOf<Item extends Trials>(
  section: readonly Item[],
  looks: Looks | undefined,
): Family<Item> | undefined {
  const load = section[0]?.trials[0]?.cell.load;
  if (load === undefined) return undefined;
  const metric = comparedBy(load);
  const lastRound = looks === undefined ? Number.POSITIVE_INFINITY : (looks.afterRounds.at(-1) ?? 0);
  const seen = section.map((item) => {
    const trials = item.trials.filter(({ trial }) => trial <= lastRound);
    return { item, trials, figures: figuresOf(trials, metric) };
  });
  const known = seen.filter(({ figures }) => isEnough(figures));
  // A cell that was spared requests has not earned its latency.
  const keptUp = known.filter(({ trials }) =>
    trials.every(({ shed, unfinished }) => shed + unfinished === 0),
  );
  const served = known.filter(({ trials }) => !trials.some(isStarved));
  const rivals = metric === 'throughput' ? served : keptUp.length > 0 ? keptUp : known;
  if (rivals.length < 2) return undefined;
  const cells = rivals.map(({ figures }) => figures as RoundFigures);
  return {
    metric,
    rivals: rivals.map(({ item }) => item),
    figures: { cells, better: metric === 'throughput' ? 'more' : 'less' },
  };
}

type RoundFigures = readonly { readonly round: number; readonly figure: number }[];
type MaybeFigures = readonly { readonly round: number; readonly figure: number | null }[];

/** A figure a trial; its number is the round in which it was measured. */
export function figuresOf(trials: readonly MeasuredTrial[], metric: Standing['metric']): MaybeFigures {
  return trials.map((trial) => ({
    round: trial.trial,
    figure: metric === 'throughput' ? throughputOf(trial) : percentilesOf(latencyOf([trial])).p99,
  }));
}

const throughputOf = ({ completed, windowNs }: MeasuredTrial): number => completed / (windowNs / 1e9);

/** Whether they say anything. */
export function isEnough(figures: MaybeFigures): figures is RoundFigures {
  return figures.length >= FEWEST_TRIALS && figures.every(({ figure }) => figure !== null && figure > 0);
}
