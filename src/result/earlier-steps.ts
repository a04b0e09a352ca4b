/** Earlier versions stored the steps of a search elsewhere. */
import { cellKey, type SearchedSpec } from './cell-spec.ts';
import type { CapacityLine, StepRecord } from './search.ts';
import type { TrialRecord } from './trial.ts';

/**
 * The steps that earlier versions stored in the lines of their capacities, each with its trial: the first at
 * its rate that no step before it took. And the trials that are of no step.
 */
export function stepsOfEarlier(
  capacities: readonly CapacityLine[],
  trials: readonly TrialRecord[],
): { steps: StepRecord[]; otherTrials: TrialRecord[] } {
  const keyAt = (cell: SearchedSpec, ratePerSecond: number) =>
    JSON.stringify([cellKey({ ...cell, load: undefined }), ratePerSecond]);
  const atRate = new Map<string, TrialRecord[]>();
  for (const { cell, steps = [] } of capacities)
    for (const { ratePerSecond } of steps) atRate.set(keyAt(cell, ratePerSecond), []);
  for (const trial of atRate.size === 0 ? [] : trials) {
    const { load } = trial.cell;
    if (load.kind === 'open') atRate.get(keyAt(trial.cell, load.ratePerSecond))?.push(trial);
  }
  const found = capacities.flatMap(({ cell, objective, steps = [] }) =>
    steps.map((step): StepRecord => {
      const trial = atRate.get(keyAt(cell, step.ratePerSecond))?.shift();
      return { kind: 'step', cell, objective, ...step, ...(trial === undefined ? {} : { trial }) };
    }),
  );
  const taken = new Set(found.map(({ trial }) => trial));
  return { steps: found, otherTrials: trials.filter((trial) => !taken.has(trial)) };
}
