/** What searches for capacities have found: each with its steps, which are trials and no cells. */
import { sentenceOf } from '../../reasons.ts';
import {
  type Capacity,
  type CapacityRecord,
  type CapacityStep,
  type RunHeader,
  type StepRecord,
  type StoredRun,
  searchKey,
} from '../../result.ts';
import { bracketOf } from '../../stats/bracket.ts';
import { measuredCell, refusedCell, withWarnings } from './cell.ts';
import { comparesInReport } from './order.ts';
import { groupBy } from './sections.ts';

/** Whether it was kept up with is what a step was for, and its window is as long as the objective needs. */
const EXPECTED: ReadonlySet<string> = new Set(['not-kept-up', 'queue-growing', 'few-requests']);

/** The capacities of a run, in the order of the report. */
export function summariseSearches({ header, steps = [], capacities = [] }: StoredRun): Capacity[] {
  const stepsOf = new Map(groupBy(steps, searchKey).map((group) => [searchKey(group[0]), group]));
  const ended = new Set(capacities.map(searchKey));
  const unfinished = [...stepsOf].filter(([key]) => !ended.has(key)).map(([, group]) => foundSoFar(group));
  const compare = comparesInReport(header);
  return [...capacities, ...unfinished]
    .map((capacity) => withSteps(capacity, stepsOf.get(searchKey(capacity)) ?? [], header))
    .sort((a, b) => compare(a.cell, b.cell));
}

/** Of a search that goes on, or that was ended by a kill. */
function foundSoFar(steps: readonly [StepRecord, ...StepRecord[]]): CapacityRecord {
  const [{ cell, objective }] = steps;
  return { kind: 'capacity', cell, objective, ...bracketOf(steps), reason: 'the search is unfinished' };
}

function withSteps(
  { reason, ...capacity }: CapacityRecord,
  steps: readonly StepRecord[],
  header: RunHeader,
): Capacity {
  const load = steps.find(({ trial }) => trial !== undefined)?.trial?.cell.load;
  const { arrivals = undefined, clients = undefined } = load?.kind === 'open' ? load : {};
  return {
    ...capacity,
    ...(reason === undefined ? {} : { reason: sentenceOf(reason) }),
    ...(arrivals === undefined ? {} : { arrivals }),
    ...(clients === undefined ? {} : { clients }),
    steps: steps.map((step) => summariseStep(step, header)),
  };
}

function summariseStep(
  { ratePerSecond, kept, measured, why, trial }: StepRecord,
  header: RunHeader,
): CapacityStep {
  const judged = { ratePerSecond, kept, measured, ...(why === undefined ? {} : { why }) };
  if (trial === undefined) return judged;
  const cell =
    trial.status === 'measured' ? withWarnings(measuredCell([trial]), [trial], header) : refusedCell([trial]);
  const warnings = cell.warnings.filter(({ code }) => !EXPECTED.has(code));
  return {
    ...judged,
    ...(cell.status === 'measured'
      ? { throughputPerSecond: cell.throughputPerSecond, latencyNs: cell.latencyNs }
      : {}),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}
