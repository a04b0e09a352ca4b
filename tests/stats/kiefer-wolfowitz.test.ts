import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { poissonArrivals } from '../../src/load/arrivals.ts';
import { randomFrom } from '../../src/load/random.ts';
import { Oracle, OrderedOracle } from '../../src/stats/kiefer-wolfowitz.ts';
import { mdcWait } from '../../src/stats/mdc.ts';
import type { Station } from '../../src/stats/queueing.ts';

const reference = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../reference/queueing.json'), 'utf8'),
) as Record<'MMc' | 'MD1', Record<string, { Wq_mean: number; Wq_p99: number }>>;

const SERVICE_NS = 1e6;
/**
 * The nearer to 1, the longer a queue remembers, and the more arrivals a figure takes: at 0.9 one standard
 * error still is about 1 %.
 */
const ARRIVALS: Record<number, number> = { 0.5: 2e6, 0.7: 4e6, 0.8: 6e6, 0.9: 12e6 };
const LOADS = [0.5, 0.7, 0.8, 0.9];

/** Waits of a queue in virtual time: the mean, and the 99th percentile, in mean service times. */
function simulate(
  servers: number,
  rho: number,
  serviceNs: () => number,
  expectedP99: number,
): { mean: number; p99: number } {
  const arrivals = poissonArrivals(
    (rho * servers * 1e9) / SERVICE_NS,
    randomFrom(11 + servers, Math.round(rho * 10)),
  );
  const oracle = new Oracle(servers);
  const binNs = (expectedP99 * SERVICE_NS) / 1000;
  const bins = new Float64Array(20_000);
  const count = ARRIVALS[rho] as number;
  let sumNs = 0;
  for (let number = 0; number < count; number++) {
    const waitNs = oracle.serve(arrivals(), serviceNs());
    sumNs += waitNs;
    const bin = Math.min(bins.length - 1, Math.floor(waitNs / binNs));
    bins[bin] = (bins[bin] as number) + 1;
  }
  let beyond = count;
  let bin = 0;
  while (beyond > count / 100) beyond -= bins[bin++] as number;
  return { mean: sumNs / count / SERVICE_NS, p99: (bin * binNs) / SERVICE_NS };
}

const exponential = () => {
  const random = randomFrom(23);
  return () => -Math.log(1 - random()) * SERVICE_NS;
};
const constant = () => () => SERVICE_NS;

describe.each([1, 2, 4, 8])(
  'M/M/%i in virtual time: mean and p99 wait within 2 percent of the reference',
  (servers) => {
    test.each(LOADS)('at a load of %d', (rho) => {
      const { Wq_mean, Wq_p99 } = reference.MMc[`c=${servers},rho=${rho}`] as {
        Wq_mean: number;
        Wq_p99: number;
      };
      const waits = simulate(servers, rho, exponential(), Wq_p99);
      expect(Math.abs(waits.mean / Wq_mean - 1)).toBeLessThan(0.02);
      expect(Math.abs(waits.p99 / Wq_p99 - 1)).toBeLessThan(0.02);
    });
  },
);

test.each(LOADS)('M/D/1 in virtual time at a load of %d: within 2 percent of the reference', (rho) => {
  const { Wq_mean, Wq_p99 } = reference.MD1[`c=1,rho=${rho}`] as { Wq_mean: number; Wq_p99: number };
  const waits = simulate(1, rho, constant(), Wq_p99);
  expect(Math.abs(waits.mean / Wq_mean - 1)).toBeLessThan(0.02);
  expect(Math.abs(waits.p99 / Wq_p99 - 1)).toBeLessThan(0.02);
});

test.each([2, 4, 8])('M/D/%i in virtual time: within 2 percent of Franx’s law', (servers) => {
  const station: Station = {
    servers,
    arrivalsPerSecond: (0.8 * servers * 1e9) / SERVICE_NS,
    meanServiceNs: SERVICE_NS,
  };
  const law = mdcWait(station);
  const waits = simulate(servers, 0.8, constant(), law.quantileNs(0.99) / SERVICE_NS);
  expect(Math.abs((waits.mean * SERVICE_NS) / law.meanWaitNs - 1)).toBeLessThan(0.02);
  expect(Math.abs((waits.p99 * SERVICE_NS) / law.quantileNs(0.99) - 1)).toBeLessThan(0.02);
});

interface Request {
  readonly sequence: number;
  readonly arrivalNs: number;
  readonly occupancyNs: number;
}

function trace(count: number, servers: number, seed = 5): Request[] {
  const random = randomFrom(seed);
  const arrivals = poissonArrivals((0.9 * servers * 1e9) / SERVICE_NS, random);
  return Array.from({ length: count }, (_, sequence) => ({
    sequence,
    arrivalNs: arrivals(),
    occupancyNs: -Math.log(1 - random()) * SERVICE_NS,
  }));
}

/** Every server and the line simulated event by event, without the recursion. */
function bruteForce(requests: readonly Request[], servers: number): { waitNs: number; endNs: number }[] {
  const outcomes: { waitNs: number; endNs: number }[] = [];
  const line = [...requests];
  const busyUntilNs: number[] = [];
  let nowNs = 0;
  while (line.length > 0) {
    for (let server = busyUntilNs.length - 1; server >= 0; server--)
      if ((busyUntilNs[server] as number) <= nowNs) busyUntilNs.splice(server, 1);
    const first = line[0] as Request;
    if (first.arrivalNs <= nowNs && busyUntilNs.length < servers) {
      line.shift();
      busyUntilNs.push(nowNs + first.occupancyNs);
      outcomes.push({ waitNs: nowNs - first.arrivalNs, endNs: nowNs + first.occupancyNs });
    } else
      nowNs =
        busyUntilNs.length < servers ? first.arrivalNs : Math.max(first.arrivalNs, Math.min(...busyUntilNs));
  }
  return outcomes;
}

describe.each([1, 2, 3, 8])('with %i servers', (servers) => {
  const requests = trace(2000, servers);
  const expected = bruteForce(requests, servers);
  const meanNs = expected.reduce((sum, { waitNs }) => sum + waitNs, 0) / expected.length;

  test('the recursion is what a simulation of every event gives', () => {
    const oracle = new Oracle(servers);
    for (const [index, request] of requests.entries()) {
      expect(oracle.serve(request.arrivalNs, request.occupancyNs)).toBeCloseTo(
        expected[index]?.waitNs as number,
        2,
      );
    }
  });

  test('fed in the order in which requests end, the mean is the same, and little is held', () => {
    const oracle = new OrderedOracle(servers);
    const byEnd = requests.toSorted(
      (a, b) => (expected[a.sequence]?.endNs as number) - (expected[b.sequence]?.endNs as number),
    );
    let mostHeld = 0;
    for (const { sequence, arrivalNs, occupancyNs } of byEnd) {
      oracle.finished(sequence, arrivalNs, 0, occupancyNs);
      mostHeld = Math.max(mostHeld, oracle.held);
    }
    expect(oracle).toMatchObject({ count: 2000, held: 0, hasGivenUp: false });
    expect(oracle.predictedWaitNs / meanNs).toBeCloseTo(1, 9);
    expect(mostHeld).toBeLessThan(200);
  });

  test('fed backwards, it is still the same', () => {
    const oracle = new OrderedOracle(servers);
    for (const { sequence, arrivalNs, occupancyNs } of requests.toReversed())
      oracle.finished(sequence, arrivalNs, 0, occupancyNs);
    expect(oracle.held).toBe(0);
    expect(oracle.predictedWaitNs / meanNs).toBeCloseTo(1, 9);
  });

  test('only what is counted is in the mean, and the rest kept a server all the same', () => {
    const oracle = new OrderedOracle(servers);
    for (const { sequence, arrivalNs, occupancyNs } of requests)
      oracle.finished(sequence, arrivalNs, sequence, occupancyNs, sequence >= 1000);
    const counted = expected.slice(1000);
    expect(oracle.count).toBe(1000);
    expect(oracle.measuredWaitNs).toBeCloseTo(1499.5, 9);
    expect(
      oracle.predictedWaitNs / (counted.reduce((sum, { waitNs }) => sum + waitNs, 0) / 1000),
    ).toBeCloseTo(1, 9);
  });
});

test('one that never ends holds the others back, up to a limit', () => {
  const oracle = new OrderedOracle(2, 1000);
  for (let sequence = 1; sequence < 1000; sequence++) oracle.finished(sequence, sequence, 0, 1);
  expect(oracle).toMatchObject({ count: 0, held: 999, hasGivenUp: false, predictedWaitNs: 0 });
  oracle.finished(1000, 1000, 0, 1);
  expect(oracle.hasGivenUp).toBe(true);
  oracle.finished(0, 0, 0, 1);
  expect(oracle.count).toBe(0);
});

test('a queue needs a server', () => {
  for (const servers of [0, -1, 1.5, Number.NaN]) expect(() => new Oracle(servers)).toThrow(RangeError);
});
