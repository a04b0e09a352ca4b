import { expect, test } from 'vitest';
import { METRICS, mergeLoops } from '../../src/metrics/index.ts';
import type { MeasuredTrial } from '../../src/result.ts';
import { type LoopResult, measuredBy } from '../../src/run/loop-result.ts';
import { mergeHistograms } from '../../src/stats/encoded-histogram.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import { timelineEntry } from '../../src/stats/timeline.ts';

function counted(...valuesNs: number[]) {
  const histogram = new Histogram();
  for (const ns of valuesNs) histogram.record(ns);
  return histogram.toCounts();
}

const at = (index: number, inFlight: number) => timelineEntry(index, new Histogram(), inFlight);

function loop(busyShare: number, ...latenciesNs: number[]): LoopResult {
  return {
    slots: [],
    result: {
      startedAt: '',
      windowNs: 1e9,
      warmupNs: 1e8,
      completed: latenciesNs.length,
      failed: 1,
      errors: { EPIPE: 1, constructor: 1 },
      shed: 2,
      unfinished: 3,
      conservation: {
        atOpening: 1,
        due: 8,
        completed: 4,
        failed: 1,
        shed: 2,
        atClose: 2,
        drained: 1,
        failedDraining: 0,
        unfinished: 1,
      },
      unfinishedAge: counted(5e9),
      latency: counted(...latenciesNs),
      service: counted(...latenciesNs),
      lag: counted(...latenciesNs.map(() => 0)),
      submit: counted(...latenciesNs),
      cpu: { userNs: 1, systemNs: 1 },
      contextSwitches: { voluntary: 1, involuntary: 1 },
      maxRssBytes: 1,
      threadTime: { user: busyShare, system: 0, runnable: 0, blocked: 0, waiting: 1 - busyShare, idle: 0 },
      pageFaults: { minor: 10 * busyShare, major: 0 },
      threads: 2,
      notes: [],
    },
  };
}

test('a timeline is put together from what the slots counted, as far as every loop has come', () => {
  const part = (slots: LoopResult['slots'], timeline: MeasuredTrial['timeline']): LoopResult => ({
    slots,
    result: { ...loop(0.5, 10).result, timeline },
  });
  const { timeline } = measuredBy([
    part([counted(10, 20, 30), counted(), counted(5)], [at(0, 3), at(1, 4), at(2, 5)]),
    part([counted(1000), counted()], [at(0, 1), at(1, 2)]),
  ]);
  expect(timeline).toEqual([
    { atNs: 0, throughputPerSecond: 40, p50Ns: 20, p99Ns: 1000, inFlight: 4 },
    { atNs: 1e8, throughputPerSecond: 0, p50Ns: null, p99Ns: null, inFlight: 6 },
  ]);
});

test('failures of a slot are those of every loop', () => {
  const failing = (requests: number, firstAtNs: number, lastAtNs: number) =>
    timelineEntry(0, new Histogram(), 0, { requests, firstAtNs, lastAtNs });
  const whole = [failing(2, 10, 20), failing(3, 5, 15), at(0, 0)].map((entry) => ({
    slots: [counted()],
    result: { ...loop(0.5, 10).result, timeline: [entry] },
  }));
  expect(measuredBy(whole).timeline).toMatchObject([{ failed: { requests: 5, firstAtNs: 5, lastAtNs: 20 } }]);
  expect(measuredBy(whole.slice(2).concat(whole.slice(2))).timeline?.[0]).not.toHaveProperty('failed');
});

test('what the loops measured is that of all of them, whichever is the first', () => {
  const parts = [loop(0.2, 10, 20), loop(0.8, 30, 40, 50, 60)];
  for (const loops of [parts, parts.toReversed()]) {
    const whole = measuredBy(loops);
    expect(whole).toMatchObject({
      completed: 6,
      failed: 2,
      shed: 4,
      unfinished: 6,
      errors: { EPIPE: 2, constructor: 2 },
      pageFaults: { minor: 5, major: 0 },
    });
    expect(whole.threadTime).toMatchObject({
      user: expect.closeTo(0.5, 9),
      waiting: expect.closeTo(0.5, 9),
      runnable: 0,
    });
    expect(whole.conservation).toMatchObject({
      atOpening: 2,
      due: 16,
      completed: 8,
      atClose: 4,
      unfinished: 2,
    });
    for (const part of ['latency', 'service', 'submit'] as const) {
      expect(mergeHistograms([whole[part]?.hdr ?? '']).count).toBe(6);
      expect(whole[part]?.meanNs).toBeCloseTo(35, 9);
    }
    expect(whole.unfinishedAge?.count).toBe(2);
  }
});

test('what one loop has measured is stored as it is', () => {
  const alone = loop(0.2, 10, 20);
  const { result } = { ...alone, result: { ...alone.result, timeline: [at(0, 3)] } };
  const { latency: _, service, lag, submit, unfinishedAge, ...rest } = result;
  expect(measuredBy([{ result, slots: [] }])).toMatchObject(rest);
});

test('no metric is forgotten when loops are put together', () => {
  const stored = { ...measuredBy([loop(0.2, 10, 20)]), peers: [], slots: [] };
  const keys = METRICS.flatMap(({ trial }) => Object.keys(trial));
  const whole = mergeLoops([stored, stored]);
  expect(Object.keys(whole).sort()).toEqual(
    [
      ...keys.filter((key) => Object.hasOwn(stored, key)),
      'inFlightMean',
      'inFlightMeanByTimes',
      'timeline',
    ].sort(),
  );
});

test('each field and each column is one metric’s', () => {
  for (const part of ['trial', 'columns'] as const) {
    const names = METRICS.flatMap((metric) => Object.keys(metric[part]));
    expect(new Set(names).size).toBe(names.length);
  }
});
