/** The search for a capacity, against systems that are only numbers. */
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { type Bracket, rateOfRung, type SearchLimits, searchRates, type Verdict } from '../../src/run/capacity-search.ts';

const LIMITS: SearchLimits = { startPerSecond: 500, leastPerSecond: 1, mostPerSecond: 1e7 };

/** Plays a search to its end against a system that answers for each rate. */
function play(limits: SearchLimits, answer: (rate: number) => Verdict): { found: Bracket; tried: number[] } {
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
  (rate: number): Verdict =>
    rate <= capacity ? 'kept' : 'failed';

/** Latency of a queue with one server (M/M/1): the p99 of the time in the system is ln(100) / (service rate - arrival rate). */
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

  test('takes seven steps at most where the start is about half of it', () => {
    for (let capacity = 300; capacity < 5000; capacity *= 1.013) {
      for (const share of [0.4, 0.5, 0.6]) {
        const { tried } = play({ ...LIMITS, startPerSecond: share * capacity }, carries(capacity));
        expect(tried.length).toBeLessThanOrEqual(7);
      }
    }
  });

  test('tries no rate twice', () => {
    for (const capacity of capacities) {
      const { tried } = play(LIMITS, carries(capacity));
      expect(new Set(tried).size).toBe(tried.length);
    }
  });

  test('that is a queue: what p99 < 20 ms allows', () => {
    const { found } = play({ ...LIMITS, startPerSecond: 450 }, (rate) => (p99OfQueue(1000, rate) < 0.02 ? 'kept' : 'failed'));
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
      const { tried, found } = play({ startPerSecond, leastPerSecond, mostPerSecond }, () =>
        random() < 0.5 ? 'kept' : random() < 0.5 ? 'failed' : 'doubtful',
      );
      for (const rate of tried) {
        expect(rate).toBeGreaterThanOrEqual(leastPerSecond * 0.995);
        expect(rate).toBeLessThanOrEqual(mostPerSecond * 1.005);
      }
      expect(found.failedAtPerSecond ?? Number.POSITIVE_INFINITY).toBeGreaterThan(found.keptPerSecond);
    }
  });

  test('that leave a single rate: it is tried, and that is all', () => {
    const only = { startPerSecond: 5000, leastPerSecond: 100, mostPerSecond: 100 };
    expect(play(only, carries(50))).toEqual({ found: { keptPerSecond: 0, failedAtPerSecond: 100 }, tried: [100] });
    expect(play(only, carries(500))).toEqual({ found: { keptPerSecond: 100 }, tried: [100] });
  });
});

describe('noise', () => {
  test('a doubtful rate is tried again, and the second answer counts', () => {
    const answers: Verdict[] = ['doubtful', 'kept'];
    const search = searchRates(LIMITS);
    const first = search.next().value;
    expect(search.next(answers[0] as Verdict).value).toBe(first);
    expect(search.next(answers[1] as Verdict).value).toBeGreaterThan(first as number);
    const other = searchRates(LIMITS);
    other.next();
    other.next('doubtful');
    expect(other.next('doubtful').value).toBeLessThan(first as number);
  });

  test('one disturbed step in ten moves what is found by little: two disturbances at one rate are rare', () => {
    const random = randomFrom(11);
    const capacity = 1000;
    const found = Array.from({ length: 300 }, () => {
      const answer = (rate: number): Verdict => (rate > capacity ? 'failed' : random() < 0.1 ? 'doubtful' : 'kept');
      return play({ ...LIMITS, startPerSecond: 480 }, answer).found.keptPerSecond;
    });
    const near = found.filter((rate) => rate === 1000).length;
    // Without the second try, 0.9^5 = 59 % of the searches would end there; with it 0.99^5 = 95 %.
    expect(near / found.length).toBeGreaterThan(0.88);
    expect(Math.max(...found)).toBe(1000);
  });
});
