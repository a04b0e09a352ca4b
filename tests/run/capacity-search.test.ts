/** The search for a capacity, against systems that are only numbers. */
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { type Bracket, rateOfRung, type SearchLimits, searchRates } from '../../src/run/capacity-search.ts';

const LIMITS: SearchLimits = { startPerSecond: 500, leastPerSecond: 1, mostPerSecond: 1e7 };

/** Plays a search to its end against a system that answers for each rate. */
function play(limits: SearchLimits, answer: (rate: number) => boolean): { found: Bracket; tried: number[] } {
  const search = searchRates(limits);
  const tried: number[] = [];
  let step = search.next();
  while (!step.done) {
    if (tried.length > 200) throw new Error(`it does not end: ${tried}`);
    tried.push(step.value);
    step = search.next(answer(step.value));
  }
  return { found: step.value, tried };
}

const carries =
  (capacity: number) =>
  (rate: number): boolean =>
    rate <= capacity;

/**
 * Latency of a queue with one server (M/M/1): the p99 of the time in the system is ln(100) / (service rate -
 * arrival rate).
 */
const p99OfQueue = (servicePerSecond: number, rate: number) =>
  rate >= servicePerSecond ? Number.POSITIVE_INFINITY : Math.log(100) / (servicePerSecond - rate);

describe('rates', () => {
  test('stand less than 5 % apart, the lower counted by the higher, and never twice', () => {
    for (let rung = 0; rung < 350; rung++) {
      const [here, next] = [rateOfRung(rung), rateOfRung(rung + 1)];
      expect(next).toBeGreaterThan(here);
      expect((next - here) / next).toBeLessThan(0.05);
    }
  });

  test('are people’s numbers', () => {
    expect([0, 1, 50, 100, 115, 350].map(rateOfRung)).toEqual([1, 1.05, 10, 100, 200, 1e7]);
  });
});

describe('a system that carries so much and no more', () => {
  const capacities = [1, 3.3, 97, 512, 999, 12_345, 1e6, 8.7e6];
  test.each(capacities)('%d a second is found to 5 %%', (capacity) => {
    const { found } = play(LIMITS, carries(capacity));
    const { keptPerSecond, failedAtPerSecond = Number.NaN } = found;
    expect(keptPerSecond).toBeLessThanOrEqual(capacity);
    expect(failedAtPerSecond).toBeGreaterThan(capacity);
    expect((failedAtPerSecond - keptPerSecond) / failedAtPerSecond).toBeLessThan(0.05);
  });

  test('takes eight steps at most where the start is about half of it', () => {
    for (let capacity = 300; capacity < 5000; capacity *= 1.013) {
      for (const share of [0.4, 0.5, 0.6]) {
        const { tried } = play({ ...LIMITS, startPerSecond: share * capacity }, carries(capacity));
        expect(tried.length).toBeLessThanOrEqual(8);
      }
    }
  });

  test('tries no rate twice, but the one at which it fails, at the end', () => {
    for (const capacity of capacities) {
      const { tried, found } = play(LIMITS, carries(capacity));
      expect(new Set(tried).size).toBe(tried.length - 1);
      expect(tried.at(-1)).toBe(found.failedAtPerSecond);
    }
  });

  test('that is a queue: what p99 < 20 ms allows', () => {
    const { found } = play({ ...LIMITS, startPerSecond: 450 }, (rate) => p99OfQueue(1000, rate) < 0.02);
    // 1000 - ln(100) / 0.02 = 769.7
    expect(found).toEqual({ keptPerSecond: 759, failedAtPerSecond: 794 });
  });
});

describe('limits', () => {
  test('nothing is kept, even at the lowest rate: zero, and the lowest rate is the one that failed', () => {
    const { found, tried } = play({ ...LIMITS, leastPerSecond: 34 }, carries(0));
    expect(found).toEqual({ keptPerSecond: 0, failedAtPerSecond: 34.7 });
    expect(tried.at(-1)).toBe(34.7);
  });

  test('all is kept up to the highest rate: nothing failed', () => {
    const { found, tried } = play(LIMITS, carries(Number.POSITIVE_INFINITY));
    expect(found).toEqual({ keptPerSecond: 1e7 });
    expect(tried.length).toBeLessThanOrEqual(16);
  });

  test('hold whatever the start, and whatever is answered', () => {
    const random = randomFrom(3);
    for (let game = 0; game < 500; game++) {
      const leastPerSecond = 1 + 100 * random();
      const mostPerSecond = leastPerSecond * (1.1 + 1000 * random());
      const startPerSecond = 10 ** (7 * random());
      const { tried, found } = play({ startPerSecond, leastPerSecond, mostPerSecond }, () => random() < 0.5);
      for (const rate of tried) {
        expect(rate).toBeGreaterThanOrEqual(leastPerSecond * 0.995);
        expect(rate).toBeLessThanOrEqual(mostPerSecond * 1.005);
      }
      expect(found.failedAtPerSecond ?? Number.POSITIVE_INFINITY).toBeGreaterThan(found.keptPerSecond);
    }
  });

  test('that leave a single rate: it is tried, and that is all', () => {
    const only = { startPerSecond: 5000, leastPerSecond: 100, mostPerSecond: 100 };
    expect(play(only, carries(50))).toEqual({
      found: { keptPerSecond: 0, failedAtPerSecond: 100 },
      tried: [100, 100],
    });
    expect(play(only, carries(500))).toEqual({ found: { keptPerSecond: 100 }, tried: [100] });
  });
});

describe('noise', () => {
  test('a rate that failed once is tried again, and the search goes on above where it is kept', () => {
    const seen = new Set<number>();
    const { found, tried } = play({ ...LIMITS, startPerSecond: 480 }, (rate) => {
      const isDisturbed = rate > 450 && rate < 520 && !seen.has(rate);
      seen.add(rate);
      return rate <= 1000 && !isDisturbed;
    });
    expect(found).toEqual({ keptPerSecond: 1000, failedAtPerSecond: 1050 });
    expect(tried.filter((rate) => rate === 479)).toHaveLength(2);
  });

  test('one disturbed step in ten moves what is found by little', () => {
    const random = randomFrom(11);
    const games = Array.from({ length: 300 }, () =>
      play({ ...LIMITS, startPerSecond: 480 }, (rate) => rate <= 1000 && random() > 0.1),
    );
    const exact = games.filter(({ found }) => found.keptPerSecond === 1000).length;
    const steps = games.reduce((sum, { tried }) => sum + tried.length, 0) / games.length;
    // If the first failure were believed, 0.9^5 = 59 % of the searches would end there.
    expect(exact / games.length).toBeGreaterThan(0.9);
    expect(Math.max(...games.map(({ found }) => found.keptPerSecond))).toBe(1000);
    expect(steps).toBeLessThan(10);
  });
});
