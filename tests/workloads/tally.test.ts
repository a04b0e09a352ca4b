import { expect, test } from 'vitest';
import { sumOfTallies, Tally, tallyBetween } from '../../src/workloads/tally.ts';

test('counts reconnects, and answers that are none of 2xx by their status', () => {
  const tally = new Tally();
  for (const status of [200, 204, 299, 301, 301, 304, 199]) tally.answered(status);
  tally.reconnected();
  expect(tally.read()).toEqual({ reconnects: 1, statuses: { 199: 1, 301: 2, 304: 1 } });
});

test('what was counted is taken once, and nothing is taken where nothing was', () => {
  const tally = new Tally();
  tally.answered(200);
  expect(tally.take()).toBeUndefined();
  tally.reconnected();
  tally.answered(301);
  expect(tally.take()).toEqual({ reconnects: 1, statuses: { 301: 1 } });
  expect(tally.take()).toBeUndefined();
  expect(tally.read()).toEqual({ reconnects: 0, statuses: {} });
});

test('between two readings only what came between them; and parts are added up', () => {
  const tally = new Tally();
  tally.answered(301);
  tally.answered(304);
  const before = tally.read();
  tally.reconnected();
  tally.answered(304);
  tally.answered(302);
  const between = tallyBetween(before, tally.read());
  expect(between).toEqual({ reconnects: 1, statuses: { 302: 1, 304: 1 } });
  expect(sumOfTallies([between, before, { reconnects: 3, statuses: {} }])).toEqual({
    reconnects: 4,
    statuses: { 301: 1, 302: 1, 304: 2 },
  });
  expect(sumOfTallies([])).toEqual({ reconnects: 0, statuses: {} });
});

test('answers of a cache are counted where somebody looks for them, and are not known elsewhere', () => {
  const tally = new Tally();
  expect(tally.read()).not.toHaveProperty('cacheHits');
  tally.cached(false);
  const before = tally.read();
  expect(before.cacheHits).toBe(0);
  for (const isHit of [true, false, true]) tally.cached(isHit);
  expect(tallyBetween(before, tally.read()).cacheHits).toBe(2);
  expect(sumOfTallies([before, { reconnects: 0, statuses: {} }, tally.read()]).cacheHits).toBe(2);
  expect(tally.take()?.cacheHits).toBe(2);
  expect(tally.take()).toBeUndefined();
});
