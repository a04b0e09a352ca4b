/** From trials to the document that every format is made of. */
import {
  type Cell,
  cellKey,
  type MeasuredTrial,
  type RefusedTrial,
  type RunDocument,
  type RunHeader,
  SCHEMA,
  type StoredRun,
  type SyscallRecord,
  type TrialRecord,
} from '../../result.ts';
import { measuredCell, refusedCell, withWarnings } from './cell.ts';
import { comparesInReport, familyKey } from './order.ts';
import { summariseSearches } from './searches.ts';
import { groupBy, sectionKey } from './sections.ts';
import { looksOf, placed, type Tried } from './standing.ts';

/**
 * Summarises a run: one cell for all trials of the same model, workload, parameters and load. Throughputs and
 * their intervals are over trials; percentiles are read from histograms merged over trials.
 */
export function summarise(run: StoredRun): RunDocument {
  const { kind: _kind, schema: _schema, ...header } = run.header;
  const counted = new Map(run.syscalls?.map((record) => [cellKey(record.cell), record]));
  const groups = groupBy(run.trials, (trial) => cellKey(trial.cell));
  const looks = looksOf(run);
  const placedCells = new Map(
    sectionsOfTrials(groups).flatMap((section) =>
      placed(section, looks).map((tried) => [cellKey(tried.cell), tried]),
    ),
  );
  const cells = groups.map((trials) =>
    summariseCell(trials, placedCells.get(cellKey(trials[0].cell)), run.header, counted),
  );
  const capacities = summariseSearches(run);
  return {
    schema: SCHEMA,
    run: { ...header, warnings: run.warnings, ...looksTaken(run) },
    cells: cells.sort(comparesInReport(run.header)),
    ...(capacities.length === 0 ? {} : { capacities }),
    ...storiesOf(run),
  };
}

/** Of a workload that was prepared again, the last one. */
function storiesOf({ stories = [] }: StoredRun): Pick<RunDocument, 'stories'> {
  const last = new Map(stories.map(({ kind: _kind, ...story }) => [sectionKey(story), story]));
  return last.size === 0 ? {} : { stories: [...last.values()] };
}

function looksTaken({ looks = [] }: StoredRun): Pick<RunDocument['run'], 'looks'> {
  return looks.length === 0 ? {} : { looks: looks.map(({ afterRound, share }) => ({ afterRound, share })) };
}

/** The cells that were measured at all, in groups of those that are compared with each other. */
function sectionsOfTrials(groups: readonly (readonly TrialRecord[])[]): Tried[][] {
  const tried = groups.flatMap((records): Tried[] => {
    const trials = records.filter((record): record is MeasuredTrial => record.status === 'measured');
    return trials.length === 0 ? [] : [{ cell: measuredCell(trials), trials }];
  });
  return groupBy(tried, ({ cell }) => familyKey(cell));
}

type Counted = ReadonlyMap<string, SyscallRecord>;

function summariseCell(
  trials: readonly TrialRecord[],
  tried: Tried | undefined,
  header: RunHeader,
  counted: Counted,
): Cell {
  if (tried === undefined)
    return refusedCell(trials.filter((trial): trial is RefusedTrial => trial.status !== 'measured'));
  const { perRequest } = counted.get(cellKey(tried.cell)) ?? {};
  return withWarnings(
    { ...tried.cell, ...(perRequest ? { syscallsPerRequest: perRequest } : {}) },
    trials,
    header,
  );
}
