import { describe, expect, test } from 'vitest';
import { randomFrom, shuffled } from '../../src/load/random.ts';

const draw = (random: () => number, count: number) => Array.from({ length: count }, random);

describe('randomFrom', () => {
  test('the same seed gives the same numbers, another seed or stream others', () => {
    const once = draw(randomFrom(7), 20);
    expect(draw(randomFrom(7), 20)).toEqual(once);
    expect(draw(randomFrom(8), 20)).not.toEqual(once);
    expect(draw(randomFrom(7, 1), 20)).not.toEqual(once);
    expect(draw(randomFrom(7 + 2 ** 40), 20)).not.toEqual(once);
  });

  test('is uniform on [0, 1): chi-square over 100 bins', () => {
    const bins = new Array<number>(100).fill(0);
    const values = draw(randomFrom(1), 100_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    for (const value of values) {
      bins[Math.floor(value * 100)] = (bins[Math.floor(value * 100)] ?? 0) + 1;
    }
    const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 99 degrees of freedom: 0.1 % of uniform samples lie above 149, 0.1 % below 61.
    expect(chiSquare).toBeLessThan(149);
    expect(chiSquare).toBeGreaterThan(61);
  });

  test('neighbouring streams are not correlated', () => {
    const [a, b] = [draw(randomFrom(1, 1), 20_000), draw(randomFrom(1, 2), 20_000)];
    const covariance =
      a.reduce((sum, value, index) => sum + (value - 0.5) * ((b[index] as number) - 0.5), 0) / a.length;
    expect(Math.abs(covariance * 12)).toBeLessThan(0.03);
  });
});

describe('shuffled', () => {
  test('keeps every item, leaves the original alone, and follows its seed', () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    const order = shuffled(items, randomFrom(3));
    expect([...order].sort((a, b) => a - b)).toEqual(items);
    expect(items[0]).toBe(0);
    expect(order).not.toEqual(items);
    expect(shuffled(items, randomFrom(3))).toEqual(order);
  });

  test('every item comes first about equally often', () => {
    const random = randomFrom(5);
    const first = [0, 0, 0, 0];
    for (let time = 0; time < 8000; time++) {
      const winner = shuffled([0, 1, 2, 3], random)[0] as number;
      first[winner] = (first[winner] as number) + 1;
    }
    for (const count of first) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
