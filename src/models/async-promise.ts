import { promise } from '../engines/promise.ts';
import { BOTH, type Both, type Steps } from '../operations.ts';
import { performBoth } from './both.ts';
import { completionDrawing } from './drawings/completion.ts';
import type { Model, Task } from './model.ts';
import { onNodeLoop } from './node-loop.ts';
import { asFailure, ENDED, proceed, type Walk } from './proceed.ts';

export const asyncPromise: Model = {
  name: 'async-promise',
  family: 'async non-blocking',
  summary:
    'One thread, async/await: every operation is a promise, and the request continues when it resolves',
  definition:
    'A call returns at once, with a promise of the result. ' +
    'The request awaits it: it is suspended, and continues as a microtask when the promise resolves. ' +
    'The code reads as if it blocked, and one thread can have any number of requests in flight.',
  source: 'ECMA-262, "Await"; Liskov and Shrira: Promises, PLDI 1988',

  refuses: ({ form }) => (form === 'blocking' ? { code: 'would-block-loop', values: {} } : undefined),

  start: ({ form }) => ({
    isOnNodeLoop: true,
    async run(requests) {
      const serve = form === 'operations' ? serveOperations : serveFunction;
      const loop = onNodeLoop(requests, (task) => {
        void serve(task).then(loop.turn);
        task.submitted();
      });
      await loop.finished;
    },
  }),

  filesOnPool: true,
  style: { light: '#3095db', dark: '#0ea6fe', line: 'dashed', point: 'circle' },
  drawing: completionDrawing(
    'await',
    'is kept',
    'Requests A and B await a promise each. The thread goes on with whichever is kept first.',
  ),
};

function serveOperations(task: Task): Promise<void> {
  task.begin();
  task.steps = task.request() as Steps;
  return awaitEach(task, proceed(task, promise, null));
}

/** Performs steps that belong to no request. @throws the error that they throw. */
export async function performSteps<Result>(steps: Steps<Result>): Promise<Result> {
  let result: Result | undefined;
  let failure: unknown;
  function* keeping(): Steps<void> {
    result = yield* steps;
  }
  const walk: Walk = {
    steps: keeping(),
    operation: undefined,
    end(error) {
      failure = error;
    },
  };
  await awaitEach(walk, proceed(walk, promise, null));
  if (failure !== undefined) throw failure;
  return result as Result;
}

/** Awaits each operation's promise, and goes on with what it resolves to. */
async function awaitEach(walk: Walk, first: unknown): Promise<void> {
  let answer = first;
  while (answer !== ENDED) {
    let value: unknown;
    let failure: unknown;
    try {
      value = await (answer === BOTH ? awaitBoth(walk.operation as Both) : answer);
    } catch (error) {
      failure = asFailure(error);
    }
    answer = proceed(walk, promise, failure, value);
  }
}

const awaitBoth = (operation: Both): Promise<unknown> =>
  new Promise((resolve, reject) =>
    performBoth(operation, promise, awaitEach, (error, values) => (error ? reject(error) : resolve(values))),
  );

async function serveFunction(task: Task): Promise<void> {
  try {
    task.begin();
    await task.request();
    task.end();
  } catch (error) {
    task.end(asFailure(error));
  }
}
