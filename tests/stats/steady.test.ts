import { describe, expect, test } from 'vitest';
import { poissonArrivals } from '../../src/load/arrivals.ts';
import { randomFrom } from '../../src/load/random.ts';
import { queueGrowing, trendOf } from '../../src/stats/steady.ts';

function normalFrom(seed: number): () => number {
  const random = randomFrom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Windows whose neighbours correlate. */
function steady(count: number, correlation: number, normal: () => number, noise = 0.1): number[] {
  let state = normal() / Math.sqrt(1 - correlation ** 2);
  return Array.from({ length: count }, () => {
    state = correlation * state + normal();
    return 1000 * (1 + noise * state);
  });
}

describe('false alarms: at most 6 % of 1000 steady series', () => {
  const shareOf = (series: () => readonly number[]) =>
    Array.from({ length: 1000 }, () => trendOf(series()).isTrending).filter(Boolean).length / 1000;

  for (const count of [8, 20, 50, 100, 300]) {
    test.each([-0.5, 0, 0.3, 0.6])(`${count} windows, neighbours correlated by %d`, (correlation) => {
      const normal = normalFrom(count * 10 + correlation * 100 + 1000);
      expect(shareOf(() => steady(count, correlation, normal))).toBeLessThanOrEqual(0.06);
    });
  }

  test('counts of a Poisson process', () => {
    const random = randomFrom(8);
    const counts = () => {
      const arrivals = poissonArrivals(300, random);
      const windows = new Array<number>(50).fill(0);
      for (let dueNs = arrivals(); dueNs < 5e9; dueNs = arrivals())
        windows[Math.floor(dueNs / 100e6)] = (windows[Math.floor(dueNs / 100e6)] as number) + 1;
      return windows;
    };
    expect(shareOf(counts)).toBeLessThanOrEqual(0.06);
  });
});

describe('a trend', () => {
  test('is found, with its slope', () => {
    const normal = normalFrom(1);
    const windows = Array.from({ length: 50 }, (_, index) => 1000 * (0.9 + 0.004 * index + 0.02 * normal()));
    const trend = trendOf(windows);
    expect(trend.isTrending).toBe(true);
    expect(trend.slopePerSecond).toBeCloseTo(0.04, 2);
    expect(trend.change).toBeCloseTo(0.2, 1);
    expect(trend.pValue).toBeLessThan(0.001);
  });

  test('of 10 % over a trial with 3 % noise is found nearly always, up or down', () => {
    const normal = normalFrom(2);
    const isFound = (sign: number) =>
      trendOf(Array.from({ length: 50 }, (_, index) => 1000 * (1 + sign * 0.002 * index + 0.03 * normal())))
        .isTrending;
    for (const sign of [1, -1])
      expect(Array.from({ length: 200 }, () => isFound(sign)).filter(Boolean).length).toBeGreaterThan(190);
  });

  test('below 2 % is not called one, however sure', () => {
    const trend = trendOf(Array.from({ length: 100 }, (_, index) => 1000 + 0.15 * index));
    expect(trend.pValue).toBeLessThan(0.001);
    expect(trend.change).toBeCloseTo(0.015, 3);
    expect(trend.isTrending).toBe(false);
  });

  test('has the same slope where windows are averaged', () => {
    const windows = Array.from({ length: 900 }, (_, index) => 1000 + index);
    expect(trendOf(windows).slopePerSecond).toBeCloseTo(10 / 1450, 4);
    expect(trendOf(windows, 50e6).slopePerSecond).toBeCloseTo(20 / 1450, 4);
  });

  test('takes eight windows, and values that differ', () => {
    for (const windows of [[], [1], [1, 2, 3, 4, 5, 6, 7]])
      expect(trendOf(windows)).toMatchObject({ isTrending: false, pValue: 1 });
    expect(trendOf(new Array<number>(50).fill(7))).toMatchObject({
      isTrending: false,
      slopePerSecond: 0,
      pValue: 1,
    });
    expect(trendOf(new Array<number>(50).fill(0))).toMatchObject({ isTrending: false, slopePerSecond: 0 });
  });
});

/**
 * The number in the system at the end of each window, one exponential server with 2 ms of service, after one
 * second of warm-up.
 */
function inFlight(rho: number, windows: number, random: () => number): number[] {
  const arrivals = poissonArrivals(500 * rho, random);
  const samples: number[] = [];
  const ends: number[] = [];
  let freeNs = 0;
  let first = 0;
  for (let window = 0, dueNs = arrivals(); window < windows + 10; window++) {
    const untilNs = (window + 1) * 100e6;
    for (; dueNs <= untilNs; dueNs = arrivals()) {
      freeNs = Math.max(dueNs, freeNs) - Math.log(1 - random()) * 2e6;
      ends.push(freeNs);
    }
    while (first < ends.length && (ends[first] as number) <= untilNs) first++;
    if (window >= 10) samples.push(ends.length - first);
  }
  return samples;
}

describe('a queue', () => {
  const growing = (rho: number, trials: number) => {
    const random = randomFrom(Math.round(rho * 100));
    return (
      Array.from({ length: trials }, () => queueGrowing(inFlight(rho, 50, random)).isGrowing).filter(Boolean)
        .length / trials
    );
  };

  test.each([0.5, 0.7, 0.9, 0.95, 1])(
    'at a load of %d is called growing in at most 2 % of the trials',
    (rho) => {
      expect(growing(rho, 500)).toBeLessThanOrEqual(0.02);
    },
  );

  test.each([1.3, 1.5, 2])('at a load of %d is always called growing', (rho) => {
    expect(growing(rho, 200)).toBe(1);
  });

  test('grows by what arrives and is not served', () => {
    expect(queueGrowing(inFlight(1.5, 100, randomFrom(1))).perSecond / 250).toBeCloseTo(1, 0.5);
    expect(queueGrowing([0, 1, 2, 3, 4, 5, 6, 7, 8])).toMatchObject({ isGrowing: true, perSecond: 10 });
  });

  test('that stays as it is, shrinks, or was hardly seen does not grow', () => {
    for (const samples of [
      [],
      [1, 2, 3],
      new Array<number>(50).fill(5),
      Array.from({ length: 50 }, (_, index) => 100 - index),
    ]) {
      expect(queueGrowing(samples).isGrowing).toBe(false);
    }
  });
});
