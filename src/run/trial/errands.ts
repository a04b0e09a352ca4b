/** Requests beside the load, performed by the same model: only its engine knows its connections. */
import type { Requests, Task } from '../../models/model.ts';

/** Requests that are due at once, and are not measured. */
export interface Errands extends Requests {
  /** The first error. */
  readonly failure: unknown;
}

/**
 * `begins` call the workload, one by one, at most `atOnce` before any has ended; each returns steps, a
 * promise or `undefined`.
 */
export function errands(begins: readonly (() => unknown)[], atOnce = Number.POSITIVE_INFINITY): Errands {
  const left = [...begins];
  let inFlight = 0;
  let failure: unknown;
  const done = (error?: unknown) => {
    inFlight--;
    failure ??= error;
  };
  const taskOf = (request: () => unknown): Task => ({
    begin() {
      inFlight++;
    },
    request,
    submitted() {},
    end: done,
    ended: () => done(),
    steps: undefined,
    operation: undefined,
  });
  return {
    *due() {
      while (left.length > 0 && inFlight < atOnce) yield taskOf(left.pop() as () => unknown);
    },
    waitNs: () => ((left.length > 0 && inFlight < atOnce) || inFlight === 0 ? 0 : Number.POSITIVE_INFINITY),
    get over() {
      return left.length === 0 && inFlight === 0;
    },
    get failure() {
      return failure;
    },
  };
}
