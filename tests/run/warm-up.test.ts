import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { createWarmUp, LONGEST_FACTOR } from '../../src/run/warm-up.ts';

const MS = 1e6;

/** How long a warm-up of 80 ms takes, if requests end as fast as `perMs` says. */
function warmedUpMs(perMs: (ms: number) => number, limits: { warmupMs?: number; requests?: number } = {}): number {
  const isOver = createWarmUp({ startNs: 5e9, warmupNs: (limits.warmupMs ?? 80) * MS, warmupRequests: limits.requests ?? 1 });
  for (let ms = 0, due = 0; ms < 10_000; ms++) {
    for (due += perMs(ms); due >= 1; due--) if (isOver(5e9 + ms * MS)) return ms;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a warm-up', () => {
  test('of a steady load is over when its time is', () => {
    expect(warmedUpMs(() => 3)).toBe(80);
  });

  test('of a load that becomes faster goes on until it does not', () => {
    const warmMs = warmedUpMs((ms) => Math.min(40, 1 + ms / 4));
    expect(warmMs).toBeGreaterThan(160);
    expect(warmMs).toBeLessThanOrEqual(80 * LONGEST_FACTOR);
  });

  test('of a load that never settles ends all the same', () => {
    expect(warmedUpMs((ms) => 1 + ms)).toBe(80 * LONGEST_FACTOR);
  });

  test('is hardly ever lengthened by chance', () => {
    const random = randomFrom(11);
    const lengthened = Array.from({ length: 300 }, () => warmedUpMs(() => -Math.log(1 - random()) * 2)).filter((ms) => ms >= 85);
    expect(lengthened.length).toBeLessThan(300 * 0.06);
  });

  test('lasts until every client has had its turn', () => {
    expect(warmedUpMs(() => 0.1, { requests: 30 })).toBeGreaterThanOrEqual(290);
  });

  test('of no length is over with the first request', () => {
    expect(warmedUpMs((ms) => ms, { warmupMs: 0 })).toBe(1);
  });
});
