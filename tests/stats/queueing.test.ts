import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { mdcWait } from '../../src/stats/mdc.ts';
import {
  closedThroughputBound,
  erlangB,
  erlangC,
  littleRatio,
  md1MeanWaitNs,
  mg1MeanWaitNs,
  mmcSojournQuantileNs,
  mmcWait,
  type Station,
  utilisation,
} from '../../src/stats/queueing.ts';

type Figures = Record<string, number>;
const reference = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../reference/queueing.json'), 'utf8'),
) as { MMc: Figures; MD1: Figures };
const cases = (laws: unknown) =>
  Object.entries(laws as Record<string, Figures>).map(([name, figures]) => {
    const [, servers, rho] = /^c=(\d+),rho=(.+)$/.exec(name) ?? [];
    return { name, station: stationOf(Number(servers), Number(rho)), figures };
  });

/** A mean service time of a second: times in seconds are times in services. */
const stationOf = (servers: number, rho: number): Station => ({
  servers,
  arrivalsPerSecond: rho * servers,
  meanServiceNs: 1e9,
});
const SECOND = 1e9;

describe.each(cases(reference.MMc))('M/M/c, $name', ({ station, figures }) => {
  test('waits as the reference says', () => {
    const law = mmcWait(station);
    const quantiles = Object.fromEntries(
      [50, 90, 95, 99, 999].map((p) => [`Wq_p${p}`, law.quantileNs(p === 999 ? 0.999 : p / 100) / SECOND]),
    );
    const measured = {
      pwait: law.waitProbability,
      Wq_mean: law.meanWaitNs / SECOND,
      Lq: (law.meanWaitNs / SECOND) * station.arrivalsPerSecond,
      Wq_mean_given_wait: law.meanWaitNs / SECOND / law.waitProbability,
      ...quantiles,
      T_mean: law.meanWaitNs / SECOND + 1,
      T_p50: mmcSojournQuantileNs(station, 0.5) / SECOND,
      T_p99: mmcSojournQuantileNs(station, 0.99) / SECOND,
    } as Figures;
    expect(Object.keys(figures).sort()).toEqual(Object.keys(measured).sort());
    for (const [name, value] of Object.entries(figures)) expect(measured[name], name).toBeCloseTo(value, 5);
  });

  test('tail and quantile are each other’s inverse', () => {
    const law = mmcWait(station);
    expect(law.tail(law.quantileNs(0.999))).toBeCloseTo(0.001, 9);
    expect(law.tail(0)).toBeCloseTo(law.waitProbability, 12);
  });
});

describe.each(cases(reference.MD1))('M/D/1, $name', ({ station, figures }) => {
  test('waits as the reference says', () => {
    const law = mdcWait(station);
    expect(md1MeanWaitNs(station) / SECOND).toBeCloseTo(figures.Wq_mean as number, 5);
    expect(law.meanWaitNs / SECOND).toBeCloseTo(figures.Wq_mean as number, 5);
    expect(law.waitProbability).toBeCloseTo(figures.pwait as number, 5);
    for (const p of [50, 90, 99])
      expect(law.quantileNs(p / 100) / SECOND, `p${p}`).toBeCloseTo(figures[`Wq_p${p}`] as number, 5);
    expect(law.meanWaitNs / mmcWait(station).meanWaitNs).toBeCloseTo(figures.ratio_to_MMc as number, 6);
  });
});

test('several servers with constant service wait about half as long as with exponential service, and more of it the more they are', () => {
  const ratio = (servers: number) =>
    mdcWait(stationOf(servers, 0.9)).meanWaitNs / mmcWait(stationOf(servers, 0.9)).meanWaitNs;
  expect(ratio(2)).toBeGreaterThan(0.5);
  expect(ratio(8)).toBeGreaterThan(ratio(2));
  expect(ratio(8)).toBeLessThan(0.6);
});

test('Erlang’s formulas', () => {
  expect(erlangB(1, 0.5)).toBeCloseTo(1 / 3, 12);
  expect(erlangB(10, 5)).toBeCloseTo(0.018385, 6);
  expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 12);
  expect(erlangB(3, 0)).toBe(0);
});

test('Pollaczek and Khinchine: exponential service is M/M/1, constant service half of it', () => {
  const station = stationOf(1, 0.8);
  expect(mg1MeanWaitNs(station, 1)).toBeCloseTo(mmcWait(station).meanWaitNs, 0);
  expect(mg1MeanWaitNs(station, 0)).toBe(mg1MeanWaitNs(station, 1) / 2);
  expect(() => mg1MeanWaitNs(stationOf(2, 0.8), 1)).toThrow(RangeError);
});

test('a sojourn whose two rates are the same', () => {
  // The servers drain as fast as one serves: the general formula would divide by zero.
  const station = stationOf(2, 0.5);
  expect(
    mmcSojournQuantileNs(station, 0.99) / mmcSojournQuantileNs(stationOf(2, 0.500001), 0.99),
  ).toBeCloseTo(1, 4);
});

test('more than can be served has no law', () => {
  expect(utilisation(stationOf(4, 1.5))).toBe(1.5);
  for (const law of [mmcWait, mdcWait, md1MeanWaitNs]) expect(() => law(stationOf(1, 1))).toThrow(RangeError);
  expect(() => mdcWait(stationOf(1, 0.99))).toThrow(RangeError);
});

test('the bound of a closed load is the servers’ or the clients’', () => {
  const of = { servers: 4, meanServiceNs: 10e6, thinkNs: 90e6 };
  expect(closedThroughputBound({ ...of, clients: 8 })).toBeCloseTo(80, 9);
  expect(closedThroughputBound({ ...of, clients: 1000 })).toBeCloseTo(400, 9);
});

test('Little’s law', () => {
  expect(littleRatio({ throughputPerSecond: 2000, meanLatencyNs: 5e6, meanInFlight: 10 })).toBe(1);
});
