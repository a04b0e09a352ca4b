import { type NonblockingDescriptor, nonblocking, peek, type Waiting } from '../engines/nonblocking.ts';
import { createTimers } from '../engines/timers.ts';
import { advance, retry, start } from './advance.ts';
import { syncNonblockingDrawing } from './drawings/sync-nonblocking.ts';
import type { Model, Task } from './model.ts';
import { refusesFunctions, refusesWithoutLibc } from './refusal.ts';

export const syncNonblocking: Model = {
  name: 'sync-nonblocking',
  family: 'sync-blocking',
  summary: 'One thread tries again and again (O_NONBLOCK, EAGAIN); it never blocks, and never rests',
  definition:
    'A call that would have to wait returns at once with EAGAIN. ' +
    'The thread repeats the calls, for one request after another, until the kernel has a result, and collects it itself. ' +
    'It is never notified, so it burns a whole CPU while it waits.',
  source: 'Stevens, UNP ch. 6.2: nonblocking I/O (polling)',

  refuses: (traits) => refusesFunctions('retry')(traits) ?? refusesWithoutLibc('posix', 'O_NONBLOCK'),

  start() {
    const watched = new Set<NonblockingDescriptor>();
    let waitingTasks: Task[] = [];
    const waiting: Waiting = {
      triesFirst: true,
      reportsEdges: false,
      until: (_interest, _descriptor, task) => void waitingTasks.push(task as Task),
      wake: (task) => void waitingTasks.push(task as Task),
      watch: (descriptor) => void watched.add(descriptor),
      forget: (descriptor) => void watched.delete(descriptor),
    };
    const timers = createTimers();
    const engine = nonblocking(waiting, timers);
    return {
      run(requests) {
        while (!requests.over) {
          for (const task of requests.due()) start(task, engine);
          const retried = waitingTasks;
          waitingTasks = [];
          for (const task of retried) retry(task, engine);
          for (const descriptor of watched) peek(descriptor);
          for (const task of timers.due()) advance(task as Task, engine, null);
        }
      },
    };
  },

  style: { light: '#c78805', dark: '#dfa601', line: 'dashed', point: 'triangle' },
  drawing: syncNonblockingDrawing,
};
