import { blocking, sleepBlocking } from '../engines/blocking.ts';
import { start } from './advance.ts';
import { startBridge } from './async-bridge.ts';
import { syncBlockingDrawing } from './drawings/sync-blocking.ts';
import type { Model, Requests, Task } from './model.ts';
import { asFailure } from './proceed.ts';
import { refusesBlockingSockets } from './refusal.ts';

export const syncBlocking: Model = {
  name: 'sync-blocking',
  family: 'sync-blocking',
  summary: 'One thread, one request after another; every call blocks the thread until it is done',
  definition:
    'Every call blocks the thread until the operation is done. ' +
    'One request is served after another, and the others wait in line for the thread. ' +
    'The thread waits while the kernel, the disk or the peer works.',
  source: 'Stevens, UNIX Network Programming, vol. 1, ch. 6.2: blocking I/O',

  refuses: refusesBlockingSockets,

  servers: () => 1,

  async start(setting) {
    if (setting.form === 'operations') return { run: oneAfterAnother((task) => start(task, blocking)) };
    if (setting.form === 'blocking') return { run: oneAfterAnother(callInPlace) };
    const bridge = await startBridge(setting);
    return {
      run: (requests) => bridge.serving((serve) => oneAfterAnother(serve)(requests)),
      stop: bridge.stop,
    };
  },

  isBaseline: true,
  style: { light: '#a52e01', dark: '#e99e76', line: 'solid', point: 'circle' },
  drawing: syncBlockingDrawing,
};

/**
 * The whole model: due requests are served one by one, each to its end; then the thread sleeps until the next
 * one is due.
 */
const oneAfterAnother = (serve: (task: Task) => void) => (requests: Requests) => {
  while (!requests.over) {
    for (const task of requests.due()) serve(task);
    sleepBlocking(requests.waitNs());
  }
};

function callInPlace(task: Task): void {
  task.begin();
  try {
    task.request();
    task.end();
  } catch (error) {
    task.end(asFailure(error));
  }
}
