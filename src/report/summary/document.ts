/** From trials to the document that every format is made of. */
import {
  type Capacity,
  type Cell,
  type CellSpec,
  cellKey,
  type MeasuredCell,
  type MeasuredTrial,
  type RefusedTrial,
  type RunDocument,
  type RunHeader,
  SCHEMA,
  type StoredRun,
  type SyscallRecord,
  type TrialRecord,
  type Warning,
} from '../../result.ts';
import { addCounts, refusedWarnings, warningsOf } from '../warnings/warnings.ts';
import { observationsOf } from './observations.ts';
import { familyKey, inReportOrder } from './order.ts';
import { latencyDistribution, latencyOf, mergeTrials, percentilesOf } from './percentiles.ts';
import { groupBy } from './sections.ts';
import { bareInterval, looksOf, placed, type Tried } from './standing.ts';

/**
 * Summarises a run: one cell for all trials of the same model, workload, parameters and load. Throughputs and their intervals are
 * over trials; percentiles are read from histograms merged over trials.
 */
export function summarise(run: StoredRun): RunDocument {
  const { kind: _kind, schema: _schema, ...header } = run.header;
  const counted = new Map(run.syscalls?.map((record) => [cellKey(record.cell), record]));
  const groups = groupBy(run.trials, (trial) => cellKey(trial.cell));
  const looks = looksOf(run);
  const placedCells = new Map(sectionsOfTrials(groups).flatMap((section) => placed(section, looks).map((tried) => [cellKey(tried.cell), tried])));
  const cells = groups.map((trials) => summariseCell(trials, placedCells.get(cellKey(trials[0].cell)), run.header, counted));
  const { capacities } = run;
  const steps = new Set(capacities?.flatMap(stepCells));
  return {
    schema: SCHEMA,
    run: { ...header, warnings: run.warnings, ...looksTaken(run) },
    cells: inReportOrder(cells, run.header).map((cell) => (steps.has(cellKey(cell)) ? { ...cell, warnings: cell.warnings.filter(isOfStep) } : cell)),
    ...(capacities === undefined || capacities.length === 0 ? {} : { capacities }),
  };
}

function looksTaken({ looks = [] }: StoredRun): Pick<RunDocument['run'], 'looks'> {
  return looks.length === 0 ? {} : { looks: looks.map(({ afterRound, share }) => ({ afterRound, share })) };
}

/** The cells that were measured in a search for a capacity. */
function stepCells({ cell, steps }: Capacity): string[] {
  return steps.flatMap(({ ratePerSecond }) => ARRIVALS.map((arrivals) => cellKey({ ...cell, load: { kind: 'open', ratePerSecond, arrivals } })));
}
const ARRIVALS = ['poisson', 'constant'] as const;

/** Whether it kept up is what a step was for, and its window is as long as the objective needs. */
const isOfStep = ({ code }: Warning): boolean => !STEP_CODES.has(code);
const STEP_CODES: ReadonlySet<string> = new Set(['not-kept-up', 'queue-growing', 'few-requests']);

/** The cells that were measured at all, in groups of those that are compared with each other. */
function sectionsOfTrials(groups: readonly (readonly TrialRecord[])[]): Tried[][] {
  const tried = groups.flatMap((records): Tried[] => {
    const trials = records.filter((record): record is MeasuredTrial => record.status === 'measured');
    return trials.length === 0 ? [] : [{ cell: measuredCell(trials), trials }];
  });
  return groupBy(tried, ({ cell }) => familyKey(cell));
}

type Counted = ReadonlyMap<string, SyscallRecord>;

function summariseCell(trials: readonly TrialRecord[], tried: Tried | undefined, header: RunHeader, counted: Counted): Cell {
  const refused = trials.filter((trial): trial is RefusedTrial => trial.status !== 'measured');
  if (tried === undefined) return refusedCell(refused);
  const { perRequest } = counted.get(cellKey(tried.cell)) ?? {};
  const cell = { ...tried.cell, ...(perRequest ? { syscallsPerRequest: perRequest } : {}) };
  const uses = header.workloads.find(({ name }) => name === cell.workload)?.uses ?? [];
  const facts = { cell, trials: tried.trials, refused, plannedTrials: header.trials, environment: header.environment, uses };
  return { ...cell, warnings: warningsOf(facts) };
}

function refusedCell(trials: readonly RefusedTrial[]): Cell {
  const telling = trials.find((trial) => trial.status === 'failed') ?? (trials[0] as RefusedTrial);
  return { ...telling.cell, status: telling.status, reason: telling.reason, warnings: refusedWarnings(trials) };
}

function measuredCell(trials: readonly MeasuredTrial[]): Omit<MeasuredCell, 'warnings'> {
  const { cell } = trials[0] as MeasuredTrial;
  const total = totals(trials);
  const merged = (part: 'latency' | 'service' | 'lag') => mergeTrials(trials.map((trial) => ({ histogram: trial[part], count: trial.completed })));
  const latency = latencyOf(trials);
  const perTrial = trials.map((trial) => trial.completed / (trial.windowNs / 1e9));
  return {
    ...cell,
    status: 'measured',
    trials: trials.length,
    ...total,
    throughputPerSecond: bareInterval(perTrial),
    latencyNs: percentilesOf(latency),
    serviceNs: percentilesOf(merged('service')),
    lagNs: percentilesOf(merged('lag')),
    latencyDistribution: latencyDistribution(latency),
    trialThroughputPerSecond: perTrial,
    trialLatencyNs: trialLatency(trials),
    maxRssBytes: Math.max(...trials.map((trial) => trial.maxRssBytes)),
    peerCpuShare: peerCpuShare(trials),
    ...dispatchNs(trials),
    ...littleRatio(cell, trials, latency.meanNs),
    ...observationsOf(trials),
    notes: [...new Set(trials.flatMap((trial) => trial.notes))],
  };
}

function totals(trials: readonly MeasuredTrial[]) {
  const sum = (pick: (trial: MeasuredTrial) => number) => trials.reduce((total, trial) => total + pick(trial), 0);
  const completed = sum((trial) => trial.completed);
  const failed = sum((trial) => trial.failed);
  // Failed requests cost CPU time too.
  const perRequest = (amount: number) => (completed + failed === 0 ? 0 : amount / (completed + failed));
  // What the process uses without any request is no request's.
  const idleNs = sum((trial) => Math.min((trial.idleCpuShare ?? 0) * trial.windowNs, trial.cpu.userNs + trial.cpu.systemNs));
  const userNs = sum((trial) => trial.cpu.userNs);
  const systemNs = sum((trial) => trial.cpu.systemNs);
  const voluntary = sum((trial) => trial.contextSwitches.voluntary);
  const involuntary = sum((trial) => trial.contextSwitches.involuntary);
  return {
    completed,
    failed,
    errors: addCounts(trials.map((trial) => trial.errors)),
    ...firstFailure(trials),
    ...failedDraining(trials),
    ...tallies(trials),
    shed: sum((trial) => trial.shed),
    unfinished: sum((trial) => trial.unfinished),
    cpu: { userNs, systemNs, perRequestNs: perRequest(userNs + systemNs - idleNs), ...idleShare(trials) },
    contextSwitches: { voluntary, involuntary, perRequest: perRequest(voluntary + involuntary) },
  };
}

/** The mean over trials, where every one knows it. */
function idleShare(trials: readonly MeasuredTrial[]): Pick<MeasuredCell['cpu'], 'idleShare'> {
  const shares = trials.flatMap(({ idleCpuShare }) => idleCpuShare ?? []);
  return shares.length < trials.length ? {} : { idleShare: average(shares) };
}

function failedDraining(trials: readonly MeasuredTrial[]): Pick<MeasuredCell, 'failedDraining'> {
  const count = trials.reduce((sum, { conservation }) => sum + (conservation?.failedDraining ?? 0), 0);
  return count === 0 ? {} : { failedDraining: count };
}

function firstFailure(trials: readonly MeasuredTrial[]): Pick<MeasuredCell, 'firstFailure'> {
  const telling = trials.find((trial) => Object.keys(trial.errors).length > 0 && trial.firstFailure !== undefined);
  return telling?.firstFailure === undefined ? {} : { firstFailure: telling.firstFailure };
}

/** What requests met besides: where no trial has counted it (an older iobench), it is not known, and left out. */
function tallies(trials: readonly MeasuredTrial[]): Pick<MeasuredCell, 'reconnects' | 'statuses'> {
  const reconnects = trials.flatMap((trial) => trial.reconnects ?? []);
  const statuses = trials.flatMap((trial) => (trial.statuses === undefined ? [] : [trial.statuses]));
  return {
    ...(reconnects.length === 0 ? {} : { reconnects: reconnects.reduce((sum, count) => sum + count, 0) }),
    ...(statuses.length === 0 ? {} : { statuses: addCounts(statuses) }),
  };
}

/** The busiest trial's share of one core, for each peer. */
function peerCpuShare(trials: readonly MeasuredTrial[]): Record<string, number> {
  const shares = new Map<string, number>();
  for (const { name, cpuNs, wallNs } of trials.flatMap((trial) => trial.peers)) {
    shares.set(name, Math.max(shares.get(name) ?? 0, wallNs === 0 ? 0 : cpuNs / wallNs));
  }
  return Object.fromEntries(shares);
}

function dispatchNs(trials: readonly MeasuredTrial[]): Pick<MeasuredCell, 'dispatchNs'> {
  const costs = trials.flatMap((trial) => trial.dispatch ?? []);
  if (costs.length === 0) return {};
  return { dispatchNs: { mean: average(costs.map((cost) => cost.meanNs)), p99: Math.max(...costs.map((cost) => cost.p99Ns)) } };
}

/** Little's law holds over all requests, so it is not asked of cells where the failed ones' times are missing. */
function littleRatio(cell: CellSpec, trials: readonly MeasuredTrial[], meanNs: number): Pick<MeasuredCell, 'littleRatio'> {
  const byEvents = trials.map((trial) => trial.inFlightMean ?? 0);
  const byTimes = trials.map((trial) => trial.inFlightMeanByTimes ?? 0);
  if (byEvents.every((mean) => mean > 0)) return { littleRatio: average(byTimes) / average(byEvents) };
  const { load } = cell;
  if (load.kind !== 'closed' || load.thinkNs || trials.some((trial) => trial.failed > 0)) return {};
  const completed = trials.reduce((sum, trial) => sum + trial.completed, 0);
  const windowNs = trials.reduce((sum, trial) => sum + trial.windowNs, 0);
  return { littleRatio: ((completed / windowNs) * meanNs) / load.concurrency };
}

function trialLatency(trials: readonly MeasuredTrial[]): NonNullable<MeasuredCell['trialLatencyNs']> {
  const percentiles = trials.map((trial) => percentilesOf(latencyOf([trial])));
  return { p50: percentiles.map(({ p50 }) => p50), p99: percentiles.map(({ p99 }) => p99) };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
