/** From trials to the document that every format is made of. */
import { summariseTrials } from '../../metrics/index.ts';
import {
  type Capacity,
  type Cell,
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
import { refusedWarnings, warningsOf } from '../warnings/warnings.ts';
import { familyKey, inReportOrder } from './order.ts';
import { groupBy } from './sections.ts';
import { looksOf, placed, type Tried } from './standing.ts';

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
  const filesOnPool = header.models.find(({ name }) => name === cell.model)?.filesOnPool ?? false;
  const facts = { cell, trials: tried.trials, refused, plannedTrials: header.trials, environment: header.environment, uses, filesOnPool };
  return { ...cell, warnings: warningsOf(facts) };
}

function refusedCell(trials: readonly RefusedTrial[]): Cell {
  const telling = trials.find((trial) => trial.status === 'failed') ?? (trials[0] as RefusedTrial);
  return { ...telling.cell, status: telling.status, reason: telling.reason, warnings: refusedWarnings(trials) };
}

function measuredCell(trials: readonly MeasuredTrial[]): Omit<MeasuredCell, 'warnings'> {
  const { cell } = trials[0] as MeasuredTrial;
  return { ...cell, status: 'measured', trials: trials.length, ...summariseTrials(trials) };
}
