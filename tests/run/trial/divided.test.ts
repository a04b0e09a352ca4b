import { expect, test } from 'vitest';
import type { CellResult } from '../../../src/run/cell-result.ts';
import { merged, mergedTimeline, shares } from '../../../src/run/trial/divided.ts';
import { timelineEntry } from '../../../src/run/trial/recorder.ts';
import { type Counts, Histogram } from '../../../src/stats/histogram.ts';

test('clients are dealt so that no loop has two more than another', () => {
  expect(shares(64, 2)).toEqual([32, 32]);
  expect(shares(7, 3)).toEqual([3, 2, 2]);
  expect(shares(2, 2)).toEqual([1, 1]);
});

test('a timeline is put together from what the slots counted, as far as every loop has come', () => {
  const slot = (...durationsNs: number[]) => {
    const histogram = new Histogram();
    for (const ns of durationsNs) histogram.record(ns);
    return histogram.toCounts();
  };
  const at = (index: number, inFlight: number) => timelineEntry(index, new Histogram(), inFlight);
  const timeline = mergedTimeline([
    { slots: [slot(10, 20, 30), slot(), slot(5)], timeline: [at(0, 3), at(1, 4), at(2, 5)] },
    { slots: [slot(1000), slot()], timeline: [at(0, 1), at(1, 2)] },
  ]);
  expect(timeline).toEqual([
    { atNs: 0, throughputPerSecond: 40, p50Ns: 20, p99Ns: 1000, inFlight: 4 },
    { atNs: 1e8, throughputPerSecond: 0, p50Ns: null, p99Ns: null, inFlight: 6 },
  ]);
  expect(mergedTimeline([])).toEqual([]);
});

test('what the loops measured is that of all of them, whichever is the first', () => {
  const counted = (...valuesNs: number[]) => {
    const histogram = new Histogram();
    for (const ns of valuesNs) histogram.record(ns);
    return histogram.toCounts();
  };
  const loop = (busyShare: number, ...latenciesNs: number[]): CellResult => ({
    startedAt: '',
    windowNs: 1e9,
    warmupNs: 1e8,
    completed: latenciesNs.length,
    failed: 1,
    errors: { EPIPE: 1, constructor: 1 },
    shed: 2,
    unfinished: 3,
    conservation: { atOpening: 1, due: 8, completed: 4, failed: 1, shed: 2, atClose: 2, drained: 1, failedDraining: 0, unfinished: 1 },
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
  });
  const parts = [loop(0.2, 10, 20), loop(0.8, 30, 40, 50, 60)].map((result) => ({ result, slots: [] }));
  for (const loops of [parts, parts.toReversed()]) {
    const whole = merged(loops);
    expect(whole).toMatchObject({
      completed: 6,
      failed: 2,
      shed: 4,
      unfinished: 6,
      errors: { EPIPE: 2, constructor: 2 },
      pageFaults: { minor: 5, major: 0 },
    });
    expect(whole.threadTime).toMatchObject({ user: expect.closeTo(0.5, 9), waiting: expect.closeTo(0.5, 9), runnable: 0 });
    expect(whole.conservation).toMatchObject({ atOpening: 2, due: 16, completed: 8, atClose: 4, unfinished: 2 });
    for (const part of ['latency', 'service', 'submit'] as const) {
      const { counts, sumNs } = whole[part] as Counts;
      expect([counts.reduce((sum, times) => sum + times), sumNs]).toEqual([6, 210]);
    }
    expect(whole.unfinishedAge?.counts).toEqual(new Uint32Array([2]));
  }
});
