/** The one function that drives every request written as operations, whatever the model. */
import { type Engine, PENDING } from '../engines/engine.ts';
import type { Steps } from '../operations.ts';
import type { Task } from './model.ts';

/** Begins a request and takes it as far as it goes without waiting. */
export function start(task: Task, engine: Engine): void {
  task.begin();
  task.steps = task.request() as Steps;
  advance(task, engine, null);
  task.submitted();
}

/**
 * Gives a request the value (or the error) that it waited for, and takes it on until it waits again or ends.
 * The end is told at once: in a continuation it would include the time until that runs.
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

/** What a request waited for is ready now: its operation is performed, and the request goes on with the result. */
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

/** What a request threw, which may be nothing at all: it failed all the same. */
export const asFailure = (error: unknown): unknown => error ?? new Error('thrown without an error');
