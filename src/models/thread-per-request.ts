import { threadPerRequestDrawing } from './drawings/thread-per-request.ts';
import { freeThread } from './free-thread.ts';
import type { Model, Outcome, Task } from './model.ts';
import { onNodeLoop } from './node-loop.ts';
import { refusesBlockingSockets } from './refusal.ts';

/**
 * More threads than this take seconds to start, and gigabytes of memory: the user has to choose a fixed pool.
 */
const MOST_THREADS = 512;

export const threadPerRequest: Model = {
  name: 'thread-per-request',
  family: 'thread-per-request',
  summary: 'One thread per request in flight (piscina workers); each blocks on its own',
  definition:
    'Every request in flight has its own thread, which runs the blocking code from beginning to end. ' +
    'While one thread blocks, the others continue, on all cores. ' +
    'A dispatcher passes each request to a free thread; if all are busy (a fixed pool), the request waits in line.',
  source:
    'Stevens, UNP ch. 6.2 (threads with blocking I/O) and ch. 30; Welsh, Culler, Brewer: SEDA, SOSP 2001',

  isElsewhere: true,
  takesThreads: true,

  refuses(traits) {
    if (traits.threads === undefined && traits.concurrency > MOST_THREADS) {
      return { code: 'too-many-threads', values: { threads: traits.concurrency } };
    }
    return refusesBlockingSockets(traits);
  },

  servers: ({ threads }) => threads,

  async start(setting) {
    const { form, threadData } = setting;
    const threads = setting.threads ?? setting.concurrency;
    const { Piscina } = await import('piscina');
    // What each thread runs stands in src/run/trial/thread.requests.ts: it takes times, and a model knows no
    // clock.
    const pool = new Piscina({
      filename: setting.threadModules.requests,
      workerData: threadData,
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      loadBalancer: freeThread(),
      // A blocking worker waits for its next request in Atomics.wait; one that awaits needs its own loop
      // between requests.
      atomics: form === 'async' ? 'disabled' : 'sync',
    });

    /** Runs a task on every thread once: none ends it before all have begun it. */
    const everyThread = (name: string) => {
      const arrivals = new Int32Array(new SharedArrayBuffer(4));
      return Promise.all(Array.from({ length: threads }, () => pool.run({ arrivals, threads }, { name })));
    };

    await everyThread('arrive');
    await setting.measureDispatch(threads, () => pool.run(undefined, { name: 'empty' }));
    return {
      isOnNodeLoop: true,
      async run(requests) {
        let free = threads;
        const handOver = (task: Task) => {
          free--;
          task.begin();
          const performed = pool.run(undefined, { name: 'request' }) as Promise<Outcome>;
          task.submitted();
          void performed.then((outcome) => {
            free++;
            task.ended(outcome);
            loop.turn();
          });
        };
        const loop = onNodeLoop(requests, handOver, () => free > 0);
        await loop.finished;
      },
      async stop() {
        await everyThread('leave');
        await pool.destroy();
      },
    };
  },

  style: { light: '#d8759d', dark: '#e0457c', line: 'dash-dotted', point: 'square' },
  drawing: threadPerRequestDrawing,
};
