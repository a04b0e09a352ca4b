/** The models that wait in a loop of their own: it runs until the requests that were asked for have ended. */
import { epoll } from '../../src/models/epoll.ts';
import { ioUringModel } from '../../src/models/io-uring.ts';
import type { Model, Requests, Setting, Started, Task } from '../../src/models/model.ts';
import { poll } from '../../src/models/poll.ts';
import { signalDriven } from '../../src/models/signal-driven.ts';
import { syncNonblocking } from '../../src/models/sync-nonblocking.ts';
import type { Steps } from '../../src/operations.ts';

const LOOPS: readonly {
  readonly name: string;
  readonly model: Model;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly onlySockets?: true;
}[] = [
  { name: 'sync-nonblocking', model: syncNonblocking },
  { name: 'poll', model: poll },
  { name: 'epoll, level', model: epoll, params: { trigger: 'level' } },
  { name: 'epoll, edge', model: epoll, params: { trigger: 'edge' } },
  { name: 'signal-driven', model: signalDriven, onlySockets: true },
  { name: 'io-uring', model: ioUringModel, params: { fixedBuffers: false, registeredFiles: false } },
  {
    name: 'io-uring, fixed buffers and registered files',
    model: ioUringModel,
    params: { fixedBuffers: true, registeredFiles: true },
  },
  {
    name: 'io-uring, multishot accept and receive',
    model: ioUringModel,
    params: { multishotAccept: true, multishotReceive: true },
  },
];

/** Takes steps to their end. Those that are asked for in one turn are in flight together. */
export type RunSteps = <Result>(steps: Steps<Result>) => Promise<Result>;

export interface Loop {
  readonly name: string;
  readonly runSteps: RunSteps;
  readonly onlySockets: boolean;
}

const SOCKETS = { form: 'operations', uses: ['sockets'], concurrency: 1, threads: undefined } as const;

/** Those that can run here; of the others it prints why not. */
export const loops: readonly Loop[] = LOOPS.flatMap(({ name, model, params = {}, onlySockets = false }) => {
  const refusal = model.refuses({ ...SOCKETS, params });
  if (refusal) console.log(`not tested here: ${name}: ${refusal}`);
  return refusal ? [] : [{ name, runSteps: runBy(model, params), onlySockets }];
});

/** Any model that runs in this process, with its defaults. */
export const modelLoop = (model: Model): Loop => ({
  name: model.name,
  runSteps: runBy(model, {}),
  onlySockets: false,
});

interface Asked {
  readonly steps: Steps;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The model is never stopped: it may be asked again. */
function runBy(model: Model, params: unknown): RunSteps {
  let started: Started | Promise<Started> | undefined;
  let queue: Asked[] = [];
  let served = Promise.resolve();

  async function serve(): Promise<void> {
    const asked = queue;
    queue = [];
    if (asked.length === 0) return;
    started ??= model.start({ form: 'operations', params, note() {} } as unknown as Setting);
    await (await started).run(requestsOf(asked));
  }
  return <Result>(steps: Steps<Result>) =>
    new Promise<Result>((resolve, reject) => {
      queue.push({ steps, resolve: resolve as (value: unknown) => void, reject });
      served = served.then(() => new Promise(setImmediate)).then(serve);
    });
}

const LIMIT_MS = 15_000;

/**
 * A loop whose requests never end would stop the tests for good: after the time limit the requests are
 * over, and fail.
 */
function requestsOf(asked: readonly Asked[]): Requests {
  const limitMs = performance.now() + LIMIT_MS;
  let begun = 0;
  let ended = 0;
  const taskOf = ({ steps, resolve, reject }: Asked): Task => {
    let value: unknown;
    return {
      steps: undefined,
      operation: undefined,
      begin() {},
      *request(): Steps<void> {
        value = yield* steps;
      },
      submitted() {},
      end(error) {
        ended++;
        if (error === undefined) resolve(value);
        else reject(error);
      },
      ended: () => reject(new Error('performed in another thread')),
    };
  };
  return {
    *due() {
      while (begun < asked.length) yield taskOf(asked[begun++] as Asked);
    },
    waitNs: () => (begun < asked.length || ended === asked.length ? 0 : 500e6),
    get over() {
      if (performance.now() > limitMs)
        for (const { reject } of asked) reject(new Error('it did not end in time'));
      return ended === asked.length || performance.now() > limitMs;
    },
  };
}
