/** All engines behind one face: perform an operation, and have its value or its error as a promise. */
import { blocking } from '../../src/engines/blocking.ts';
import { callback } from '../../src/engines/callback.ts';
import { type Complete, type Engine, PENDING, type Waiter } from '../../src/engines/engine.ts';
import { promise } from '../../src/engines/promise.ts';
import { readiness } from '../../src/engines/readiness.ts';
import type { Operation, Steps } from '../../src/operations.ts';
import { type Loop, loops } from './looping-models.ts';

export type Perform = (operation: Operation) => Promise<unknown>;

interface Asked extends Waiter {
  readonly operation: Operation;
  readonly told: (error: unknown, value?: unknown) => void;
}

/** An engine that answers, throws, or tells a waiter later; `ready` waiters are performed again. */
function waitedFor(create: (ready: (waiter: Waiter) => void, complete: Complete) => Engine): Perform {
  const tell: Complete = (waiter, error, value) => (waiter as Asked).told(error, value);
  const attempt = (asked: Asked) => {
    try {
      const value = asked.operation.performBy(engine, asked);
      if (value !== PENDING) asked.told(null, value);
    } catch (error) {
      asked.told(error);
    }
  };
  const engine = create((waiter) => attempt(waiter as Asked), tell);
  return (operation) =>
    new Promise((resolve, reject) =>
      attempt({ operation, told: (error, value) => (error ? reject(error) : resolve(value)) }),
    );
}

const blockingNow: Perform = async (operation) => operation.performBy(blocking, {});
const promised: Perform = async (operation) => operation.performBy(promise, {});

/** A request of one operation. */
function* one(operation: Operation): Steps {
  // Not `yield*`: whoever asks may itself stand in the operation's only step.
  return yield operation;
}

export interface TestedEngine extends Loop {
  readonly perform: Perform;
}

const driven: readonly { readonly name: string; readonly perform: Perform }[] = [
  { name: 'blocking', perform: blockingNow },
  { name: 'callback', perform: waitedFor((_ready, complete) => callback(complete)) },
  { name: 'promise', perform: promised },
  { name: 'readiness', perform: waitedFor(readiness) },
];

export const engines: readonly TestedEngine[] = [
  ...driven.map(({ name, perform }) => ({
    name,
    perform,
    runSteps: <Result>(steps: Steps<Result>) => run(perform, steps),
    onlySockets: false,
  })),
  ...loops.map((loop) => ({
    ...loop,
    perform: (operation: Operation) => loop.runSteps(one(operation)),
  })),
];

/** Takes steps to their end, as a model would. */
export async function run<Result>(performOne: Perform, steps: Steps<Result>): Promise<Result> {
  let step = steps.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = await performOne(step.value);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value as never);
  }
  return step.value;
}
