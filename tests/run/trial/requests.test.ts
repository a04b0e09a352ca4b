import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../src/load/random.ts';
import type { Task } from '../../../src/models/model.ts';
import { errorCode } from '../../../src/run/trial/requests.ts';
import { serve, serveInPlace, virtual } from './virtual.ts';

const fixed = () => () => 1e6;
const exponential = () => {
  const random = randomFrom(42);
  return () => -Math.log(1 - random()) * 1e6;
};

describe("Little's law: throughput x mean latency = clients", () => {
  for (const [law, serviceOf] of [
    ['fixed', fixed],
    ['exponential', exponential],
  ] as const) {
    test.each([1, 4, 32])(`one thread that serves in place, ${law} service, %i clients`, (concurrency) => {
      const run = virtual({ concurrency, durationNs: 3e9 });
      serveInPlace(run.requests, run.time, serviceOf());
      expect(run.littleRatio()).toBeCloseTo(1, 1.7);
      expect(run.counts.completed / 3).toBeGreaterThan(900);
      expect(run.counts.completed / 3).toBeLessThan(1100);
    });

    test.each([
      [1, 8],
      [4, 8],
      [8, 8],
      [4, 32],
      [Number.POSITIVE_INFINITY, 1],
      [Number.POSITIVE_INFINITY, 32],
    ])(`%d servers, ${law} service, %i clients`, (servers, concurrency) => {
      const run = virtual({ concurrency, durationNs: 3e9 });
      serve(run.requests, run.time, servers, serviceOf());
      expect(Math.abs(run.littleRatio() - 1)).toBeLessThan(0.02);
      const busy = Math.min(servers, concurrency);
      expect(Math.abs(run.counts.completed / (3e3 * busy) - 1)).toBeLessThan(0.1);
      expect(Math.abs(run.histograms.service.meanNs / 1e6 - 1)).toBeLessThan(0.1);
    });
  }

  test('what a client waits in line for the thread is latency, not service', () => {
    const run = virtual({ concurrency: 10 });
    serveInPlace(run.requests, run.time, fixed());
    expect(run.histograms.service.meanNs).toBeCloseTo(1e6, -3);
    expect(run.histograms.latency.meanNs / 10e6).toBeCloseTo(1, 1.7);
    expect(run.histograms.lag.meanNs / 9e6).toBeCloseTo(1, 1.7);
  });

  test('think time counts neither as latency nor as lag', () => {
    const run = virtual({ concurrency: 4, thinkNs: 3e6 });
    serve(run.requests, run.time, Number.POSITIVE_INFINITY, fixed());
    expect(run.histograms.latency.meanNs).toBe(1e6);
    expect(run.histograms.lag.meanNs).toBe(0);
    expect(run.counts.completed / 1000).toBeCloseTo(1, 1.7);
  });
});

test('every client has one request in flight at most, and all of them take part', () => {
  const run = virtual({ concurrency: 7 });
  let most = 0;
  serve(run.requests, run.time, Number.POSITIVE_INFINITY, () => {
    most = Math.max(most, run.inFlight.count);
    return 1e6;
  });
  expect(most).toBe(7);
  expect(run.requests.clients).toHaveLength(7);
  expect(run.inFlight.count).toBe(0);
});

test('warm-up is not counted', () => {
  const run = virtual({ concurrency: 1, warmupNs: 50e6, durationNs: 100e6 });
  let served = 0;
  serveInPlace(run.requests, run.time, () => (served++ < 20 ? 5e6 : 1e6));
  expect(run.histograms.latency.meanNs).toBeLessThan(4e6);
  expect(run.phases.map(([phase]) => phase)).toEqual(['open', 'closed']);
  expect(run.phases[0]?.[1]).toBe(50e6);
  expect(run.stages.closedNs - run.stages.openedNs).toBe(100e6);
  // The client is ready again as the window closes: that request is drained.
  expect(served).toBe(run.counts.completed + 10 + 1);
  expect(run.counts.drained).toBe(1);
});

test('ends with the number of requests, if that comes first', () => {
  const run = virtual({ concurrency: 4, requests: 250, durationNs: 3600e9 });
  serve(run.requests, run.time, 2, fixed());
  expect(run.counts.completed + run.counts.failed).toBe(250);
});

test('failed requests have no latency, are counted by code, and cost their client its connection', () => {
  const run = virtual({ concurrency: 1, requests: 100, durationNs: 3600e9 });
  let number = 0;
  let isFailing = false;
  serveInPlace(
    run.requests,
    run.time,
    () => {
      isFailing = ++number % 10 === 0;
      return isFailing ? 500e6 : 1e6;
    },
    () => (isFailing ? Object.assign(new Error('no'), { code: 'EMINE' }) : undefined),
  );
  expect(run.counts).toMatchObject({ completed: 90, failed: 10, errors: new Map([['EMINE', 10]]) });
  expect(run.histograms.latency.meanNs).toBe(1e6);
  expect(run.discarded.length).toBeGreaterThanOrEqual(10);
});

test('the end time is taken at end(), not when the model comes back to the load', () => {
  const late = virtual({ concurrency: 2, requests: 50 });
  const tasks: Task[] = [];
  while (!late.requests.over) {
    for (const task of late.requests.due()) {
      task.begin();
      tasks.push(task);
    }
    late.time.nowNs += 1e6;
    for (const task of tasks.splice(0)) task.end();
    late.time.nowNs += 7e6;
  }
  // 7 ms in line, 1 ms of service; the 7 ms after the end are the next request's.
  expect(late.histograms.latency.percentile(100) / 8e6).toBeCloseTo(1, 2);
});

test('what another thread performed ended when it ended there', () => {
  const run = virtual({ concurrency: 1, requests: 20 });
  while (!run.requests.over) {
    for (const task of run.requests.due()) {
      task.begin();
      const handedNs = run.time.nowNs;
      run.time.nowNs += 10e6;
      task.ended(handedNs + 3e6);
    }
  }
  // Served from its handing over to its end there; how long the answer took to come back is the next one's
  // lag.
  expect(run.histograms.service.meanNs).toBe(3e6);
});

describe('after the window', () => {
  test('what is in flight is waited for', () => {
    const run = virtual({ concurrency: 8, durationNs: 10e6 });
    const random = randomFrom(1);
    serve(run.requests, run.time, Number.POSITIVE_INFINITY, () => random() * 5e6);
    expect(run.inFlight.count).toBe(0);
  });

  test('but not for ever, and no new request begins', () => {
    const run = virtual({ concurrency: 2, durationNs: 10e6, drainNs: 100e6 });
    let begun = 0;
    const hanging = run.requests.due()[Symbol.iterator]().next().value as Task;
    hanging.begin();
    while (!run.requests.over) {
      for (const task of run.requests.due()) {
        begun++;
        task.begin();
        run.time.nowNs += 1e6;
        task.end();
      }
      run.time.nowNs += Math.max(1, run.requests.waitNs());
    }
    expect(run.inFlight.count).toBe(1);
    // Two of the warm-up, and the one that is due as the window closes.
    expect(begun).toBe(run.counts.completed + run.counts.drained + 2);
    expect(run.counts.drained).toBe(1);
    expect(run.time.nowNs).toBeGreaterThanOrEqual(run.stages.closedNs + 100e6);
  });
});

test.each([
  [Object.assign(new Error('no'), { code: 'ECONNRESET' }), 'ECONNRESET'],
  [new TypeError('no'), 'TypeError'],
  [Object.assign(new Error('no'), { code: 42 }), 'Error'],
  [{}, 'Error'],
  ['thrown text', 'Error'],
  [null, 'Error'],
])('the code of %o is %s', (error, code) => {
  expect(errorCode(error)).toBe(code);
});
