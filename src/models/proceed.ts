/** The one function that interprets steps, whatever the model. */
import type { Engine } from '../engines/engine.ts';
import type { Operation, Steps } from '../operations.ts';

/** Steps on their way: a request, or a part of one. */
export interface Walk {
  steps: Steps | undefined;
  /** The operation that they wait for. */
  operation: Operation | undefined;
  /** They end now; with their error, if they failed. */
  end(error?: unknown): void;
}

/** The answer when the steps have ended. */
export const ENDED: unique symbol = Symbol('ended');

/**
 * Passes steps the value (or the error) that they waited for, and performs their next operation; what fails
 * at once is passed, too. The end is recorded at once: in a continuation it would include the time until that
 * runs.
 * @returns the engine's answer (a value, `PENDING`, a promise), `BOTH`, or `ENDED`.
 */
export function proceed(walk: Walk, engine: Engine, error: unknown, value?: unknown): unknown {
  const { steps } = walk;
  if (!steps) throw new Error('a request that has not begun cannot advance');
  let failure = error;
  for (;;) {
    try {
      const step = failure ? steps.throw(failure) : steps.next(value as never);
      if (step.done) {
        walk.end();
        return ENDED;
      }
      walk.operation = step.value;
    } catch (uncaught) {
      walk.end(asFailure(uncaught));
      return ENDED;
    }
    try {
      return walk.operation.performBy(engine, walk);
    } catch (thrown) {
      failure = asFailure(thrown);
    }
  }
}

/** Closes steps where they stand: their `finally` blocks run, and may still ask for operations. */
export function closeSteps(walk: Walk, engine: Engine): unknown {
  try {
    const step = walk.steps?.return(undefined) ?? { done: true };
    if (step.done) {
      walk.end();
      return ENDED;
    }
    walk.operation = step.value as Operation;
  } catch (uncaught) {
    walk.end(asFailure(uncaught));
    return ENDED;
  }
  try {
    return walk.operation.performBy(engine, walk);
  } catch (thrown) {
    return proceed(walk, engine, asFailure(thrown));
  }
}

/**
 * The error that was thrown; a new one if `undefined` or `null` was, because it failed all the same.
 */
export const asFailure = (error: unknown): unknown => error ?? new Error('thrown without an error');
