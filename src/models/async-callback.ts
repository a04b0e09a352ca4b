import { callback } from '../engines/callback.ts';
import { advance, start } from './advance.ts';
import { completionDrawing } from './drawings/completion.ts';
import type { Model, Task } from './model.ts';
import { onNodeLoop } from './node-loop.ts';
import { refusesFunctions } from './refusal.ts';

export const asyncCallback: Model = {
  name: 'async-callback',
  family: 'async non-blocking',
  summary:
    "One thread submits, a callback reports the completion: files on libuv's helper threads, sockets in its loop",
  definition:
    'A call only requests the operation and returns at once. ' +
    'A helper thread (for a file) or the loop (for a socket) completes it, and a callback receives the result of that one operation. ' +
    'One thread can have any number of requests in flight.',
  source:
    'Stevens, UNP ch. 6.2: asynchronous I/O (there by signal; here by libuv, docs.libuv.org, "Design overview")',

  refuses: refusesFunctions('callbacks'),

  start: () => ({
    isOnNodeLoop: true,
    async run(requests) {
      const engine = callback((waiter, error, value) => {
        advance(waiter as Task, engine, error, value);
        loop.turn();
      });
      const loop = onNodeLoop(requests, (task) => start(task, engine));
      await loop.finished;
    },
  }),

  filesOnPool: true,
  style: { light: '#0374f8', dark: '#3f84f5', line: 'solid', point: 'diamond' },
  drawing: completionDrawing(
    'ask',
    'is done',
    'The thread asks for A and B, and goes on. A callback notifies it when each of them is done.',
  ),
};
