/** Whether two groups may be one: what shuffling their values between them would give. */

import { sumOf } from './moments.ts';
import { seeded } from './seeded.ts';

const MOST_SPLITS = 20_000;
const SHUFFLES = 20_000;

/** In how many ways `chosen` of `all` can be chosen. */
export function combinations(all: number, chosen: number): number {
  let ways = 1;
  for (let step = 1; step <= chosen; step++) ways = (ways * (all - chosen + step)) / step;
  return Math.round(ways);
}

/**
 * How often a random split of all values has means at least as far apart: the two-sided p-value of Fisher's
 * permutation test. Every split is tried where there are at most 20,000; else 20,000 random ones are,
 * counting the one that is there, so that it is never 0 (Phipson and Smyth, Statistical Applications in
 * Genetics and Molecular Biology 9, 2010).
 */
export function permutationPValue(a: readonly number[], b: readonly number[]): number {
  const values = [...a, ...b];
  const total = sumOf(values);
  const expected = (total * a.length) / values.length;
  // Sums that differ by rounding only are the same.
  const seen = Math.abs(sumOf(a) - expected) * (1 - 1e-9) - 1e-12;
  const isAsFar = (sum: number) => Math.abs(sum - expected) >= seen;
  if (combinations(values.length, a.length) > MOST_SPLITS) {
    const random = seeded(values.length);
    let far = 1;
    for (let shuffle = 1; shuffle < SHUFFLES; shuffle++)
      if (isAsFar(sumOfRandom(values, a.length, random))) far++;
    return far / SHUFFLES;
  }
  let far = 0;
  let splits = 0;
  const choose = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      splits++;
      if (isAsFar(sum)) far++;
      return;
    }
    for (let index = from; index <= values.length - left; index++)
      choose(index + 1, left - 1, sum + (values[index] as number));
  };
  choose(0, a.length, 0);
  return far / splits;
}

/**
 * The fewest trials on each side with which a permutation test can fall below a level at all: two of the
 * C(2n, n) splits are as far apart as can be.
 */
export function fewestTrials(level: number): number {
  let trials = 2;
  while (2 / combinations(2 * trials, trials) >= level) trials++;
  return trials;
}

/** The sum of `count` values, drawn without replacement; changes their order. */
function sumOfRandom(values: number[], count: number, random: () => number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const other = index + Math.floor(random() * (values.length - index));
    const drawn = values[other] as number;
    values[other] = values[index] as number;
    values[index] = drawn;
    sum += drawn;
  }
  return sum;
}
