import { type NonblockingDescriptor, nonblocking, peek, type Waiting } from '../engines/nonblocking.ts';
import { createTimers } from '../engines/timers.ts';
import { advance, retry, start } from './advance.ts';
import { syncNonblockingDrawing } from './drawings/sync-nonblocking.ts';
import type { Model, Task } from './model.ts';
import { refusesFunctions, refusesWithoutLibc } from './refusal.ts';

export const syncNonblocking: Model = {
  name: 'sync-nonblocking',
  family: 'sync-blocking',
  summary: 'One thread asks again and again (O_NONBLOCK, EAGAIN); it never stands still, and never rests',
  definition:
    'A call that would have to wait returns at once and says so (EAGAIN). ' +
    'The thread asks again and again, for one request after another, until the kernel has an answer, and collects it itself. ' +
    'Nobody tells it anything, so it burns a whole CPU while it waits.',
  source: 'Stevens, UNP ch. 6.2: nonblocking I/O (polling)',

  refuses: (traits) => refusesFunctions('only an operation can be asked for again')(traits) ?? refusesWithoutLibc('posix', 'O_NONBLOCK'),

  start() {
    const silent = new Set<NonblockingDescriptor>();
    let unanswered: Task[] = [];
    const waiting: Waiting = {
      triesFirst: true,
      tellsOnce: false,
      until: (_interest, _descriptor, task) => void unanswered.push(task as Task),
      watch: (descriptor) => void silent.add(descriptor),
      forget: (descriptor) => void silent.delete(descriptor),
    };
    const timers = createTimers();
    const engine = nonblocking(waiting, timers);
    return {
      run(requests) {
        while (!requests.over) {
          for (const task of requests.due()) start(task, engine);
          const asked = unanswered;
          unanswered = [];
          for (const task of asked) retry(task, engine);
          for (const descriptor of silent) peek(descriptor);
          for (const task of timers.due()) advance(task as Task, engine, null);
        }
      },
    };
  },

  style: { light: '#c78805', dark: '#dfa601', line: 'dashed', point: 'triangle' },
  drawing: syncNonblockingDrawing,
};
