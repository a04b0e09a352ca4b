import * as z from 'zod/mini';
import { createBufferRing } from '../engines/buffer-ring.ts';
import { tryMultishotAccept, tryMultishotReceive } from '../engines/multishot-trial.ts';
import { createRing } from '../engines/ring.ts';
import { ioUring } from '../engines/uring.ts';
import type { Reason } from '../reasons.ts';
import { flag, type ParamsOf } from '../workloads/parameters.ts';
import { advance, start } from './advance.ts';
import { ioUringDrawing } from './drawings/io-uring.ts';
import type { Model, Task } from './model.ts';
import { refusesFunctions, refusesWithoutLibc } from './refusal.ts';

const ENTRIES = 1024;
/** Of buffers that all connections share, if they receive by one entry each. */
const SHARED_BUFFERS = 256;
const SHARED_BUFFER_BYTES = 16 * 1024;

const params = z.object({
  fixedBuffers: flag(false),
  registeredFiles: flag(false),
  multishotAccept: flag(false),
  multishotReceive: flag(false),
});

export const ioUringModel: Model = {
  name: 'io-uring',
  family: 'async non-blocking',
  summary: 'One thread, io_uring(7): operations go into one ring, the kernel completes them into another',
  definition:
    'The thread writes operations into a ring that it shares with the kernel, many at a time. ' +
    'The kernel performs them, and writes their results into a second ring. ' +
    'One call, io_uring_enter, submits new operations and waits for completed ones.',
  source:
    'io_uring(7); Axboe: Efficient IO with io_uring, 2019; Stevens, UNP ch. 6.2: asynchronous I/O (there POSIX aio_read)',
  params,

  refuses: (traits) =>
    refusesFunctions('kernel')(traits) ??
    refusesWithoutLibc('linux', 'io_uring') ??
    refusesRing() ??
    (traits.params?.multishotAccept ? refusesMultishotAccept() : undefined) ??
    (traits.params?.multishotReceive ? refusesMultishotReceive() : undefined),

  start(setting) {
    const chosen = setting.params as ParamsOf<typeof params>;
    const ring = createRing(ENTRIES);
    const shared = chosen.multishotReceive
      ? createBufferRing(ring, SHARED_BUFFERS, SHARED_BUFFER_BYTES)
      : undefined;
    const engine = ioUring(ring, (task, error, value) => advance(task as Task, engine, error, value), {
      buffers: chosen.fixedBuffers,
      files: chosen.registeredFiles,
      multishotAccept: chosen.multishotAccept,
      multishotReceive: shared,
    });
    return {
      run(requests) {
        const begin = () => {
          for (const task of requests.due()) start(task, engine);
        };
        while (!requests.over) {
          begin();
          ring.submitAndWait(requests.waitNs());
          engine.completeAll(begin);
        }
      },
      async stop() {
        shared?.close();
        ring.close();
      },
    };
  },

  style: { light: '#5a3164', dark: '#fbc7fe', line: 'dash-dotted', point: 'triangle' },
  drawing: ioUringDrawing,
};

/** Tried once: the kernel may be too old, and containers often forbid it. */
const refusesRing = once(() =>
  whyNot(
    () => createRing(2).close(),
    (message) => ({ code: 'system-refuses', values: { message } }),
  ),
);
const refusesMultishotAccept = once(() =>
  whyNot(tryMultishotAccept, (cause) => ({
    code: 'no-multishot',
    values: { operation: 'accept', since: '5.19', cause },
  })),
);
const refusesMultishotReceive = once(() =>
  whyNot(tryMultishotReceive, (cause) => ({
    code: 'no-multishot',
    values: { operation: 'receive', since: '6.0', cause },
  })),
);

function whyNot(attempt: () => void, reasonOf: (message: string) => Reason): Reason | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return reasonOf(error instanceof Error ? error.message : String(error));
  }
}

function once<Value>(ask: () => Value): () => Value {
  let asked: { readonly value: Value } | undefined;
  return () => {
    asked ??= { value: ask() };
    return asked.value;
  };
}
