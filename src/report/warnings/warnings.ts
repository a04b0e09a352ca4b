/** The warnings: what makes a cell's numbers doubtful, and what to do about it. A closed list. */
import { addCounts } from '../../metrics/requests.ts';
import type { TrialRecord, Warning } from '../../result.ts';
import type { Doubt, Facts } from './doubt.ts';
import { boundDoubts } from './doubts-bounds.ts';
import { loadDoubts } from './doubts-load.ts';
import { machineDoubts } from './doubts-machine.ts';
import { failedRequests, requestsFailed, resultDoubts } from './doubts-results.ts';

/** In the order in which a report shows them. */
export const doubts: readonly Doubt[] = [...resultDoubts, ...loadDoubts, ...boundDoubts, ...machineDoubts];

/** All warnings of one measured cell. */
export function warningsOf(facts: Facts): Warning[] {
  return doubts.flatMap(({ code, remedy, ...doubt }) => {
    const message = doubt.message(facts);
    return message === undefined ? [] : [{ code, message, remedy }];
  });
}

/** Warnings of a cell that measured nothing: the requests that failed, by error code. */
export function refusedWarnings(trials: readonly TrialRecord[]): Warning[] {
  const errors = addCounts(trials.map((trial) => trial.errors ?? {}));
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const { code, remedy } = requestsFailed;
  return failed === 0 ? [] : [{ code, message: failedRequests(failed, errors), remedy }];
}
