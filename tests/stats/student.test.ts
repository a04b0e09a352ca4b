import { expect, test } from 'vitest';
import { logGamma } from '../../src/stats/gamma.ts';
import { normalTail, studentQuantile, studentTail } from '../../src/stats/student.ts';

test.each([
  // Abramowitz and Stegun, table 26.10, two-sided.
  [1, 0.05, 12.706],
  [4, 0.05, 2.776],
  [8, 0.05, 2.306],
  [8, 0.01, 3.355],
  [8, 0.001, 5.041],
  [30, 0.05, 2.042],
  [120, 0.01, 2.617],
])('t with %d degrees of freedom at %d is %d', (freedom, level, t) => {
  expect(studentQuantile(level / 2, freedom)).toBeCloseTo(t, 3);
  expect(studentTail(t, freedom)).toBeCloseTo(level / 2, 4);
  expect(studentTail(-t, freedom)).toBeCloseTo(1 - level / 2, 4);
});

test('the tail of the normal distribution', () => {
  expect(normalTail(0)).toBeCloseTo(0.5, 6);
  expect(normalTail(1.959964)).toBeCloseTo(0.025, 6);
  expect(normalTail(-1.959964)).toBeCloseTo(0.975, 6);
  expect(studentTail(1.5, 1e7)).toBeCloseTo(normalTail(1.5), 6);
});

test('the logarithm of gamma', () => {
  expect(logGamma(1)).toBeCloseTo(0, 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 10);
});
