import { describe, expect, test } from 'vitest';
import { constantArrivals, poissonArrivals } from '../../src/load/arrivals.ts';
import { OpenLoad } from '../../src/load/open.ts';
import { randomFrom } from '../../src/load/random.ts';
import { OrderedOracle } from '../../src/stats/kiefer-wolfowitz.ts';

/** One a microsecond, from 1000 ns on. */
const everyMicrosecond = (maxInFlight = 10_000) =>
  new OpenLoad({ arrivals: constantArrivals(1e6), startNs: 1000, maxInFlight });

describe('an open load', () => {
  test('gives every request the start that was intended, however late it is taken', () => {
    const load = everyMicrosecond();
    expect(load.nextDueNs()).toBe(1000);
    expect([load.take(), load.take(), load.take()]).toEqual([1000, 2000, 3000]);
    load.ended(900_000);
    expect(load.take()).toBe(4000);
    expect(load.nextDueNs()).toBe(5000);
    expect(load.shed()).toBe(0);
  });

  test('does not wait for requests to end', () => {
    const load = everyMicrosecond();
    for (let number = 0; number < 5000; number++) expect(load.take()).toBe(1000 + number * 1000);
  });

  test('counts what is due and not taken', () => {
    const load = everyMicrosecond();
    expect(load.waiting(999)).toBe(0);
    expect(load.waiting(3000)).toBe(3);
    load.take();
    expect(load.waiting(3999)).toBe(2);
    expect(load.waiting(4000)).toBe(3);
    expect(load.nextDueNs()).toBe(2000);
  });
});

describe('with too many in flight', () => {
  test('what is due is shed, and nothing is due until one has ended', () => {
    const load = everyMicrosecond(2);
    load.take();
    load.take();
    expect(load.nextDueNs()).toBe(Number.POSITIVE_INFINITY);
    // Due at 3000, 4000 and 5000, while two were in flight.
    load.ended(5500);
    expect(load.shed()).toBe(3);
    expect(load.nextDueNs()).toBe(6000);
    expect(load.take()).toBe(6000);
  });

  test('a request that waits for the model is in flight too', () => {
    const load = everyMicrosecond(3);
    load.take();
    // A model that stands still: 2000 and 3000 are let in, 4000 to 10,000 are not.
    load.ended(10_000);
    expect(load.shed()).toBe(7);
    expect([load.take(), load.take(), load.take()]).toEqual([2000, 3000, 11_000]);
  });

  test.each([1, 2, 3, 17])(
    'at most %i: the same as a queue that is simulated arrival by arrival',
    (maxInFlight) => {
      const servers = 2;
      const rate = 1000;
      const direct = simulate(rate, servers, maxInFlight, exponential(3e6));
      const driven = drive(rate, servers, maxInFlight, exponential(3e6), 2000);
      expect(driven.shed).toBeGreaterThan(0);
      expect(driven.sent.slice(0, 1000)).toEqual(direct.sent.slice(0, 1000));
    },
  );
});

describe('with a pool of clients', () => {
  const pool = (clients: number, maxInFlight = 10_000) =>
    new OpenLoad({ arrivals: constantArrivals(1e6), startNs: 1000, maxInFlight, clients });

  test('what arrives while all are busy waits in line, with the start that was intended', () => {
    const load = pool(2);
    expect([load.take(), load.take()]).toEqual([1000, 2000]);
    expect(load.nextDueNs()).toBe(Number.POSITIVE_INFINITY);
    // 3000, 4000 and 5000 have arrived, and one client is free.
    load.ended(5500);
    expect([...load.line(5500)]).toEqual([3000, 4000, 5000]);
    expect(load.take()).toBe(3000);
    expect(load.nextDueNs()).toBe(Number.POSITIVE_INFINITY);
    expect(load.shed()).toBe(0);
  });

  test('those in line are in the system: beyond the most that may be, arrivals are shed', () => {
    const load = pool(1, 3);
    load.take();
    load.ended(6500);
    // 2000 and 3000 were let in, 4000 to 6000 were not.
    expect([...load.line(6500)]).toEqual([2000, 3000]);
    expect(load.shed()).toBe(3);
  });

  test('those in line as it stops are sent once a client is free', () => {
    const load = pool(1);
    load.take();
    load.stop(3500);
    expect(load.nextDueNs()).toBe(Number.POSITIVE_INFINITY);
    load.ended(9000);
    expect(load.take()).toBe(2000);
    load.ended(9500);
    expect(load.take()).toBe(3000);
    load.ended(9900);
    expect(load.nextDueNs()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('in virtual time', () => {
  test.each([
    [1, 0.7, 7 / 3],
    [4, 0.8, 0.745541],
  ])(
    '%i servers at a load of %d wait as M/M/c says, and each request as the oracle says',
    (servers, rho, expected) => {
      const { waitsNs, oracle } = drive(1000 * servers * rho, servers, 10_000, exponential(1e6), 600_000);
      const meanNs = waitsNs.reduce((sum, waitNs) => sum + waitNs, 0) / waitsNs.length;
      expect(oracle.hasGivenUp).toBe(false);
      expect(oracle.count).toBeGreaterThan(599_000);
      expect(Math.abs(oracle.predictedWaitNs / meanNs - 1)).toBeLessThan(0.001);
      expect(Math.abs(meanNs / 1e6 / expected - 1)).toBeLessThan(0.04);
    },
  );

  test('at 1.5 times what it can serve, waits grow with the length of the run', () => {
    const waits = (requests: number) => drive(1500, 1, 1_000_000, exponential(1e6), requests).waitsNs;
    const median = (values: readonly number[]) =>
      values.toSorted((a, b) => a - b)[values.length >> 1] as number;
    expect(median(waits(20_000)) / median(waits(5000))).toBeGreaterThan(3);
    // A request that is not served any sooner waits longer by the third of a millisecond that each one adds.
    expect(median(waits(20_000)) / 1e6 / (10_000 / 3)).toBeCloseTo(1, 1);
  });
});

/** Service times that know nothing of each other. */
function exponential(meanNs: number): () => number {
  const random = randomFrom(9);
  return () => -Math.log(1 - random()) * meanNs;
}

/** Every arrival in turn: let in if there is room, else shed; first come, first served. */
function simulate(rate: number, servers: number, maxInFlight: number, serviceNs: () => number) {
  const arrivals = poissonArrivals(rate, randomFrom(1));
  const sent: number[] = [];
  let ends: number[] = [];
  const free = new Array<number>(servers).fill(0);
  for (let number = 0; number < 10_000; number++) {
    const dueNs = arrivals();
    ends = ends.filter((endNs) => endNs > dueNs);
    if (ends.length >= maxInFlight) continue;
    const server = free.indexOf(Math.min(...free));
    free[server] = Math.max(dueNs, free[server] as number) + serviceNs();
    ends.push(free[server] as number);
    sent.push(dueNs);
  }
  return { sent };
}

/**
 * The same queue through the load's interface: what is due is taken when a server is free. The oracle hears
 * of every end.
 */
function drive(
  rate: number,
  servers: number,
  maxInFlight: number,
  serviceNs: () => number,
  requests: number,
) {
  const load = new OpenLoad({ arrivals: poissonArrivals(rate, randomFrom(1)), startNs: 0, maxInFlight });
  const oracle = new OrderedOracle(servers);
  const sent: number[] = [];
  const waitsNs: number[] = [];
  const busy: { sequence: number; dueNs: number; startNs: number; endNs: number }[] = [];
  let nowNs = 0;
  while (sent.length < requests) {
    while (busy.length < servers && load.nextDueNs() <= nowNs) {
      const dueNs = load.take();
      busy.push({ sequence: sent.length, dueNs, startNs: nowNs, endNs: nowNs + serviceNs() });
      sent.push(dueNs);
      waitsNs.push(nowNs - dueNs);
    }
    const next = busy.reduce<(typeof busy)[number] | undefined>(
      (first, each) => (first && first.endNs <= each.endNs ? first : each),
      undefined,
    );
    const nextDueNs = busy.length < servers ? load.nextDueNs() : Number.POSITIVE_INFINITY;
    nowNs = Math.min(next?.endNs ?? Number.POSITIVE_INFINITY, nextDueNs);
    if (next?.endNs === nowNs) {
      busy.splice(busy.indexOf(next), 1);
      oracle.finished(next.sequence, next.dueNs, next.startNs - next.dueNs, next.endNs - next.startNs);
      load.ended(nowNs);
    }
  }
  return { sent, waitsNs, oracle, shed: load.shed() };
}
