import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../src/load/random.ts';
import { createWarmUp, LONGEST_FACTOR, type WarmUpLimits } from '../../../src/run/trial/warm-up.ts';

const MS = 1e6;
const START_NS = 5e9;

interface Limits {
  readonly warmupMs?: number;
  readonly requests?: number;
  /** How much code there is after this many milliseconds. */
  readonly codeBytes?: (ms: number) => number;
  readonly longestMs?: number;
  readonly warmsCodeAlone?: boolean;
  /** What V8's threads have used after this many milliseconds, in milliseconds. */
  readonly v8ThreadsMs?: (ms: number) => number;
}

/** How long a warm-up of 80 ms takes, if requests end as fast as `perMs` says; and whether it ended cold. */
function warmedUp(
  perMs: (ms: number) => number,
  { warmupMs = 80, requests = 1, codeBytes, longestMs, v8ThreadsMs, warmsCodeAlone }: Limits = {},
) {
  let ms = 0;
  const limits: WarmUpLimits = {
    startNs: START_NS,
    warmupNs: warmupMs * MS,
    warmupRequests: requests,
    warmsCodeAlone,
    ...(v8ThreadsMs ? { v8ThreadsNs: () => v8ThreadsMs(ms) * MS } : {}),
    ...(codeBytes
      ? { requestsPerReading: 100, codeBytes: () => codeBytes(ms), longestNs: (longestMs ?? 5000) * MS }
      : {}),
  };
  const warmUp = createWarmUp(limits);
  for (let due = 0; ms < 10_000; ms++) {
    for (due += perMs(ms); due >= 1; due--)
      if (warmUp.ended(START_NS + ms * MS)) return { ms, isCold: warmUp.isCold };
  }
  return { ms: Number.POSITIVE_INFINITY, isCold: warmUp.isCold };
}
const warmedUpMs = (perMs: (ms: number) => number, limits?: Limits) => warmedUp(perMs, limits).ms;

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

  test('of code alone lasts until that is complete, however the load changes', () => {
    const grows = (ms: number) => (ms < 90 ? 1000 * ms : 90_000);
    expect(warmedUpMs((ms) => 4 + ms, { warmsCodeAlone: true })).toBe(80);
    expect(warmedUpMs((ms) => 4 + ms, { warmsCodeAlone: true, codeBytes: grows })).toBe(200);
    expect(warmedUpMs((ms) => 4 + ms, { codeBytes: grows })).toBe(80 * LONGEST_FACTOR);
  });

  test('is hardly ever lengthened by chance', () => {
    const random = randomFrom(11);
    const lengthened = Array.from({ length: 300 }, () =>
      warmedUpMs(() => -Math.log(1 - random()) * 2),
    ).filter((ms) => ms >= 85);
    expect(lengthened.length).toBeLessThan(300 * 0.06);
  });

  test('lasts until every client has had its turn', () => {
    expect(warmedUpMs(() => 0.1, { requests: 30 })).toBeGreaterThanOrEqual(290);
  });

  test('of no length is over with the first request', () => {
    expect(warmedUpMs((ms) => ms, { warmupMs: 0 })).toBe(1);
    const startedMs = performance.now();
    expect(warmedUpMs(() => 0.001, { warmupMs: 0 })).toBe(999);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});

describe('while code is compiled', () => {
  /** Grows by a hundredth every 100 ms for so long. */
  const growing = (untilMs: number) => (ms: number) => 2e6 * 1.01 ** (Math.min(ms, untilMs) / 100);

  test('a warm-up goes on, however steady the throughput is', () => {
    const { ms, isCold } = warmedUp(() => 3, { codeBytes: growing(900) });
    expect(ms).toBeGreaterThan(900);
    expect(ms).toBeLessThan(1400);
    expect(isCold).toBe(false);
  });

  test('what comes little by little, and what is thrown away, keeps nobody', () => {
    const { ms, isCold } = warmedUp(() => 3, { codeBytes: (ms) => 2e6 - (ms > 150 ? 5e5 : 0) + ms });
    expect(ms).toBeLessThan(500);
    expect(isCold).toBe(false);
  });

  test('it ends all the same when its longest time is over, and that is known', () => {
    expect(warmedUp(() => 3, { codeBytes: growing(10_000), longestMs: 700 })).toEqual({
      ms: 700,
      isCold: true,
    });
  });

  test('time without requests shows nothing', () => {
    expect(warmedUp(() => 0.1, { codeBytes: () => 2e6, longestMs: 4000 }).ms).toBeGreaterThanOrEqual(2000);
    expect(warmedUp(() => 0.01, { codeBytes: () => 2e6, longestMs: 4000 }).isCold).toBe(true);
  });

  test('reading how much there is costs a request nothing', () => {
    let readings = 0;
    const { ms } = warmedUp(() => 50, {
      codeBytes: (ms) => {
        readings++;
        return growing(900)(ms);
      },
    });
    expect(readings).toBeLessThanOrEqual(ms / 40 + 1);
  });

  test('a warm-up goes on while V8’s threads are busy: what they optimize is new code only later', () => {
    const codeBytes = () => 2e6;
    const busyUntil = (untilMs: number) => (ms: number) => 0.3 * Math.min(ms, untilMs);
    const { ms, isCold } = warmedUp(() => 3, { codeBytes, v8ThreadsMs: busyUntil(400) });
    expect(ms).toBeGreaterThan(400);
    expect(ms).toBeLessThan(700);
    expect(isCold).toBe(false);
    expect(warmedUp(() => 3, { codeBytes, v8ThreadsMs: (ms) => 0.04 * ms }).ms).toBe(
      warmedUp(() => 3, { codeBytes }).ms,
    );
  });

  test('threads that stay busy without any new code collect garbage, and keep nobody', () => {
    const { ms, isCold } = warmedUp(() => 3, { codeBytes: () => 2e6, v8ThreadsMs: (ms) => 0.5 * ms });
    expect(ms).toBeLessThan(1000);
    expect(isCold).toBe(false);
  });
});
