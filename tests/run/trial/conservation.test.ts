import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../src/load/random.ts';
import type { Requests, Task } from '../../../src/models/model.ts';
import type { LoadSpec } from '../../../src/result.ts';
import { type Conservation, conservationFailure } from '../../../src/run/trial/conservation.ts';
import { InFlight } from '../../../src/run/trial/in-flight.ts';
import { createInstruments } from '../../../src/run/trial/instruments.ts';
import { WindowedRequests } from '../../../src/run/trial/requests.ts';
import { arrivalsBetween, createLoad } from '../../../src/run/trial/trial-load.ts';
import type { Client } from '../../../src/workloads/client.ts';
import { serve, serveInPlace } from './virtual.ts';

interface Setting {
  readonly spec: LoadSpec;
  readonly durationNs?: number;
  readonly drainNs?: number;
  readonly maxInFlight?: number;
}

/**
 * One window in virtual time, served as `perform` says; what is read of it, which throws where the requests
 * do not add up.
 */
function run(
  { spec, durationNs = 2e9, drainNs = 2e9, maxInFlight = 10_000 }: Setting,
  perform: (requests: Requests, time: { nowNs: number }) => void,
) {
  const time = { nowNs: 1e12 };
  const startNs = time.nowNs;
  const plan = { seed: 5, startNs, maxInFlight };
  const load = createLoad(spec, plan);
  const inFlight = new InFlight();
  const instruments = createInstruments({
    limits: {
      startNs,
      warmupNs: 50e6,
      warmupRequests: 1,
      durationNs,
      requests: Number.POSITIVE_INFINITY,
      closesOnTime: spec.kind === 'open',
      drainNs,
    },
    load,
    servers: undefined,
    inFlight,
    scheduled: spec.kind === 'open' ? (...window) => arrivalsBetween(spec, plan, ...window) : undefined,
    timesWaits: true,
    neverBlocks: false,
    turned: () => {},
  });
  const newClient = () => ({ request: () => undefined, discard: () => {} }) as unknown as Client;
  const requests = new WindowedRequests({
    load,
    clock: () => time.nowNs,
    stages: instruments.stages,
    window: instruments.window,
    timesWaits: true,
    inFlight,
    newClient,
  });
  perform(requests, time);
  const result = instruments.read(requests.leftSinceNs());
  return { ...result, account: result.conservation as Conservation, startNs, latency: instruments.latency };
}

const open = (ratePerSecond: number, arrivals: 'poisson' | 'constant' = 'poisson') =>
  ({ kind: 'open', ratePerSecond, arrivals }) satisfies LoadSpec;
const closed = (concurrency: number, thinkNs?: number): LoadSpec => ({
  kind: 'closed',
  concurrency,
  ...(thinkNs ? { thinkNs } : {}),
});

/** How long a request takes that begins at `nowNs`, where the peer stands still from 3 s to 9 s. */
const stalledFor = (sinceStartNs: number, serviceNs: number) =>
  sinceStartNs > 3e9 && sinceStartNs < 9e9 ? 9e9 - sinceStartNs : serviceNs;

describe('every request is in exactly one figure', () => {
  const loads: [string, LoadSpec][] = [
    ['open, half loaded', open(500)],
    ['open, overloaded', open(1500)],
    ['open, constant gaps', open(700, 'constant')],
    ['open, from a pool that is seldom empty', { ...open(500), clients: 2 }],
    ['open, from a pool that is always empty', { ...open(3000), clients: 2 }],
    ['1 client', closed(1)],
    ['8 clients', closed(8)],
    ['64 clients that think', closed(64, 3e6)],
  ];
  describe.each(loads)('%s', (_name, spec) => {
    const exponential = () => {
      const random = randomFrom(3);
      return () => -Math.log(1 - random()) * 1e6;
    };

    test.each([1, 4])('%i servers', (servers) => {
      const { account, completed } = run({ spec }, (requests, time) =>
        serve(requests, time, servers, exponential()),
      );
      expect(conservationFailure(account)).toBeUndefined();
      expect(account.completed).toBe(completed);
      expect(completed).toBeGreaterThan(100);
    });

    test('one thread that serves in place', () => {
      const { account } = run({ spec }, (requests, time) => serveInPlace(requests, time, exponential()));
      expect(account.completed).toBeGreaterThan(100);
    });

    test('one request in ten fails', () => {
      const random = randomFrom(8);
      const outcome = () => (random() < 0.1 ? new Error('one in ten') : undefined);
      const { account } = run({ spec }, (requests, time) => serve(requests, time, 2, exponential(), outcome));
      expect(account.failed).toBeGreaterThan(10);
    });

    test('some are shed, and some are given up', () => {
      const { account } = run({ spec, maxInFlight: 20, drainNs: 1e6 }, (requests, time) =>
        serve(requests, time, 1, () => 5e6),
      );
      expect(account.atClose).toBe(account.drained + account.failedDraining + account.unfinished);
      if (spec.kind === 'open') expect(account.shed).toBeGreaterThan(100);
    });

    test('requests end in other threads, and the dispatcher is notified late', () => {
      const { account } = run({ spec }, (requests, time) => {
        const random = randomFrom(4);
        const inService: { task: Task; endNs: number }[] = [];
        while (!requests.over) {
          for (const task of requests.due()) {
            task.begin();
            inService.push({ task, endNs: time.nowNs + random() * 20e6 });
          }
          time.nowNs += random() * 100e6;
          for (const { task, endNs } of inService.filter(({ endNs }) => endNs <= time.nowNs))
            task.ended(endNs);
          inService.splice(0, inService.length, ...inService.filter(({ endNs }) => endNs > time.nowNs));
        }
      });
      expect(account.completed).toBeGreaterThan(20);
    });
  });
});

describe('an open load from a pool of clients', () => {
  test('waits for a free client as it would for a free server', () => {
    const serviceNs = () => {
      const random = randomFrom(6);
      return () => -Math.log(1 - random()) * 4e6;
    };
    const [pool, servers] = [
      run({ spec: { ...open(800), clients: 4 } }, (requests, time) =>
        serve(requests, time, Number.POSITIVE_INFINITY, serviceNs()),
      ),
      run({ spec: open(800) }, (requests, time) => serve(requests, time, 4, serviceNs())),
    ];
    expect(pool.latency.count).toBeGreaterThan(1000);
    expect(pool.latency.toCounts()).toEqual(servers.latency.toCounts());
    expect(pool.account).toEqual(servers.account);
    expect(pool.inFlightMeanByTimes).toBeCloseTo(pool.inFlightMean as number, 6);
  });

  test('that a server answers only in part leaves the others, and those in line, unfinished', () => {
    const { account } = run(
      { spec: { ...open(100, 'constant'), clients: 3 }, durationNs: 2e9, drainNs: 100e6 },
      (requests, time) => {
        let sent = 0;
        // The second and the third client are never answered; each request of the first takes 15 ms.
        serve(requests, time, Number.POSITIVE_INFINITY, () => (sent++ < 3 && sent > 1 ? 1e15 : 15e6));
      },
    );
    expect(account.due).toBe(200);
    expect(account.completed).toBeLessThan(140);
    expect(account.unfinished).toBeGreaterThan(10);
    expect(account.atOpening + account.due).toBe(account.completed + account.atClose);
  });
});

describe('a stall at the end of an open window', () => {
  const stalled = (servers: number) => (requests: Requests, time: { nowNs: number }) => {
    const startNs = time.nowNs;
    serve(requests, time, servers, () => stalledFor(time.nowNs - startNs, 2e6));
  };

  test.each([1, Number.POSITIVE_INFINITY])('is in the latency, under %d servers', (servers) => {
    const {
      account,
      windowNs,
      latency,
      timeline = [],
    } = run({ spec: open(100, 'constant'), durationNs: 6e9, drainNs: 6e9 }, stalled(servers));
    expect(windowNs).toBe(6e9);
    expect(account.due).toBe(600);
    expect(account.completed + account.drained).toBe(account.atOpening + account.due);
    // Half of all requests waited from 3 s to 6 s.
    expect(latency.count).toBe(600);
    expect(latency.percentile(90) / 1e9).toBeGreaterThan(5);
    // Slots that nobody could fill say how many were in the system then: 10 more with every 100 ms.
    const standing = timeline.slice(31, 59).map(({ inFlight }) => inFlight);
    expect(standing).toEqual(standing.map((_, slot) => (standing[0] as number) + 10 * slot));
    expect(timeline).toHaveLength(60);
  });

  test('that is not over when the trial gives up leaves requests whose latency is longer than is known', () => {
    const { account, unfinished, unfinishedAge } = run(
      { spec: open(100, 'constant'), durationNs: 6e9, drainNs: 1e9 },
      stalled(1),
    );
    expect(account.due).toBe(600);
    expect(unfinished).toBeGreaterThan(290);
    expect(unfinishedAge?.counts.reduce((sum, times) => sum + times)).toBe(unfinished);
    expect(account.completed + account.unfinished).toBe(account.atOpening + account.due);
  });

  test('is noticed after it by a thread that stood still, and the window is not longer for that', () => {
    const { account, windowNs } = run(
      { spec: open(100, 'constant'), durationNs: 6e9, drainNs: 6e9 },
      (requests, time) => {
        const startNs = time.nowNs;
        serveInPlace(requests, time, () => stalledFor(time.nowNs - startNs, 2e6));
      },
    );
    expect(windowNs).toBe(6e9);
    expect(account.completed + account.drained).toBe(account.atOpening + account.due);
  });
});

test('a request that is in no figure is noticed', () => {
  const account: Conservation = {
    atOpening: 2,
    due: 10,
    completed: 6,
    failed: 1,
    shed: 1,
    atClose: 4,
    drained: 2,
    failedDraining: 1,
    unfinished: 1,
  };
  expect(conservationFailure(account)).toBeUndefined();
  expect(conservationFailure({ ...account, completed: 5 })).toMatch(/1 of those due in the window/);
  expect(conservationFailure({ ...account, drained: 4 })).toMatch(/-2 of those in the system/);
});
