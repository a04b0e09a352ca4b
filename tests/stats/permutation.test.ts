import { expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { combinations, fewestTrials, permutationPValue } from '../../src/stats/permutation.ts';

test('combinations', () => {
  expect([combinations(10, 5), combinations(6, 3), combinations(20, 10), combinations(4, 0)]).toEqual([
    252, 20, 184_756, 1,
  ]);
});

test('groups that do not meet have the smallest p there is', () => {
  expect(permutationPValue([1, 2, 3, 4, 5], [11, 12, 13, 14, 15])).toBeCloseTo(2 / 252, 12);
  expect(permutationPValue([1, 2, 3], [7, 8, 9])).toBeCloseTo(0.1, 12);
});

test('groups that are the same have p = 1', () => {
  expect(permutationPValue([1, 2, 3], [1, 2, 3])).toBe(1);
  expect(permutationPValue([5, 5], [5, 5])).toBe(1);
});

test('a case counted by hand', () => {
  // Of the splits of 1 2 3 10 into pairs, {1 2 | 3 10} is as far apart as {3 10 | 1 2} only.
  expect(permutationPValue([1, 2], [3, 10])).toBeCloseTo(2 / 6, 12);
  expect(permutationPValue([1, 3], [2, 10])).toBeCloseTo(4 / 6, 12);
});

test('random splits come near to what all splits give, and are the same each time', () => {
  const random = randomFrom(3);
  // 12 of 18 are tried one by one (18,564 splits), 10 of 20 are not.
  const [a, b] = [10, 10].map((count, side) =>
    Array.from({ length: count }, () => random() + side * 0.25),
  ) as [number[], number[]];
  const p = permutationPValue(a, b);
  expect(permutationPValue(a, b)).toBe(p);
  expect(Math.abs(p - everySplit(a, b))).toBeLessThan(0.01);
});

test('groups of one law have a p below 5 % in 5 % of the cases', () => {
  const random = randomFrom(1);
  const five = () => Array.from({ length: 5 }, random);
  const low =
    Array.from({ length: 2000 }, () => permutationPValue(five(), five())).filter((p) => p <= 0.05).length /
    2000;
  expect(low).toBeLessThanOrEqual(0.06);
  expect(low).toBeGreaterThan(0.03);
});

test.each([
  [0.05, 4],
  [0.01, 5],
  [0.05 / 33, 7],
  [0.0001, 9],
])('for a level of %d it takes %i trials', (level, trials) => {
  expect(fewestTrials(level)).toBe(trials);
});

function everySplit(a: readonly number[], b: readonly number[]): number {
  const values = [...a, ...b];
  const sum = (part: readonly number[]) => part.reduce((total, value) => total + value, 0);
  const middle = (sum(values) * a.length) / values.length;
  const seen = Math.abs(sum(a) - middle) - 1e-9;
  let far = 0;
  let all = 0;
  for (let bits = 0; bits < 2 ** values.length; bits++) {
    let count = 0;
    let total = 0;
    for (let index = 0; index < values.length; index++) {
      if ((bits >> index) & 1) {
        count++;
        total += values[index] as number;
      }
    }
    if (count !== a.length) continue;
    all++;
    if (Math.abs(total - middle) >= seen) far++;
  }
  return far / all;
}
