import { expect, test } from 'vitest';
import { shares } from '../../../src/run/trial/divided.ts';

test('clients are dealt so that no loop has two more than another', () => {
  expect(shares(64, 2)).toEqual([32, 32]);
  expect(shares(7, 3)).toEqual([3, 2, 2]);
  expect(shares(2, 2)).toEqual([1, 1]);
});
