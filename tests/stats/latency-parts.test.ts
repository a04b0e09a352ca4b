import { expect, test } from 'vitest';
import { LONGEST_NS } from '../../src/stats/bins.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import { LatencyParts } from '../../src/stats/latency-parts.ts';

function recorded(...requests: readonly [lagNs: number, serviceNs: number][]) {
  const parts = new LatencyParts();
  for (const [lagNs, serviceNs] of requests) parts.record(lagNs, serviceNs);
  const histograms = { latency: new Histogram(), service: new Histogram(), lag: new Histogram() };
  parts.addTo(histograms);
  return {
    parts,
    histograms,
    means: [histograms.latency.meanNs, histograms.service.meanNs, histograms.lag.meanNs],
  };
}

test('the whole and its parts are each in their histogram', () => {
  const { histograms, means } = recorded([100, 20], [300, 0], [0, 5000]);
  expect(means).toEqual([5420 / 3, 5020 / 3, 400 / 3]);
  expect([
    histograms.latency.percentile(100),
    histograms.service.percentile(1),
    histograms.lag.percentile(50),
  ]).toEqual([5000, 0, 100]);
  expect([histograms.latency.count, histograms.service.count, histograms.lag.count]).toEqual([3, 3, 3]);
});

test('a part below zero is zero', () => {
  expect(recorded([-5, 7]).means).toEqual([7, 7, 0]);
  expect(recorded([7, -5]).means).toEqual([7, 0, 7]);
});

test('of what is longer than an hour, the lag is cut', () => {
  expect(recorded([Number.POSITIVE_INFINITY, 1e9]).means).toEqual([LONGEST_NS, 1e9, LONGEST_NS - 1e9]);
  expect(recorded([LONGEST_NS, LONGEST_NS]).means).toEqual([LONGEST_NS, LONGEST_NS, 0]);
});

test.each([
  [Number.NaN, 1],
  [1, Number.NaN],
])('what is no number is refused: %d, %d', (lagNs, serviceNs) => {
  const { parts, histograms } = recorded();
  expect(() => parts.record(lagNs, serviceNs)).toThrow(RangeError);
  parts.addTo(histograms);
  expect(histograms.latency.count).toBe(0);
});

test('is empty after a reset', () => {
  const { parts } = recorded([7, 8]);
  parts.reset();
  const histograms = { latency: new Histogram(), service: new Histogram(), lag: new Histogram() };
  parts.addTo(histograms);
  expect(Object.values(histograms).map(({ count, sumNs }) => [count, sumNs])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});
