import { threadPerRequestDrawing } from './drawings/thread-per-request.ts';
import { freeThread } from './free-thread.ts';
import type { Model, Outcome, Task } from './model.ts';
import { onNodeLoop } from './node-loop.ts';
import { refusesBlockingSockets } from './refusal.ts';

/** More threads than this take seconds to start, and gigabytes: a fixed pool has to be asked for. */
const MOST_THREADS = 512;

export const threadPerRequest: Model = {
  name: 'thread-per-request',
  family: 'thread-per-request',
  summary: 'A thread for every request in flight (piscina workers); each blocks on its own',
  definition:
    'Every request in flight has a thread of its own, which runs the blocking code from beginning to end. ' +
    'While one thread stands still, the others go on, on as many cores as there are. ' +
    'A dispatcher hands each request to a free thread; when all are busy (a fixed pool), it waits in line.',
  source: 'Stevens, UNP ch. 6.2 (threads with blocking I/O) and ch. 30; Welsh, Culler, Brewer: SEDA, SOSP 2001',

  takesThreads: true,

  refuses(traits) {
    if (traits.threads === undefined && traits.concurrency > MOST_THREADS) {
      return `a thread a request would be ${traits.concurrency} threads: give a fixed pool with --threads`;
    }
    return refusesBlockingSockets(traits);
  },

  servers: ({ threads }) => threads,

  async start(setting) {
    const { form, threadData } = setting;
    const threads = setting.threads ?? setting.concurrency;
    const { Piscina } = await import('piscina');
    // What each thread runs stands in src/run/trial/thread.requests.ts: it takes times, and a model knows no clock.
    const pool = new Piscina({
      filename: setting.threadModules.requests,
      workerData: threadData,
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      loadBalancer: freeThread(),
      // A blocking worker waits for its next request in Atomics.wait; one that awaits needs its own loop between requests.
      atomics: form === 'async' ? 'disabled' : 'sync',
    });

    /** Has every thread do something once: none leaves before all have arrived. */
    const everyThread = (name: string) => {
      const arrivals = new Int32Array(new SharedArrayBuffer(4));
      return Promise.all(Array.from({ length: threads }, () => pool.run({ arrivals, threads }, { name })));
    };

    await everyThread('arrive');
    await setting.measureDispatch(threads, () => pool.run(undefined, { name: 'empty' }));
    return {
      isElsewhere: true,
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
