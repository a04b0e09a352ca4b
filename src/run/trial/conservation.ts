/**
 * Every request is in exactly one figure. Due requests are counted from the schedule, and those in the system
 * when the window turned directly at that moment: no count is derived from another one.
 */
import type { MeasuredTrial } from '../../result.ts';
import type { Window } from './window.ts';

export type Conservation = NonNullable<MeasuredTrial['conservation']>;

/** The counts at the moment when the window opens, and when it closes. */
export interface SystemCounts {
  /** Requests that are due and have not ended, whether they have begun or not. */
  readonly inSystem: number;
  /**
   * Since the load began: requests that were not sent, and (under a closed load) requests that have become
   * due.
   */
  readonly shed: number;
  readonly arrived: number;
}

/** The window's account. */
export function conserved(
  {
    completed,
    failed,
    drained,
    failedDraining,
  }: Pick<Window, 'completed' | 'failed' | 'drained' | 'failedDraining'>,
  open: SystemCounts,
  closed: SystemCounts,
  due: number,
  unfinished: number,
): Conservation {
  return {
    atOpening: open.inSystem,
    due,
    completed,
    failed,
    shed: closed.shed - open.shed,
    atClose: closed.inSystem,
    drained,
    failedDraining,
    unfinished,
  };
}

/** A sentence about the requests that are in no figure, or in two; `undefined` if both equations hold. */
export function conservationFailure(account: Conservation): string | undefined {
  const { atOpening, due, completed, failed, shed, atClose, drained, failedDraining, unfinished } = account;
  const inWindow = atOpening + due - (completed + failed + shed + atClose);
  const afterIt = atClose - (drained + failedDraining + unfinished);
  if (inWindow === 0 && afterIt === 0) return undefined;
  return (
    `requests do not add up, which is a fault of iobench: ${inWindow} of those due in the window and ${afterIt} of those ` +
    `in the system at its close are in no figure (${JSON.stringify(account)})`
  );
}
