import { expect, test } from 'vitest';
import { disturbanceSentence } from '../../../src/report/formats/disturbance-texts.ts';
import { refusalSentence, refusalsOf } from '../../../src/report/formats/refusals.ts';
import { summarise } from '../../../src/report/summary/document.ts';
import { sectionsOf } from '../../../src/report/summary/sections.ts';
import { documentSchema, type MeasuredCell, type MeasuredTrial } from '../../../src/result.ts';
import * as sample from '../sample.ts';

const cellOf = (...shapes: Partial<MeasuredTrial>[]) => {
  const trials = shapes.map((shape, index) => sample.measured(sample.cellOf('epoll'), index + 1, shape));
  return summarise(sample.runOf(sample.headerOf(['epoll'], { trials: shapes.length }), trials))
    .cells[0] as MeasuredCell;
};

test('shares and means are averaged over the trials that have them', () => {
  const time = { user: 0.2, system: 0.1, blocked: 0.3, waiting: 0.4, idle: 0 };
  const cell = cellOf(
    { threadTime: time, reorderedShare: 0.1, inFlightMean: 10, threads: 5 },
    { threadTime: { ...time, user: 0.4, blocked: 0.1 }, threads: 7 },
    {},
  );
  expect(cell.threadTime?.user).toBeCloseTo(0.3);
  expect(cell.threadTime?.blocked).toBeCloseTo(0.2);
  expect(cell.threadTime).not.toHaveProperty('runnable');
  expect([cell.reorderedShare, cell.inFlightMean, cell.threadCount]).toEqual([0.1, 10, 7]);
});

test('submits are merged, faults are counted a request', () => {
  const submit = sample.histogramOf(Array.from({ length: 3000 }, () => 5000));
  const cell = cellOf(
    { submit, pageFaults: { minor: 2999, major: 1 } },
    { submit, pageFaults: { minor: 3000, major: 0 } },
  );
  expect(cell.submitNs?.p99).toBeGreaterThan(4900);
  expect(cell.submitNs?.p99).toBeLessThan(5100);
  expect(cell.pageFaultsPerRequest).toBe(1);
});

test('what the schedule cost is told a request, of the trials that had a thread for it', () => {
  expect(cellOf({ completed: 1000, failed: 0, pacingCpuNs: 4e6 }, {}).pacingCpuPerRequestNs).toBe(4000);
});

test('the oracle’s waits are weighted by requests', () => {
  const oracle = { servers: 4, requests: 100, predictedWaitNs: 100, measuredWaitNs: 200 };
  const cell = cellOf(
    { oracle },
    { oracle: { servers: 4, requests: 300, predictedWaitNs: 500, measuredWaitNs: 400 } },
  );
  expect(cell.oracle).toMatchObject({ servers: 4, predictedWaitNs: 400, measuredWaitNs: 350 });
  expect(cell.oracle?.error).toBeCloseTo(400 / 350 - 1);
});

test('the timeline is the first trial’s', () => {
  const entry = { atNs: 0, throughputPerSecond: 1, p50Ns: null, p99Ns: null, inFlight: 0 };
  expect(cellOf({}, { timeline: [entry] }, { timeline: [{ ...entry, inFlight: 9 }] }).timeline).toEqual([
    entry,
  ]);
});

test('a disturbance has the failures after it, until the next one: how many, and when the last was over', () => {
  const slot = (atNs: number, ...at: number[]) => ({
    atNs,
    throughputPerSecond: 1,
    p50Ns: null,
    p99Ns: null,
    inFlight: 0,
    ...(at.length === 0
      ? {}
      : { failed: { requests: at.length, firstAtNs: Math.min(...at), lastAtNs: Math.max(...at) } }),
  });
  const timeline = [slot(0, 50e6), slot(1e8, 130e6, 190e6), slot(2e8, 210e6), slot(3e8), slot(4e8)];
  const kill = { act: 'kill', whom: 'back end 1', atShare: 0.2, atNs: 120e6 } as const;
  const start = { act: 'start', whom: 'back end 1', atShare: 0.6, atNs: 310e6 } as const;
  const late = { act: 'slow', whom: 'back end 0', atShare: 0.9, serviceNs: 20e6 } as const;
  const cell = cellOf({ timeline, disturbances: [kill, start, late] }, { timeline: [slot(0, 5e6)] });
  expect(cell.disturbances).toEqual([
    { ...kill, failed: 3, calmAfterNs: 90e6 },
    { ...start, failed: 0 },
    { ...late, failed: 0 },
  ]);
  expect(disturbanceSentence(cell)).toBe(
    'Disturbed on purpose, in the first trial: back end 1 was killed at 20 % (120 ms): 3 requests failed, none after 90.0 ms; ' +
      'back end 1 was started again at 60 %, and listened at 310 ms: no request failed; ' +
      'back end 0 was not slowed to 20.0 ms at 90 %, because the window had closed before.',
  );
  expect(disturbanceSentence(cellOf({ timeline }))).toBeUndefined();
});

test('what no trial has is left out, and the document holds its schema', () => {
  const cell = cellOf({});
  for (const key of [
    'threadTime',
    'submitNs',
    'reorderedShare',
    'inFlightMean',
    'oracle',
    'pageFaultsPerRequest',
    'threadCount',
    'pacingCpuPerRequestNs',
    'timeline',
  ]) {
    expect(cell).not.toHaveProperty(key);
  }
  const document = summarise(sample.everyFigure());
  expect(document.capacities).toHaveLength(4);
  expect(() => documentSchema.parse(document)).not.toThrow();
});

test('the same refusal of several models is told once', () => {
  const cells = ['async-callback', 'poll', 'epoll'].map((model) =>
    sample.refused(sample.cellOf(model), 'unsupported', 'a function cannot be looked into'),
  );
  const other = sample.refused(sample.cellOf('io-uring'), 'failed', 'the ring broke');
  const [section] = sectionsOf(
    summarise(sample.runOf(sample.headerOf(sample.ALL_MODELS), [...cells, other])),
  );
  expect(section && refusalsOf(section).map(refusalSentence)).toEqual([
    'async-callback, poll, epoll: unsupported: a function cannot be looked into',
    'io-uring: failed: the ring broke',
  ]);
});
