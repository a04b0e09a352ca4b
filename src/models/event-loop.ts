import { readiness } from '../engines/readiness.ts';
import { advance, retry, start } from './advance.ts';
import { readinessDrawing } from './drawings/readiness.ts';
import type { Model, Task } from './model.ts';
import { onNodeLoop } from './node-loop.ts';
import { refusesFunctions } from './refusal.ts';

export const eventLoop: Model = {
  name: 'event-loop',
  family: 'multiplexed event loop',
  summary:
    "One thread, Node's own loop: it reports which of many sockets are ready, and their next step is performed in place",
  definition:
    'One thread waits for many connections at once: the loop reports which of them are ready. ' +
    'A dispatcher then performs the next step of each itself, without waiting. ' +
    'A regular file is always ready, so it is read in place, and all other requests wait for the disk, too.',
  source:
    'Pai, Druschel, Zwaenepoel: Flash, USENIX 1999, single-process event-driven (SPED); Stevens, UNP ch. 6.2: I/O multiplexing',

  refuses: refusesFunctions('reactor'),

  start: () => ({
    isOnNodeLoop: true,
    async run(requests) {
      const engine = readiness(
        (waiter) => {
          retry(waiter as Task, engine);
          loop.turn();
        },
        (waiter, error, value) => {
          advance(waiter as Task, engine, error, value);
          loop.turn();
        },
      );
      const loop = onNodeLoop(requests, (task) => start(task, engine));
      await loop.finished;
    },
  }),

  style: { light: '#02674d', dark: '#adffd2', line: 'solid', point: 'square' },
  drawing: readinessDrawing(
    'which is ready?',
    'ask A, B',
    'The thread asks for A and B, then waits in Node’s loop for whichever is ready, and takes its next step itself.',
  ),
};
