/** What the trials of one cell come to. */

import { summariseTrials } from '../../metrics/index.ts';
import { sentenceOf } from '../../reasons.ts';
import type {
  MeasuredCell,
  MeasuredTrial,
  RefusedCell,
  RefusedTrial,
  RunHeader,
  TrialRecord,
} from '../../result.ts';
import { refusedWarnings, warningsOf } from '../warnings/warnings.ts';

export function measuredCell(trials: readonly MeasuredTrial[]): Omit<MeasuredCell, 'warnings'> {
  const { cell } = trials[0] as MeasuredTrial;
  return {
    ...cell,
    status: 'measured',
    trials: trials.length,
    trialRounds: trials.map(({ trial }) => trial),
    ...summariseTrials(trials),
  };
}

/**
 * A measured cell, with what makes its figures doubtful; of `all` its trials, some may have measured nothing.
 */
export function withWarnings(
  cell: Omit<MeasuredCell, 'warnings'>,
  all: readonly TrialRecord[],
  header: RunHeader,
): MeasuredCell {
  const trials = all.filter((trial): trial is MeasuredTrial => trial.status === 'measured');
  const refused = all.filter((trial): trial is RefusedTrial => trial.status !== 'measured');
  const uses = header.workloads.find(({ name }) => name === cell.workload)?.uses ?? [];
  const filesOnPool = header.models.find(({ name }) => name === cell.model)?.filesOnPool ?? false;
  const facts = {
    cell,
    trials,
    refused,
    plannedTrials: header.trials,
    environment: header.environment,
    uses,
    filesOnPool,
  };
  return { ...cell, warnings: warningsOf(facts) };
}

export function refusedCell(trials: readonly RefusedTrial[]): RefusedCell {
  const telling = trials.find((trial) => trial.status === 'failed') ?? (trials[0] as RefusedTrial);
  return {
    ...telling.cell,
    status: telling.status,
    reason: sentenceOf(telling.reason),
    warnings: refusedWarnings(trials),
  };
}
