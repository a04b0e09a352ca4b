import { describe, expect, test } from 'vitest';
import { ClosedLoad } from '../../src/load/closed.ts';

describe('a closed load', () => {
  test('has every client due at the start, and then nobody until a request ends', () => {
    const load = new ClosedLoad({ concurrency: 3, thinkNs: 0, startNs: 100 });
    expect([load.take(), load.take(), load.take()]).toEqual([100, 100, 100]);
    expect(load.nextDueNs()).toBe(Number.POSITIVE_INFINITY);
    load.ended(150);
    expect(load.nextDueNs()).toBe(150);
  });

  test('lets clients in first who ended first', () => {
    const load = new ClosedLoad({ concurrency: 3, thinkNs: 0, startNs: 0 });
    for (let client = 0; client < 3; client++) load.take();
    for (const endNs of [10, 20, 30]) load.ended(endNs);
    expect([load.take(), load.take(), load.take()]).toEqual([10, 20, 30]);
  });

  test('keeps the order over many rounds of its ring', () => {
    const load = new ClosedLoad({ concurrency: 4, thinkNs: 0, startNs: 0 });
    for (let client = 0; client < 4; client++) load.take();
    const taken: number[] = [];
    for (let endNs = 1; endNs <= 50; endNs++) {
      load.ended(endNs);
      if (endNs % 3 === 0) continue;
      taken.push(load.take());
      if (load.nextDueNs() <= endNs) taken.push(load.take());
    }
    expect(taken).toEqual([...taken].sort((a, b) => a - b));
    expect(taken).toEqual(Array.from({ length: taken.length }, (_, index) => index + 1));
  });

  test('a client that thinks is due later than it ended', () => {
    const load = new ClosedLoad({ concurrency: 1, thinkNs: 40, startNs: 0 });
    expect(load.take()).toBe(0);
    load.ended(100);
    expect(load.nextDueNs()).toBe(140);
    expect(load.take()).toBe(140);
  });
});
