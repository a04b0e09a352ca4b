import { describe, expect, test } from 'vitest';
import { type Arrivals, constantArrivals, dealtArrivals, poissonArrivals } from '../../src/load/arrivals.ts';
import { randomFrom } from '../../src/load/random.ts';

const firstOf = (arrivals: Arrivals, count: number) => Array.from({ length: count }, arrivals);

describe('constant arrivals', () => {
  test('begin at once and keep their distance', () => {
    expect(firstOf(constantArrivals(1000), 4)).toEqual([0, 1e6, 2e6, 3e6]);
  });

  test('do not drift, though the gap is no whole number', () => {
    const arrivals = constantArrivals(3000);
    let dueNs = 0;
    for (let number = 0; number <= 3_000_000; number++) dueNs = arrivals();
    expect(dueNs).toBe(1000e9);
  });
});

describe('Poisson arrivals', () => {
  test('are the same for the same seed, and others for another', () => {
    const of = (seed: number) => firstOf(poissonArrivals(1000, randomFrom(seed)), 20);
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  test('come in order, at the rate, with exponential gaps', () => {
    const dues = firstOf(poissonArrivals(5000, randomFrom(7)), 200_000);
    const gaps = dues.map((due, index) => due - (dues[index - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.min(...gaps.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(mean / 200e3).toBeCloseTo(1, 2);
    expect(variance / mean ** 2).toBeCloseTo(1, 1);
    expect(gaps.filter((gap) => gap > 200e3).length / gaps.length).toBeCloseTo(Math.exp(-1), 2);
  });

  test('numbers in equal spans have the same mean and variance', () => {
    const dues = firstOf(poissonArrivals(1000, randomFrom(3)), 100_000);
    const counts = new Array<number>(Math.floor((dues.at(-1) as number) / 1e7)).fill(0);
    for (const due of dues) {
      const span = Math.floor(due / 1e7);
      if (span < counts.length) counts[span] = (counts[span] as number) + 1;
    }
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    expect(variance / mean).toBeGreaterThan(0.95);
    expect(variance / mean).toBeLessThan(1.05);
  });
});

test('dealt arrivals are the whole schedule, each once', () => {
  const whole = firstOf(poissonArrivals(1000, randomFrom(1)), 30);
  const hands = [0, 1, 2].flatMap((hand) =>
    firstOf(dealtArrivals(poissonArrivals(1000, randomFrom(1)), hand, 3), 10),
  );
  expect(hands.sort((a, b) => a - b)).toEqual(whole);
  expect(firstOf(dealtArrivals(constantArrivals(1000), 0, 1), 3)).toEqual([0, 1e6, 2e6]);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a rate of %d is refused', (rate) => {
  expect(() => constantArrivals(rate)).toThrow(RangeError);
  expect(() => poissonArrivals(rate, Math.random)).toThrow(RangeError);
});
