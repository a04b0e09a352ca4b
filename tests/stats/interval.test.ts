import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { median, medianInterval } from '../../src/stats/interval.ts';

describe('median', () => {
  test('is the middle value, or the mean of the two middle ones', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([5])).toBe(5);
    expect(() => median([])).toThrow(RangeError);
  });

  test('leaves its values alone', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('medianInterval', () => {
  test('one trial has no width', () => {
    expect(medianInterval([7])).toEqual({ median: 7, low: 7, high: 7 });
  });

  test('holds the median, stays within the values, and is the same each time', () => {
    const values = [10, 12, 11, 30, 9];
    const interval = medianInterval(values);
    expect(interval.low).toBeLessThanOrEqual(interval.median);
    expect(interval.high).toBeGreaterThanOrEqual(interval.median);
    expect(interval.low).toBeGreaterThanOrEqual(9);
    expect(interval.high).toBeLessThanOrEqual(30);
    expect(medianInterval(values)).toEqual(interval);
  });

  test('covers the true median of normal trials about as often as it says', () => {
    const random = randomFrom(11);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const isCovered = () => {
      const { low, high } = medianInterval(Array.from({ length: 11 }, normal), 500);
      return low <= 0 && high >= 0;
    };
    const covered = Array.from({ length: 400 }, isCovered).filter(Boolean).length / 400;
    expect(covered).toBeGreaterThan(0.9);
    expect(covered).toBeLessThanOrEqual(1);
  });
});
