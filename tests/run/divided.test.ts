import { expect, test } from 'vitest';
import { shares, summedTimeline } from '../../src/run/divided.ts';

test('clients are dealt so that no loop has two more than another', () => {
  expect(shares(64, 2)).toEqual([32, 32]);
  expect(shares(7, 3)).toEqual([3, 2, 2]);
  expect(shares(2, 2)).toEqual([1, 1]);
});

test('of timelines the counts add up, and percentiles are not known', () => {
  const slot = (atNs: number, throughputPerSecond: number, inFlight: number) => ({ atNs, throughputPerSecond, p50Ns: 5, p99Ns: 9, inFlight });
  const summed = summedTimeline([
    [slot(0, 100, 3), slot(1e8, 110, 4), slot(2e8, 90, 5)],
    [slot(0, 200, 1), slot(1e8, 210, 2)],
  ]);
  expect(summed).toEqual([
    { atNs: 0, throughputPerSecond: 300, p50Ns: null, p99Ns: null, inFlight: 4 },
    { atNs: 1e8, throughputPerSecond: 320, p50Ns: null, p99Ns: null, inFlight: 6 },
  ]);
  expect(summedTimeline([])).toEqual([]);
});
