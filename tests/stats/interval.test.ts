import { describe, expect, test } from 'vitest';
import { median, typicalOf } from '../../src/stats/interval.ts';

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

describe('the typical trial', () => {
  test('is the geometric mean, because trials differ by factors', () => {
    expect(typicalOf([1, 10, 100])).toBeCloseTo(10, 9);
    expect(typicalOf([7])).toBeCloseTo(7, 9);
  });

  test('is the middle one where a trial completed nothing', () => {
    expect(typicalOf([0, 5, 9])).toBe(5);
    expect(() => typicalOf([])).toThrow(RangeError);
  });
});
