import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { drawDuration } from '../../src/workloads/sleep.ts';

const draw = (distribution: 'fixed' | 'exponential' | 'two-valued', count = 100_000) => {
  const random = randomFrom(9);
  return Array.from({ length: count }, () =>
    drawDuration({ distribution, duration: 10e6, longDuration: 100e6, longShare: 0.1 }, random),
  );
};
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('drawDuration', () => {
  test('fixed is always the same', () => {
    expect(new Set(draw('fixed', 100))).toEqual(new Set([10e6]));
  });

  test('exponential has the mean, the deviation and the median of its law', () => {
    const values = draw('exponential');
    const centre = mean(values);
    expect(centre / 10e6).toBeCloseTo(1, 1.7);
    expect(Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) / 10e6).toBeCloseTo(1, 1.7);
    expect(values.filter((value) => value < Math.LN2 * 10e6).length / values.length).toBeCloseTo(0.5, 1.7);
    expect(values.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
  });

  test('two-valued is the long one in its share of the cases', () => {
    const values = draw('two-valued');
    expect(new Set(values)).toEqual(new Set([10e6, 100e6]));
    expect(values.filter((value) => value === 100e6).length / values.length).toBeCloseTo(0.1, 1.7);
  });
});
