import { compute, defineWorkload, sleep } from 'iobench';

// Nothing but a request.
export const operations = defineWorkload({
  name: 'bare',
  summary: 'Wait and compute',
  *request(_client, random) {
    yield* sleep(1e6 * random());
    yield* compute(4096);
  },
});

export const asynchronous = defineWorkload({
  name: 'bare-async',
  summary: 'Wait',
  request: async () => new Promise((resolve) => setImmediate(resolve)),
});

export const blocking = defineWorkload({
  name: 'bare-blocking',
  summary: 'Count',
  request: () => [...'abc'].length,
});
