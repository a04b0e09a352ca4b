/** Two runs beside each other: which cells are faster, which slower, and which cannot be decided. */
import type { LoadSpec, MeasuredCell, RunDocument, SearchedSpec } from '../../result.ts';
import { type Comparison, compareSection, type RoundFigures } from '../../stats/compare-trials.ts';
import { typicalOf } from '../../stats/interval.ts';
import { formatLoad, formatModel, formatParams } from '../formats/format.ts';
import { familyKey } from '../summary/order.ts';
import { groupBy } from '../summary/sections.ts';
import { inWords as objectiveInWords } from '../verdicts/capacity-verdict.ts';
import { comparedBy } from '../verdicts/ranking.ts';
import {
  type CapacityComparison,
  type CapacityPair,
  compareCapacities,
  pairCapacities,
} from './capacity-pairs.ts';
import { comparisonWarnings } from './comparison-warnings.ts';
import { type CellPair, pairCells, type Unpaired } from './pairing.ts';

export interface CompareRunsOptions {
  /** The limit: slower by more than this many percent is beyond it. */
  readonly failIfSlowerPercent?: number | undefined;
}

/**
 * A figure of every trial: throughput under a closed load; under an open one, where all that keep up have the
 * same, latency. Of a search the capacity that it found.
 */
export type ComparedMetric = 'throughput' | 'p99' | 'p50' | 'capacity';

/** A cell of both runs, or a capacity. */
export interface ComparisonRow
  extends Omit<Comparison, 'pValue' | 'confidence'>,
    Partial<Pick<Comparison, 'pValue' | 'confidence'>> {
  /** Without a load where it is a capacity. */
  readonly cell: SearchedSpec & { readonly load?: LoadSpec };
  /** Of a capacity. */
  readonly objective?: string;
  /** The workload with its parameters: `tcp-echo (messageSize 64 B)`. */
  readonly workload: string;
  readonly metric: ComparedMetric;
  /** The typical trial: per second, or nanoseconds. */
  readonly base: number;
  readonly next: number;
  readonly baseTrials: number;
  readonly nextTrials: number;
  /** The verdict in words. */
  readonly words: string;
  /** Slower beyond the limit, with the whole interval. */
  readonly isBeyondLimit: boolean;
}

export interface RunComparison {
  readonly base: RunName;
  readonly next: RunName;
  /** How often runs of the same code are called different in any cell. */
  readonly level: number;
  readonly failIfSlowerPercent: number | undefined;
  readonly rows: readonly ComparisonRow[];
  readonly unpaired: readonly (Unpaired & { readonly workload: string })[];
  readonly warnings: readonly string[];
}
interface RunName {
  readonly id: string;
  readonly startedAt: string;
}

const LEVEL = 0.05;
const WANTED_PERCENT = 5;

/**
 * Compares each cell that both runs measured, and each capacity that both found. The verdicts on cells hold
 * together: the level is corrected for the number of cells.
 */
export function compareRuns(
  base: RunDocument,
  next: RunDocument,
  { failIfSlowerPercent }: CompareRunsOptions = {},
): RunComparison {
  const { pairs, unpaired } = pairCells(base, next);
  const capacities = pairCapacities(base, next);
  const wantedShare = (failIfSlowerPercent || WANTED_PERCENT) / 100;
  return {
    base: { id: base.run.id, startedAt: base.run.startedAt },
    next: { id: next.run.id, startedAt: next.run.startedAt },
    level: LEVEL,
    failIfSlowerPercent,
    rows: [
      ...rowsOf(pairs, { comparisons: pairs.length, wantedShare, failIfSlowerPercent }),
      ...capacities.pairs.map((pair) => capacityRow(pair, failIfSlowerPercent)),
    ].map((row) => ({ ...row, workload: workloadName(row.cell, next) })),
    unpaired: [...unpaired, ...capacities.unpaired].map((each) => ({
      ...each,
      workload: workloadName(each.cell, next),
    })),
    warnings: comparisonWarnings(base, next),
  };
}

function workloadName(cell: SearchedSpec, { run }: RunDocument): string {
  const params = formatParams(cell.params, run.workloads.find(({ name }) => name === cell.workload)?.units);
  return params === '' ? cell.workload : `${cell.workload} (${params})`;
}

/** What is compared of a model: a load, or a capacity. */
type Compared = Pick<ComparisonRow, 'cell' | 'objective'>;

/** `64 clients`, or `capacity with p99 below 20 ms`. */
export function loadText({ cell: { load }, objective }: Compared): string {
  return load === undefined ? `capacity with ${objectiveInWords(objective ?? '')}` : formatLoad(load);
}

/** Its whole name: `tcp-echo (messageSize 64 B), epoll, 64 clients`. */
export function nameOf({ workload, ...compared }: Compared & { readonly workload: string }): string {
  return `${workload}, ${formatModel(compared.cell)}, ${loadText(compared)}`;
}

/** The name that a cell or a capacity of a run has in a comparison. */
export const nameIn = (compared: Compared, document: RunDocument): string =>
  nameOf({ ...compared, workload: workloadName(compared.cell, document) });

interface RowOptions extends CompareRunsOptions {
  readonly comparisons: number;
  readonly wantedShare: number;
}

/** In the order of the pairs. Cells of one load that are compared by the same figure are judged together. */
function rowsOf(pairs: readonly CellPair[], options: RowOptions): Omit<ComparisonRow, 'workload'>[] {
  const { comparisons, wantedShare } = options;
  const compared = pairs.map((pair) => ({ pair, figures: figuresOf(pair) }));
  const families = groupBy(compared, ({ pair, figures }) => `${figures.metric} ${familyKey(pair.next)}`);
  const rows = new Map(
    families.flatMap((family) => {
      const better = family[0].figures.metric === 'throughput' ? 'more' : 'less';
      const section = { pairs: family.map(({ figures }) => figures), better } as const;
      return compareSection(section, { level: LEVEL, comparisons, wantedShare }).map((comparison, index) => {
        const { pair, figures } = family[index] as (typeof family)[number];
        return [pair, rowOf(pair, figures, comparison, options)] as const;
      });
    }),
  );
  return pairs.map((pair) => rows.get(pair) as Omit<ComparisonRow, 'workload'>);
}

function rowOf(
  pair: CellPair,
  { metric, base, next }: Figures,
  comparison: Comparison,
  { wantedShare, failIfSlowerPercent }: RowOptions,
): Omit<ComparisonRow, 'workload'> {
  const { model, workload, params, load, threads, modelParams } = pair.next;
  return {
    cell: {
      model,
      workload,
      params,
      load,
      ...(threads === undefined ? {} : { threads }),
      ...(modelParams === undefined ? {} : { modelParams }),
    },
    metric,
    base: typicalOf(base.map(({ figure }) => figure)),
    next: typicalOf(next.map(({ figure }) => figure)),
    baseTrials: base.length,
    nextTrials: next.length,
    ...comparison,
    words: inWords(comparison, wantedShare),
    isBeyondLimit:
      failIfSlowerPercent !== undefined && isBeyond(comparison, metric, failIfSlowerPercent / 100),
  };
}

function capacityRow(
  pair: CapacityPair,
  failIfSlowerPercent: number | undefined,
): Omit<ComparisonRow, 'workload'> {
  const { base, next } = pair;
  const comparison = { ...compareCapacities(pair), trialsNeeded: undefined };
  return {
    cell: next.cell,
    objective: next.objective,
    metric: 'capacity',
    base: base.ratePerSecond ?? 0,
    next: next.ratePerSecond ?? 0,
    baseTrials: base.steps.length,
    nextTrials: next.steps.length,
    ...comparison,
    words: capacityWords(comparison),
    isBeyondLimit:
      failIfSlowerPercent !== undefined && isBeyond(comparison, 'capacity', failIfSlowerPercent / 100),
  };
}

interface Figures {
  readonly metric: ComparedMetric;
  readonly base: RoundFigures;
  readonly next: RoundFigures;
}

/** Under an open load the highest percentile that every trial of both runs has. */
function figuresOf({ base, next }: { base: MeasuredCell; next: MeasuredCell }): Figures {
  const throughput: Figures = {
    metric: 'throughput',
    base: inRounds(base, base.trialThroughputPerSecond),
    next: inRounds(next, next.trialThroughputPerSecond),
  };
  if (comparedBy(next.load) === 'throughput') return throughput;
  for (const metric of ['p99', 'p50'] as const) {
    const [before, after] = [base, next].map((cell) => cell.trialLatencyNs?.[metric] ?? [null]) as [
      (number | null)[],
      (number | null)[],
    ];
    if (before.every(isAboveZero) && after.every(isAboveZero))
      return { metric, base: inRounds(base, before), next: inRounds(next, after) };
  }
  return throughput;
}

const inRounds = ({ trialRounds }: MeasuredCell, figures: readonly number[]): RoundFigures =>
  figures.map((figure, index) => ({ figure, round: trialRounds[index] ?? index }));

const isAboveZero = (figure: number | null): figure is number => figure !== null && figure > 0;

/**
 * Throughput that fell by the share, or latency that grew by it: the best that the interval allows is worse.
 */
function isBeyond(
  { interval, verdict }: Pick<Comparison, 'interval' | 'verdict'>,
  metric: ComparedMetric,
  share: number,
): boolean {
  const limit = metric === 'p99' || metric === 'p50' ? 1 / (1 + share) : 1 - share;
  return verdict === 'slower' && interval !== undefined && interval.high < limit;
}

/** `1.27 × faster, 1.22 to 1.31`, or why that is not decided, and how many trials would decide it. */
function inWords(comparison: Comparison, wantedShare: number): string {
  const { verdict, ratio, interval, trialsNeeded } = comparison;
  if (verdict === 'too few trials') return `too few trials: it would take ${trialsNeeded} of each`;
  if (verdict === 'no difference shown') {
    const wanted = `${Number((wantedShare * 100).toPrecision(3))} %`;
    return trialsNeeded === undefined
      ? verdict
      : `${verdict}; for ${wanted} it would take ${trialsNeeded} trials of each`;
  }
  const [times, low, high] =
    verdict === 'faster'
      ? [ratio, interval?.low, interval?.high]
      : [1 / ratio, 1 / (interval?.high ?? 1), 1 / (interval?.low ?? 1)];
  return `${times.toFixed(2)} × ${verdict}, ${(low ?? 1).toFixed(2)} to ${(high ?? 1).toFixed(2)}`;
}

/** `carries 1.27 × as much, 1.22 to 1.31`. */
function capacityWords({ verdict, ratio, interval }: CapacityComparison): string {
  if (verdict === 'no difference shown') return verdict;
  const bounds = interval === undefined ? '' : `, ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}`;
  return `carries ${ratio.toFixed(2)} × as much${bounds}`;
}
