import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Requests, Task } from '../../src/models/model.ts';
import { onNodeLoop } from '../../src/models/node-loop.ts';

/**
 * So many clients, each of which has its next request due as soon as one has ended, until so many have ended.
 */
function endless(clients: number, total: number) {
  let ready = clients;
  let ended = 0;
  const requests: Requests = {
    *due() {
      for (let left = ready; left > 0 && ended < total; left--) {
        ready--;
        yield {} as Task;
      }
    },
    waitNs: () => (ready > 0 && ended < total ? 0 : Number.POSITIVE_INFINITY),
    get over() {
      return ended >= total && ready === clients;
    },
  };
  const end = () => {
    ready++;
    ended++;
  };
  return { requests, end, ended: () => ended };
}

/** Ways in which a request ends without the loop. */
const WAYS: [string, (end: () => void) => void][] = [
  ['in the same call', (end) => end()],
  ['in a microtask', (end) => void Promise.resolve().then(end)],
  ['in the next tick', (end) => process.nextTick(end)],
];

describe.each(WAYS)('requests that end %s', (_name, way) => {
  test('do not keep the loop from those who wait for it', async () => {
    const load = endless(8, 20_000);
    let rounds = 0;
    const count = () => {
      rounds++;
      if (load.ended() < 20_000) setImmediate(count);
    };
    setImmediate(count);
    const loop = onNodeLoop(load.requests, () =>
      way(() => {
        load.end();
        loop.turn();
      }),
    );
    await loop.finished;
    expect(load.ended()).toBeGreaterThanOrEqual(20_000);
    // A round of the loop for every 64 requests at the latest.
    expect(rounds).toBeGreaterThan(20_000 / 64 / 2);
  });
});

test('whoever is full is woken for what has to happen besides', async () => {
  let isOver = false;
  const asked: (boolean | undefined)[] = [];
  const startMs = performance.now();
  const requests: Requests = {
    *due() {
      yield {} as Task;
    },
    waitNs(canBegin) {
      asked.push(canBegin);
      isOver ||= performance.now() - startMs > 20;
      return canBegin ? 0 : 5e6;
    },
    get over() {
      return isOver;
    },
  };
  let room = 2;
  await onNodeLoop(
    requests,
    () => void room--,
    () => room > 0,
  ).finished;
  expect(asked).toContain(false);
});

test('a request that is due in a year is not asked for again and again until then', async () => {
  let asked = 0;
  let over = false;
  const requests: Requests = {
    due() {
      asked++;
      return [];
    },
    waitNs: () => 365 * 24 * 3600e9,
    get over() {
      return over;
    },
  };
  const loop = onNodeLoop(requests, () => {});
  await delay(50);
  over = true;
  loop.turn();
  await loop.finished;
  expect(asked).toBe(2);
});
