/** What is done beside the load, by the same model: only its engine knows its connections. */
import type { Requests, Task } from '../models/model.ts';

/** Requests that are all due at once, and of which nothing is measured. */
export interface Errands extends Requests {
  /** What the first one that failed threw. */
  readonly failure: unknown;
}

/** `begin` calls the workload, each in its turn: steps, a promise, or nothing. */
export function errands(begins: readonly (() => unknown)[]): Errands {
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
      for (let request = left.pop(); request; request = left.pop()) yield taskOf(request);
    },
    waitNs: () => (left.length > 0 || inFlight === 0 ? 0 : Number.POSITIVE_INFINITY),
    get over() {
      return left.length === 0 && inFlight === 0;
    },
    get failure() {
      return failure;
    },
  };
}
