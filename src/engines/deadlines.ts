/**
 * Deadlines of receives, for engines that wait until a descriptor is ready. A connection has one timer at
 * most, however many receives end in time: when it is over, it is set anew for the receive that waits then.
 */
import { nowNs, type Timers } from './timers.ts';

/** Of one connection, on which one receive waits at a time. */
export interface Deadline {
  /** When the receive that waits has to end; Infinity if none with a deadline waits. */
  dueNs: number;
  /** When its timer is over; Infinity if it has none. */
  timerNs: number;
}

export interface Deadlines<Owner extends { deadline: Deadline | undefined }> {
  /**
   * A receive has nothing to take, for the first time or again. Returns whether its time is over, and with
   * that its deadline.
   */
  isOver(owner: Owner, withinNs: number): boolean;
}

/** `expire` is called when the time of a receive is over: it has to be tried once more. */
export function createDeadlines<Owner extends { deadline: Deadline | undefined }>(
  timers: Pick<Timers, 'call'>,
  expire: (owner: Owner) => void,
): Deadlines<Owner> {
  function setTimer(owner: Owner, deadline: Deadline, durationNs: number): void {
    const endNs = nowNs() + durationNs;
    // A later one finds out that it comes too late for this receive.
    if (deadline.timerNs <= endNs) return;
    deadline.timerNs = endNs;
    timers.call(durationNs, () => {
      if (deadline.timerNs === endNs) deadline.timerNs = Number.POSITIVE_INFINITY;
      if (deadline.dueNs === Number.POSITIVE_INFINITY) return;
      const leftNs = deadline.dueNs - nowNs();
      if (leftNs > 0) setTimer(owner, deadline, leftNs);
      else expire(owner);
    });
  }
  return {
    isOver(owner, withinNs) {
      owner.deadline ??= { dueNs: Number.POSITIVE_INFINITY, timerNs: Number.POSITIVE_INFINITY };
      const { deadline } = owner;
      if (deadline.dueNs === Number.POSITIVE_INFINITY) {
        deadline.dueNs = nowNs() + withinNs;
        setTimer(owner, deadline, withinNs);
        return false;
      }
      if (deadline.dueNs > nowNs()) return false;
      deadline.dueNs = Number.POSITIVE_INFINITY;
      return true;
    },
  };
}

/** The receive has ended, or was given up. */
export function meetDeadline({ deadline }: { readonly deadline: Deadline | undefined }): void {
  if (deadline) deadline.dueNs = Number.POSITIVE_INFINITY;
}
