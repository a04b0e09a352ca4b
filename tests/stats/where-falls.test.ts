import { expect, test } from 'vitest';
import { whereFalls } from '../../src/stats/where-falls.ts';

test('where a tail falls to a level', () => {
  expect(whereFalls((value) => Math.exp(-value), 1e-3)).toBeCloseTo(Math.log(1000), 9);
});
test('a tail that never falls so far is not looked for without an end', () => {
  expect(whereFalls((value) => Math.max(1e-9, Math.exp(-value)), 1e-12)).toBe(Number.POSITIVE_INFINITY);
});
