import { expect, test } from 'vitest';
import { mergedTimeline, shares } from '../../src/run/divided.ts';
import { timelineEntry } from '../../src/run/recorder.ts';
import { Histogram } from '../../src/stats/histogram.ts';

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
