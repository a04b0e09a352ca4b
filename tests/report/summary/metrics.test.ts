import { expect, test } from 'vitest';
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
