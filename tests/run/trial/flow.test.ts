import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../src/load/random.ts';
import type { Task } from '../../../src/models/model.ts';
import type { LoadSpec } from '../../../src/result.ts';
import { Flow } from '../../../src/run/trial/flow.ts';
import { InFlight } from '../../../src/run/trial/in-flight.ts';
import { createInstruments } from '../../../src/run/trial/instruments.ts';
import { WindowedRequests } from '../../../src/run/trial/requests.ts';
import { arrivalsBetween, createLoad } from '../../../src/run/trial/trial-load.ts';
import type { Client } from '../../../src/workloads/client.ts';
import { serve } from './virtual.ts';

/** One window in virtual time: so many servers, exponential service of 1 ms in the mean. */
function run(spec: LoadSpec, servers: number, fails = false) {
  const time = { nowNs: 1e12 };
  const startNs = time.nowNs;
  const random = randomFrom(3);
  const load = createLoad(spec, { seed: 5, startNs, maxInFlight: 10_000 });
  const limits = {
    startNs,
    warmupNs: 50e6,
    warmupRequests: 1,
    durationNs: 2e9,
    requests: Number.POSITIVE_INFINITY,
    closesOnTime: spec.kind === 'open',
    drainNs: 1e9,
  };
  const inFlight = new InFlight();
  const instruments = createInstruments({
    limits,
    load,
    servers,
    inFlight,
    scheduled:
      spec.kind === 'open'
        ? (...window) => arrivalsBetween(spec, { seed: 5, startNs }, ...window)
        : undefined,
    timesWaits: true,
    neverBlocks: false,
    turned: () => {},
  });
  const client = { request: () => undefined, discard: () => {} } as unknown as Client;
  const requests = new WindowedRequests({
    load,
    clock: () => time.nowNs,
    stages: instruments.stages,
    window: instruments.window,
    timesWaits: true,
    inFlight,
    newClient: () => client,
  });
  const outcome = () => (fails && random() < 0.1 ? new Error('one in ten') : undefined);
  serve(requests, time, servers, () => -Math.log(1 - random()) * 1e6, outcome);
  return instruments.read(requests.leftSinceNs());
}

describe('requests in the system, by their arrivals and ends and by how long each was there, are the same number', () => {
  test.each<[string, LoadSpec, number]>([
    ['one server, 8 clients', { kind: 'closed', concurrency: 8 }, 1],
    ['4 servers, 8 clients', { kind: 'closed', concurrency: 8 }, 4],
    ['4 servers, 8 clients that think', { kind: 'closed', concurrency: 8, thinkNs: 2e6 }, 4],
    ['one server, open load of .7', { kind: 'open', ratePerSecond: 700, arrivals: 'poisson' }, 1],
    ['one server, open load of 1.5', { kind: 'open', ratePerSecond: 1500, arrivals: 'constant' }, 1],
  ])('%s', (_name, spec, servers) => {
    const { inFlightMean, inFlightMeanByTimes } = run(spec, servers);
    expect((inFlightMeanByTimes ?? 0) / (inFlightMean ?? 1)).toBeCloseTo(1, 4);
  });

  test.each<[string, LoadSpec]>([
    ['open load', { kind: 'open', ratePerSecond: 500, arrivals: 'poisson' }],
    ['8 clients', { kind: 'closed', concurrency: 8 }],
    ['64 clients', { kind: 'closed', concurrency: 64 }],
  ])('with requests that end in other threads, and are told late: %s', (_name, spec) => {
    const time = { nowNs: 1e12 };
    const random = randomFrom(4);
    const load = createLoad(spec, { seed: 5, startNs: time.nowNs, maxInFlight: 10_000 });
    const limits = {
      startNs: time.nowNs,
      warmupNs: 50e6,
      warmupRequests: 1,
      durationNs: 1e9,
      requests: Number.POSITIVE_INFINITY,
      closesOnTime: spec.kind === 'open',
      drainNs: 1e9,
    };
    const inFlight = new InFlight();
    const options = {
      limits,
      load,
      servers: undefined,
      inFlight,
      scheduled:
        spec.kind === 'open'
          ? (...window: [number, number]) =>
              arrivalsBetween(spec, { seed: 5, startNs: limits.startNs }, ...window)
          : undefined,
      timesWaits: true,
      neverBlocks: false,
      turned: () => {},
    };
    const instruments = createInstruments(options);
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
    const inService: { task: Task; endNs: number }[] = [];
    while (!requests.over) {
      for (const task of requests.due()) {
        task.begin();
        inService.push({ task, endNs: time.nowNs + random() * 20e6 });
      }
      // The thread that is told is away for up to 100 ms, and then hears of everything that has ended
      // meanwhile.
      time.nowNs += random() * 100e6;
      for (const { task, endNs } of inService.filter(({ endNs }) => endNs <= time.nowNs)) task.ended(endNs);
      inService.splice(0, inService.length, ...inService.filter(({ endNs }) => endNs > time.nowNs));
    }
    const { inFlightMean = 0, inFlightMeanByTimes = 0 } = instruments.read(requests.leftSinceNs());
    expect(inFlightMean).toBeGreaterThan(spec.kind === 'open' ? 10 : spec.concurrency - 1e-6);
    // The two are summed up in different ways, and rounded.
    expect(inFlightMeanByTimes / inFlightMean).toBeCloseTo(1, 7);
  });

  test('unless a latency is missing', () => {
    const flow = new Flow(() => 10);
    flow.opened({ atNs: 0, line: [], taken: [], inFlight: 0 });
    for (const nowNs of [0, 10]) {
      flow.began(nowNs);
      flow.ended({ endedNs: nowNs + 10 });
    }
    flow.closed({ atNs: 20, line: [], taken: [], inFlight: 0 });
    expect(flow.read()).toEqual({ inFlightMean: 1, inFlightMeanByTimes: 0.5 });
  });

  test('unless a request in flight is not among those that are asked how long', () => {
    const flow = new Flow(() => 0);
    flow.opened({ atNs: 0, line: [], taken: [], inFlight: 0 });
    flow.began(0);
    flow.closed({ atNs: 20, line: [], taken: [0], inFlight: 1 });
    expect(flow.read()).toEqual({ inFlightMean: 1, inFlightMeanByTimes: 1 });
    flow.closed({ atNs: 20, line: [], taken: [], inFlight: 1 });
    expect(flow.read()).toEqual({ inFlightMean: 1, inFlightMeanByTimes: 0 });
  });

  test('with requests that fail', () => {
    const { inFlightMean, inFlightMeanByTimes, failed } = run({ kind: 'closed', concurrency: 8 }, 2, true);
    expect(failed).toBeGreaterThan(0);
    expect((inFlightMeanByTimes ?? 0) / (inFlightMean ?? 1)).toBeCloseTo(1, 4);
    expect(inFlightMean).toBeCloseTo(8, 6);
  });
});

test('the recursion of Kiefer and Wolfowitz predicts the wait under an open load', () => {
  for (const servers of [1, 4]) {
    const { oracle } = run({ kind: 'open', ratePerSecond: 800 * servers, arrivals: 'poisson' }, servers);
    expect(oracle?.measuredWaitNs).toBeGreaterThan(0);
    expect((oracle?.predictedWaitNs ?? 0) / (oracle?.measuredWaitNs ?? 1)).toBeCloseTo(1, 3);
  }
});

test('the timeline has an entry for each whole 100 ms, and their requests add up', () => {
  const { timeline = [], completed, windowNs } = run({ kind: 'closed', concurrency: 8 }, 4);
  expect(timeline).toHaveLength(Math.floor(windowNs / 100e6));
  const counted = timeline.reduce((sum, { throughputPerSecond }) => sum + throughputPerSecond / 10, 0);
  expect(counted).toBeGreaterThan(completed * 0.94);
  expect(counted).toBeLessThanOrEqual(completed);
});
