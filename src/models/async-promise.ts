import { promise } from '../engines/promise.ts';
import type { Steps } from '../operations.ts';
import { asFailure } from './advance.ts';
import { completionDrawing } from './drawings/completion.ts';
import type { Model, Task } from './model.ts';
import { onNodeLoop } from './node-loop.ts';

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

async function serveOperations(task: Task): Promise<void> {
  try {
    task.begin();
    const steps = task.request() as Steps;
    let step = steps.next();
    while (!step.done) {
      let value: unknown;
      try {
        value = await step.value.performBy(promise, task);
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next(value as never);
    }
    task.end();
  } catch (error) {
    task.end(asFailure(error));
  }
}

async function serveFunction(task: Task): Promise<void> {
  try {
    task.begin();
    await task.request();
    task.end();
  } catch (error) {
    task.end(asFailure(error));
  }
}
