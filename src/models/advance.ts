/** Drives requests written as operations, for all models that do not await promises. */
import { type Engine, PENDING } from '../engines/engine.ts';
import { BOTH, type Both, type Steps } from '../operations.ts';
import { performBoth } from './both.ts';
import type { Task } from './model.ts';
import { ENDED, proceed, type Walk } from './proceed.ts';

/** Begins a request and advances it as far as possible without waiting. */
export function start(task: Task, engine: Engine): void {
  task.begin();
  task.steps = task.request() as Steps;
  advance(task, engine, null);
  task.submitted();
}

/**
 * Passes a request the value (or the error) that it waited for, and advances it until it waits again or ends.
 */
export function advance(walk: Walk, engine: Engine, error: unknown, value?: unknown): void {
  goOn(walk, engine, proceed(walk, engine, error, value));
}

function goOn(walk: Walk, engine: Engine, first: unknown): void {
  let answer = first;
  while (answer !== PENDING && answer !== ENDED) {
    if (answer === BOTH) {
      const outcome = both(walk, engine);
      if (!outcome) return;
      answer = proceed(walk, engine, outcome.error, outcome.values);
    } else answer = proceed(walk, engine, null, answer);
  }
}

interface Outcome {
  readonly error: unknown;
  readonly values: unknown;
}

/** @returns the outcome, if nothing waited; `undefined` if the request is advanced later. */
function both(walk: Walk, engine: Engine): Outcome | undefined {
  let outcome: Outcome | undefined;
  let isLater = false;
  const goOnWith = (side: Walk, answer: unknown) => goOn(side, engine, answer);
  performBoth(walk.operation as Both, engine, goOnWith, (error, values) => {
    if (isLater) advance(walk, engine, error, values);
    else outcome = { error, values };
  });
  isLater = true;
  return outcome;
}

/**
 * The descriptor that a request waited for is ready: performs the operation again, and advances the request
 * with the result.
 */
export function retry(walk: Walk, engine: Engine): void {
  if (!walk.operation) throw new Error('a request that waits for nothing cannot be ready');
  let answer: unknown;
  try {
    answer = walk.operation.performBy(engine, walk);
  } catch (failure) {
    return advance(walk, engine, failure);
  }
  if (answer !== PENDING) advance(walk, engine, null, answer);
}
