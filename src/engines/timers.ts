/** Times at which waiters continue, for engines that wait in a call with a timeout. */
import TinyQueue from 'tinyqueue';
import { OperationError } from '../operations.ts';
import type { Waiter } from './engine.ts';

export interface Timers {
  add(durationNs: number, waiter: Waiter): void;
  /** Calls that after a time, where waiters that are due are taken. */
  call(durationNs: number, due: () => void): void;
  /** How long until the first is due: 0 if it is, Infinity if there is none. */
  waitNs(): number;
  /** Takes the waiters that are due. */
  due(): Iterable<Waiter>;
}

interface Timer {
  readonly dueNs: number;
  readonly waiter: Waiter | undefined;
  readonly call: (() => void) | undefined;
}

const NONE: readonly Waiter[] = [];

/** The time of a monotonic clock. */
export const nowNs = (): number => performance.now() * 1e6;

export function createTimers(): Timers {
  const queue = new TinyQueue<Timer>([], (a, b) => a.dueNs - b.dueNs);
  return {
    add: (durationNs, waiter) => queue.push({ dueNs: nowNs() + durationNs, waiter, call: undefined }),
    call: (durationNs, call) => queue.push({ dueNs: nowNs() + durationNs, waiter: undefined, call }),
    waitNs() {
      const first = queue.peek();
      return first ? Math.max(0, first.dueNs - nowNs()) : Number.POSITIVE_INFINITY;
    },
    due() {
      if (queue.length === 0) return NONE;
      const due: Waiter[] = [];
      const now = nowNs();
      for (let first = queue.peek(); first && first.dueNs <= now; first = queue.peek()) {
        queue.pop();
        if (first.waiter) due.push(first.waiter);
        else first.call?.();
      }
      return due;
    },
  };
}

/** A receive has waited as long as it may. */
export const timedOut = (target: string): OperationError =>
  new OperationError('receive', 'ETIMEDOUT', target);
