/** Who gets the next request, with several threads on one memory, failures, and a clock that the test turns. */
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../src/load/random.ts';
import { Balancer } from '../../../src/workloads/balancing/balancer.ts';
import { algorithmNamed, algorithms } from '../../../src/workloads/balancing/index.ts';
import { SharedState } from '../../../src/workloads/balancing/shared-state.ts';

const SECOND = 1e9;

/** So many threads on one memory, each with a state of its own over it. */
function balancers(name: string, { threads = 1, weights = [1, 1, 1], ejectAfter = 2, slowStartNs = 0 } = {}) {
  const clock = { nowNs: 0 };
  const memory = SharedState.memoryFor(weights.length);
  const all = Array.from(
    { length: threads },
    (_, thread) =>
      new Balancer({
        algorithm: algorithmNamed(name),
        weights,
        state: new SharedState(weights.length, memory),
        ejectAfter,
        ejectForNs: SECOND,
        slowStartNs,
        random: randomFrom(thread),
        clock: () => clock.nowNs,
      }),
  );
  return { clock, all, first: all[0] as Balancer, state: new SharedState(weights.length, memory) };
}

describe('several threads', () => {
  test.each([
    ['round-robin', [1, 1, 1], [300, 300, 300]],
    ['weighted-round-robin', [5, 3, 1], [500, 300, 100]],
  ])('%s: the shares of all together are exact', (name, weights, expected) => {
    const { all } = balancers(name, { threads: 4, weights });
    const random = randomFrom(3);
    const shares = weights.map(() => 0);
    for (let time = 0; time < 900; time++) {
      const thread = all[Math.floor(random() * all.length)] as Balancer;
      const chosen = thread.choose('127.0.0.1');
      shares[chosen] = (shares[chosen] as number) + 1;
    }
    expect(shares).toEqual(expected);
  });

  test('least connections counts what the others have under way', () => {
    const { all, state } = balancers('least-connections', { threads: 3 });
    for (let time = 0; time < 30; time++) (all[time % 3] as Balancer).choose('127.0.0.1');
    expect([0, 1, 2].map((backEnd) => state.underWay(backEnd))).toEqual([10, 10, 10]);
  });

  test('a choice that another thread was faster with is made anew', () => {
    const { first, state } = balancers('least-connections', { weights: [1, 1] });
    const begin = SharedState.prototype.begin;
    let isFirst = true;
    SharedState.prototype.begin = function (backEnd, expected) {
      // The other thread chooses the same, between the look and the count.
      if (isFirst) begin.call(this, backEnd, expected);
      isFirst = false;
      return begin.call(this, backEnd, expected);
    };
    try {
      first.choose('127.0.0.1');
    } finally {
      SharedState.prototype.begin = begin;
    }
    expect([state.underWay(0), state.underWay(1)]).toEqual([1, 1]);
  });
});

describe.each(algorithms)('$name', ({ name }) => {
  test('a back end that fails gets nothing until its time is over, and then its part again', () => {
    const { first, clock } = balancers(name);
    const choose = (address: string) => {
      const chosen = first.choose(address);
      if (chosen >= 0) first.release(chosen);
      return chosen;
    };
    const chosen = () => new Set(Array.from({ length: 200 }, (_, k) => choose(`127.0.${k}.1`)));
    expect(chosen()).toEqual(new Set([0, 1, 2]));
    first.failed(1);
    expect(chosen()).toContain(1);
    first.failed(1);
    expect(chosen()).toEqual(new Set([0, 2]));
    clock.nowNs = SECOND - 1;
    expect(chosen()).not.toContain(1);
    clock.nowNs = SECOND;
    expect(chosen()).toEqual(new Set([0, 1, 2]));
    // It has not answered since: one failure is enough.
    first.failed(1);
    expect(chosen()).not.toContain(1);
    clock.nowNs = 2 * SECOND;
    first.succeeded(1, 1e6);
    first.failed(1);
    expect(choose('127.0.0.1')).toBeGreaterThanOrEqual(0);
    expect(first.candidates).toContain(1);
  });

  test('with none left there is no choice, and nothing is counted', () => {
    const { first, state } = balancers(name, { ejectAfter: 1 });
    for (const backEnd of [0, 1, 2]) first.failed(backEnd);
    expect(first.choose('127.0.0.1')).toBe(-1);
    expect([0, 1, 2].map((backEnd) => state.underWay(backEnd))).toEqual([0, 0, 0]);
  });

  test('those that were tried are not chosen', () => {
    const { first } = balancers(name);
    for (let time = 0; time < 50; time++) expect(first.choose('127.0.0.1', 0b101)).toBe(1);
    expect(first.choose('127.0.0.1', 0b111)).toBe(-1);
  });
});

test('without a number of failures nothing is ever ejected', () => {
  const { first } = balancers('round-robin', { ejectAfter: 0 });
  for (let time = 0; time < 100; time++) first.failed(0);
  first.choose('127.0.0.1');
  expect(first.candidates).toEqual([0, 1, 2]);
});

test('response times are smoothed, in the memory of all', () => {
  const { first, state } = balancers('least-response-time');
  first.succeeded(0, 8e6);
  expect(state.responseNs(0)).toBe(8e6);
  first.succeeded(0, 16e6);
  expect(state.responseNs(0)).toBe(9e6);
  first.succeeded(1, 0);
  expect(state.responseNs(1)).toBe(1e3);
});

test('turns go on beyond the largest number of the memory', () => {
  const memory = SharedState.memoryFor(1);
  new Int32Array(memory, 16)[0] = -1;
  const state = new SharedState(1, memory);
  expect([state.nextTurn(), state.nextTurn()]).toEqual([2 ** 32 - 1, 0]);
});

describe('one that comes back', () => {
  /** How many of 3000 choices each got; all are over at once. */
  const shares = (balancer: Balancer) => {
    const got = [0, 0, 0];
    for (let time = 0; time < 3000; time++) {
      const chosen = balancer.choose('127.0.0.1');
      got[chosen] = (got[chosen] as number) + 1;
      balancer.release(chosen);
    }
    return got;
  };

  test.each(['round-robin', 'least-connections', 'random'])(
    '%s: gets its share by and by with a slow start, after an ejection and after its checks',
    (name) => {
      const { first, clock, state } = balancers(name, { slowStartNs: 2 * SECOND, ejectAfter: 1 });
      const came = [
        () => {
          first.failed(1);
          expect(shares(first)[1]).toBe(0);
          clock.nowNs += SECOND;
        },
        () => {
          state.setDown(1, true, clock.nowNs);
          expect(shares(first)[1]).toBe(0);
          state.setDown(1, false, clock.nowNs);
        },
      ];
      for (const back of came) {
        back();
        expect(shares(first)[1]).toBe(0);
        clock.nowNs += SECOND / 2;
        const quarter = shares(first)[1] as number;
        expect(quarter).toBeGreaterThan(150);
        expect(quarter).toBeLessThan(400);
        clock.nowNs += 1.5 * SECOND;
        const whole = shares(first)[1] as number;
        expect(whole).toBeGreaterThan(900);
        expect(whole).toBeLessThan(1100);
      }
    },
  );

  test('without a slow start it has its share at once, and one that is alone is never passed over', () => {
    const { first, state } = balancers('round-robin');
    state.setDown(1, true, 0);
    state.setDown(1, false, 0);
    expect(shares(first)).toEqual([1000, 1000, 1000]);
    const slow = balancers('round-robin', { slowStartNs: SECOND });
    for (const backEnd of [0, 1, 2]) slow.state.setDown(backEnd, true, 0);
    expect(slow.first.choose('127.0.0.1')).toBe(-1);
    slow.state.setDown(2, false, 0);
    expect(slow.first.choose('127.0.0.1')).toBe(2);
  });
});
