/**
 * Every request is in exactly one figure. Due requests are counted from the schedule, and those in the system
 * when the window turned directly at that moment: no count is derived from another one.
 */
import type { MeasuredTrial } from '../../result.ts';
import type { RequestObserver, Turn } from './observer.ts';
import type { RequestCounts } from './request-counts.ts';
import type { TrialLoad } from './trial-load.ts';

export type Conservation = NonNullable<MeasuredTrial['conservation']>;

/** The counts at the moment when the window opens, and when it closes. */
interface SystemCounts {
  /** Requests that are due and have not ended, whether they have begun or not. */
  readonly inSystem: number;
  /**
   * Since the load began: requests that were not sent, and (under a closed load) requests that have become
   * due.
   */
  readonly shed: number;
  readonly arrived: number;
}

/** Counts at the turns of the window. */
export class Account implements RequestObserver {
  private readonly load: Pick<TrialLoad, 'shed' | 'arrived'>;
  private open: SystemCounts | undefined;
  private close: SystemCounts | undefined;

  constructor(load: Pick<TrialLoad, 'shed' | 'arrived'>) {
    this.load = load;
  }

  opened(turn: Turn): void {
    this.open = this.countAt(turn);
  }

  closed(turn: Turn): void {
    this.close = this.countAt(turn);
  }

  /**
   * The window's account. `due` is how many requests the schedule has in the window, if it is one that does
   * not depend on their ends; `unfinished`, how many have not ended and are no longer waited for.
   * @throws Error if the window has not closed, or a request that was due is in no figure, or in two.
   */
  read(
    { completed, failed, drained, failedDraining }: RequestCounts,
    due: number | undefined,
    unfinished: number,
  ): Conservation {
    const { open, close } = this;
    if (!open || !close) throw new Error('the window has not closed');
    const account = {
      atOpening: open.inSystem,
      due: due ?? close.arrived - open.arrived,
      completed,
      failed,
      shed: close.shed - open.shed,
      atClose: close.inSystem,
      drained,
      failedDraining,
      unfinished,
    };
    const failure = conservationFailure(account);
    if (failure !== undefined) throw new Error(failure);
    return account;
  }

  private countAt({ atNs, line, inFlight }: Turn): SystemCounts {
    const { load } = this;
    return {
      inSystem: inFlight + line.length,
      shed: load.shed?.() ?? 0,
      arrived: load.arrived?.(atNs) ?? 0,
    };
  }
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
