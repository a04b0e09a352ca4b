/** The one function that drives every request written as operations, whatever the model. */
import { type Engine, PENDING } from '../engines/engine.ts';
import type { Steps } from '../operations.ts';
import type { Task } from './model.ts';

/** Begins a request and advances it as far as possible without waiting. */
export function start(task: Task, engine: Engine): void {
  task.begin();
  task.steps = task.request() as Steps;
  advance(task, engine, null);
  task.submitted();
}

/**
 * Passes a request the value (or the error) that it waited for, and advances it until it waits again or ends.
 * The end is recorded at once: in a continuation it would include the time until that runs.
 */
export function advance(task: Task, engine: Engine, error: unknown, value?: unknown): void {
  const steps = task.steps;
  if (!steps) throw new Error('a request that has not begun cannot advance');
  let failure = error;
  let answer = value;
  for (;;) {
    try {
      const step = failure ? steps.throw(failure) : steps.next(answer as never);
      if (step.done) return task.end();
      task.operation = step.value;
    } catch (uncaught) {
      return task.end(asFailure(uncaught));
    }
    failure = undefined;
    try {
      answer = task.operation.performBy(engine, task);
    } catch (thrown) {
      failure = thrown;
    }
    if (answer === PENDING && !failure) return;
  }
}

/**
 * The descriptor that a request waited for is ready: performs the operation again, and advances the request
 * with the result.
 */
export function retry(task: Task, engine: Engine): void {
  if (!task.operation) throw new Error('a request that waits for nothing cannot be ready');
  let answer: unknown;
  try {
    answer = task.operation.performBy(engine, task);
  } catch (failure) {
    return advance(task, engine, failure);
  }
  if (answer !== PENDING) advance(task, engine, null, answer);
}

/**
 * The error that a request threw; a new one if it threw `undefined` or `null`, because it failed all the
 * same.
 */
export const asFailure = (error: unknown): unknown => error ?? new Error('thrown without an error');
