import { describe, expect, test } from 'vitest';
import { dunnettQuantile, dunnettTail, extremeQuantile, extremeTail } from '../../src/stats/extremes.ts';
import { digamma, inverseTrigamma, trigamma } from '../../src/stats/gamma.ts';
import { fisherTail, studentQuantile } from '../../src/stats/student.ts';

/** The studentised range; Pearson and Hartley, Biometrika Tables for Statisticians, vol. 1, table 29. */
test.each([
  [2, 2, 0.05, 6.085],
  [3, 2, 0.05, 8.331],
  [3, 10, 0.05, 3.877],
  [5, 10, 0.05, 4.654],
  [10, 5, 0.05, 6.995],
  [4, 6, 0.01, 7.033],
  [10, Number.POSITIVE_INFINITY, 0.05, 4.474],
])('the range of %i with %d degrees of freedom at %d', (all, freedom, level, range) => {
  expect(extremeTail(range / Math.SQRT2, { all, suspects: all }, freedom) / level).toBeCloseTo(1, 1.5);
  expect((extremeQuantile(level, { all, suspects: all }, freedom) * Math.SQRT2) / range).toBeCloseTo(1, 2);
});

describe('many against one', () => {
  test('one-sided: Dunnett, JASA 50 (1955), table 1a', () => {
    expect(extremeQuantile(0.05, { all: 3, suspects: 1 }, 10)).toBeCloseTo(2.15, 2);
    expect(extremeQuantile(0.05, { all: 10, suspects: 1 }, Number.POSITIVE_INFINITY)).toBeCloseTo(2.42, 2);
  });
  test('two-sided: Dunnett, Biometrics 20 (1964)', () => {
    expect(dunnettQuantile(0.05, 2, 10)).toBeCloseTo(2.57, 2);
    expect(dunnettQuantile(0.05, 9, Number.POSITIVE_INFINITY)).toBeCloseTo(2.69, 2);
    expect(dunnettTail(2.57, 2, 10)).toBeCloseTo(0.05, 3);
  });
});

test('two are compared as Student does', () => {
  for (const freedom of [2.5, 4, 30])
    expect(
      extremeQuantile(0.05, { all: 2, suspects: 2 }, freedom) / studentQuantile(0.025, freedom),
    ).toBeCloseTo(1, 2);
});

test('the fewer may be the best, the nearer the bound', () => {
  const bounds = [10, 7, 4, 2, 1].map((suspects) => extremeQuantile(0.05, { all: 10, suspects }, 8));
  expect(bounds).toEqual(bounds.toSorted((a, b) => b - a));
});

test('the functions behind moderated variances', () => {
  expect(digamma(1)).toBeCloseTo(-0.5772156649, 9);
  expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 9);
  for (const x of [0.3, 1.5, 40]) expect(inverseTrigamma(trigamma(x)) / x).toBeCloseTo(1, 7);
  // F(3, 10) at 5 %.
  expect(fisherTail(3.708, 3, 10)).toBeCloseTo(0.05, 4);
});
