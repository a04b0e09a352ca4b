import { expect, test } from 'vitest';
import type { TrialPlan } from '../../../src/run/trial/cell.ts';
import { loopPlan, shares } from '../../../src/run/trial/divided.ts';

test('clients are dealt so that no loop has two more than another', () => {
  expect(shares(64, 2)).toEqual([32, 32]);
  expect(shares(7, 3)).toEqual([3, 2, 2]);
  expect(shares(2, 2)).toEqual([1, 1]);
});

test('loops share the pool of clients of an open load, and its arrivals', () => {
  const load = { kind: 'open', ratePerSecond: 100, arrivals: 'poisson', clients: 7 } as const;
  const plan = { seed: 1, cell: { model: 'multi-reactor', load } } as unknown as TrialPlan;
  const parts = [0, 1, 2].map((loop) => loopPlan(plan, loop, 3));
  expect(parts.map(({ cell }) => cell.load)).toEqual([3, 2, 2].map((clients) => ({ ...load, clients })));
  expect(parts.map(({ loop }) => loop)).toEqual([0, 1, 2].map((number) => ({ number, of: 3 })));
});
