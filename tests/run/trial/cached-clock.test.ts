import { describe, expect, test } from 'vitest';
import { CachedClock } from '../../../src/run/trial/cached-clock.ts';

/** Each reading is a nanosecond later; what the watch was notified of stands in `notified`. */
function create(watchNs = Number.POSITIVE_INFINITY) {
  const time = { nowNs: 100 };
  const notified: [what: string, ns: number][] = [];
  const clock = new CachedClock(() => ++time.nowNs, {
    watchNs,
    passed: (nowNs) => notified.push(['passed', nowNs]),
    waited: (forNs) => notified.push(['waited', forNs]),
  });
  const readings = () => time.nowNs - 100;
  return { clock, time, notified, readings };
}

describe('a clock that is read once for each moment', () => {
  test('a round reads it, and the first request of the round begins at that time', () => {
    const { clock, readings } = create();
    expect([clock.round(false), clock.start()]).toEqual([101, 101]);
    expect(readings()).toBe(1);
    expect(clock.start()).toBe(102);
    expect(clock.start()).toBe(103);
  });

  test('the round that follows the end of a request begins with that end', () => {
    const { clock, readings } = create();
    clock.round(false);
    clock.start();
    expect(clock.end()).toBe(102);
    expect([clock.round(false), clock.start()]).toEqual([102, 102]);
    expect(readings()).toBe(2);
  });

  test('unless another request has begun since: that took time', () => {
    const { clock } = create();
    clock.round(false);
    clock.start();
    clock.end();
    expect(clock.start()).toBe(103);
    expect(clock.round(false)).toBe(104);
  });

  test('each end has a reading of its own', () => {
    const { clock } = create();
    expect([clock.end(), clock.end()]).toEqual([101, 102]);
  });

  test('a round without requests does not read it, and the next one does', () => {
    const { clock, readings } = create();
    clock.end();
    expect(clock.round(true)).toBe(Number.NEGATIVE_INFINITY);
    expect(readings()).toBe(1);
    expect(clock.round(false)).toBe(102);
  });

  test('the first end after a wait ends the wait, and its reading serves for both', () => {
    const { clock, time, notified } = create();
    expect(clock.waitUntil(5101)).toBe(5000);
    time.nowNs += 700;
    expect(clock.end()).toBe(802);
    expect(clock.end()).toBe(803);
    expect(notified).toEqual([['waited', 701]]);
  });

  test('a round after a wait ends the wait, too, and begins with its end', () => {
    const { clock, time, notified, readings } = create();
    clock.waitUntil(Number.POSITIVE_INFINITY);
    time.nowNs += 700;
    expect([clock.round(false), clock.start()]).toEqual([802, 802]);
    expect(notified).toEqual([['waited', 701]]);
    expect(readings()).toBe(702);
    clock.waitUntil(Number.POSITIVE_INFINITY);
    clock.round(true);
    expect(notified).toHaveLength(2);
  });

  test('there is no wait if its time has come', () => {
    const { clock, notified } = create();
    expect(clock.waitUntil(101)).toBe(0);
    clock.end();
    expect(notified).toEqual([]);
  });

  test('readings from the watched time on are passed, a wait before the reading that ends it', () => {
    const { clock, time, notified } = create(103);
    clock.read();
    clock.waitUntil(Number.POSITIVE_INFINITY);
    expect(notified).toEqual([]);
    time.nowNs += 10;
    clock.end();
    clock.read();
    expect(notified).toEqual([
      ['waited', 11],
      ['passed', 113],
      ['passed', 114],
    ]);
  });
});
