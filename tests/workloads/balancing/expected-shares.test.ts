/** Shares that are known beforehand are those that the algorithms give. */
import { expect, test } from 'vitest';
import { expectedShares } from '../../../src/workloads/balancing/expected-shares.ts';
import { algorithms } from '../../../src/workloads/balancing/index.ts';

const CHOICES = 9000;
const weights = [5, 3, 1];
const usual = { weights, isPerRequest: true, isSteady: true };

/** A generator that is the same in every run (Numerical Recipes, 7.1). */
function seeded(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test.each(algorithms.map((algorithm) => [algorithm.name, algorithm] as const))('%s', (_, algorithm) => {
  const expected = expectedShares({ ...usual, algorithm });
  if (algorithm.divides === undefined) return expect(expected).toBeUndefined();
  const random = seeded();
  const candidates = [0, 1, 2];
  const counts = [0, 0, 0];
  for (let turn = 0; turn < CHOICES; turn++) {
    const situation = { candidates, weights, turn, address: '127.0.0.1', random };
    const chosen = algorithm.choose({ ...situation, underWay: () => 0, responseNs: () => 0 });
    counts[chosen] = (counts[chosen] ?? 0) + 1;
  }
  expect(expected?.map(({ isByChance }) => isByChance)).toEqual(
    weights.map(() => algorithm.divides === 'by chance'),
  );
  expected?.forEach(({ share }, backEnd) => {
    const deviation = algorithm.divides === 'by chance' ? Math.sqrt((share * (1 - share)) / CHOICES) : 0;
    expect(Math.abs((counts[backEnd] as number) / CHOICES - share)).toBeLessThanOrEqual(4 * deviation + 1e-9);
  });
});

test('nothing is known of kept connections, nor where back ends come and go', () => {
  const [algorithm] = algorithms;
  expect(expectedShares({ ...usual, algorithm, isPerRequest: false })).toBeUndefined();
  expect(expectedShares({ ...usual, algorithm, isSteady: false })).toBeUndefined();
});
