/** The warnings: what makes a cell's numbers doubtful, and what to do about it. A closed list. */
import { addCounts } from '../../metrics/requests.ts';
import type { TrialRecord, Warning } from '../../result.ts';
import { loadRules } from './about-load.ts';
import { machineRules } from './about-machine.ts';
import { failedRequests, requestsFailed, resultRules } from './about-results.ts';
import { validityRules } from './about-validity.ts';
import type { Facts, WarningRule } from './warning-rule.ts';

/** In the order in which a report shows them. */
export const warningRules: readonly WarningRule[] = [
  ...resultRules,
  ...loadRules,
  ...validityRules,
  ...machineRules,
];

/** All warnings of one measured cell. */
export function warningsOf(facts: Facts): Warning[] {
  return warningRules.flatMap(({ code, remedy, ...rule }) => {
    const message = rule.message(facts);
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
