import * as hdr from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { LONGEST_NS } from '../../src/stats/bins.ts';
import { encodeCounts, mergeHistograms, SHAPE } from '../../src/stats/encoded-histogram.ts';
import { Histogram, mergeCounts } from '../../src/stats/histogram.ts';

const encoded = (histogram: Histogram): string => encodeCounts(histogram.toCounts()).hdr;

describe('a histogram', () => {
  test('counts every value, and its mean is exact', () => {
    const histogram = new Histogram();
    for (const ns of [1, 2, 1_000_003, 4]) histogram.record(ns);
    expect(histogram.count).toBe(4);
    expect(histogram.meanNs).toBe(1_000_010 / 4);
  });

  test('percentiles are right to three digits', () => {
    const histogram = new Histogram();
    const random = randomFrom(1);
    const values = Array.from({ length: 10_000 }, () => Math.round(-Math.log(1 - random()) * 1e6));
    for (const ns of values) histogram.record(ns);
    values.sort((a, b) => a - b);
    for (const percent of [50, 90, 99, 99.9]) {
      const rank = Math.ceil((percent / 100) * values.length);
      // HdrHistogram may round the rank down by one.
      expect(histogram.percentile(percent)).toBeGreaterThan((values[rank - 2] as number) * 0.999);
      expect(histogram.percentile(percent)).toBeLessThan((values[rank - 1] as number) * 1.001);
    }
  });

  test('below zero is zero, above an hour is an hour, and what is no number is refused', () => {
    const histogram = new Histogram();
    histogram.record(-5);
    histogram.record(Number.POSITIVE_INFINITY);
    expect(histogram.count).toBe(2);
    expect(histogram.meanNs).toBe(LONGEST_NS / 2);
    expect(() => histogram.record(Number.NaN)).toThrow(RangeError);
    expect(histogram.count).toBe(2);
  });

  test('is empty after a reset', () => {
    const histogram = new Histogram();
    histogram.record(7);
    histogram.reset();
    expect([histogram.count, histogram.meanNs]).toEqual([0, 0]);
    expect(mergeHistograms([encoded(histogram)]).count).toBe(0);
  });
});

describe('stored histograms', () => {
  test('are what HdrHistogram itself would have recorded, from zero to an hour', () => {
    const [ours, theirs] = [new Histogram(), hdr.build({ ...SHAPE, useWebAssembly: false })];
    const random = randomFrom(3);
    const values = Array.from({ length: 20_000 }, () => Math.floor(LONGEST_NS ** random()) - 1);
    for (const ns of [
      0,
      1,
      2,
      2047,
      2048,
      2049,
      4095,
      4096,
      2 ** 31,
      LONGEST_NS - 1,
      LONGEST_NS,
      ...values,
    ]) {
      ours.record(ns);
      theirs.recordValue(ns);
    }
    expect(encoded(ours)).toBe(hdr.encodeIntoCompressedBase64(theirs));
  });

  test('merge to what one histogram of all values would be', () => {
    const [a, b, all] = [new Histogram(), new Histogram(), new Histogram()];
    for (let ns = 1; ns <= 2000; ns++) {
      (ns % 3 === 0 ? a : b).record(ns * 1000);
      all.record(ns * 1000);
    }
    const merged = mergeHistograms([encoded(a), encoded(b)]);
    const whole = mergeHistograms([encoded(all)]);
    expect(merged.count).toBe(2000);
    for (const percentile of [1, 50, 90, 99, 99.9, 100])
      expect(merged.at(percentile)).toBe(whole.at(percentile));
    expect(merged.maxNs).toBe(whole.maxNs);
    expect(encodeCounts(mergeCounts([a.toCounts(), b.toCounts()]))).toEqual(encodeCounts(all.toCounts()));
  });

  test('keep the number of their values and the exact mean', () => {
    const histogram = new Histogram();
    for (const ns of [1, 2, 1_000_003, 4]) histogram.record(ns);
    expect(encodeCounts(histogram.toCounts())).toMatchObject({ count: 4, meanNs: 1_000_010 / 4 });
    expect(encodeCounts(new Histogram().toCounts())).toMatchObject({ count: 0, meanNs: 0 });
  });

  test('none at all is an empty distribution', () => {
    expect(mergeHistograms([])).toMatchObject({ count: 0, maxNs: 0 });
  });

  test('the largest value is kept', () => {
    const histogram = new Histogram();
    for (let ns = 0; ns < 1000; ns++) histogram.record(1000);
    histogram.record(5e9);
    expect(mergeHistograms([encoded(histogram)]).maxNs / 5e9).toBeCloseTo(1, 2);
  });
});
