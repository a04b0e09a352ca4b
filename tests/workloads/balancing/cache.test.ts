/** Which answers may be given again, for how long, and which are forgotten first. */
import { describe, expect, test } from 'vitest';
import { planParams } from '../../../src/run/plan.ts';
import {
  Cache,
  freshNsOf,
  givenAgain,
  HIT,
  keyOf,
  outdatedBy,
} from '../../../src/workloads/balancing/cache.ts';
import { readAnswer, readRequest } from '../../../src/workloads/balancing/http-heads.ts';
import loadBalance from '../../../src/workloads/load-balance.ts';

const SECOND = 1e9;
const answer = (...fields: string[]) => readAnswer(['HTTP/1.1 200 OK', ...fields, '', ''].join('\r\n'));
const request = (...lines: string[]) => readRequest([...lines, '', ''].join('\r\n'));
const stored = (bytes: number, askedNs = 0) => ({
  head: answer('Cache-Control: max-age=10'),
  body: Buffer.alloc(bytes),
  askedNs,
  freshNs: 10 * SECOND,
});

test('fresh for as long as the answer says; what does not say it, or is somebody’s own, is not stored', () => {
  const freshFor = (...fields: string[]) => freshNsOf(answer(...fields)) / SECOND;
  expect(freshFor('Cache-Control: max-age=60')).toBe(60);
  expect(freshFor('cache-control: Public, Max-Age="60"')).toBe(60);
  expect(freshFor('Cache-Control: max-age=60, s-maxage=5')).toBe(5);
  expect(freshFor('Cache-Control: max-age=5, max-age=600')).toBe(5);
  expect(freshFor('Cache-Control: max-age=60', 'Age: 20')).toBe(40);
  expect(freshFor('Cache-Control: max-age=60', 'Age: 90')).toBe(0);
  for (const no of ['no-store', 'private', 'no-cache', 'private="set-cookie"', 'NO-STORE'])
    expect([no, freshFor(`Cache-Control: max-age=60, ${no}`)]).toEqual([no, 0]);
  expect(freshFor('Cache-Control: max-age=60', 'Cache-Control: no-store')).toBe(0);
  expect(freshFor('Cache-Control: max-age=60', 'Vary: Accept')).toBe(0);
  expect(freshFor('Cache-Control: max-age=60', 'Set-Cookie: a=b')).toBe(0);
  expect(freshFor('Cache-Control: max-age=-1')).toBe(0);
  expect(freshFor()).toBe(0);
  expect(freshNsOf(readAnswer('HTTP/1.1 404 Not Found\r\nCache-Control: max-age=60\r\n\r\n'))).toBe(0);
});

test('found by method, host, target and route; some requests want no stored answer', () => {
  const key = (first: string, fields: string[] = ['Host: h'], route = -1, hasBody = false) =>
    keyOf(request(first, ...fields), route, hasBody);
  const get = key('GET /a?b HTTP/1.1');
  expect(get).toBe(key('GET /a?b HTTP/1.1', ['HOST: H', 'Accept: */*']));
  expect(
    new Set([
      get,
      key('GET /a HTTP/1.1'),
      key('GET /a?b HTTP/1.1', ['Host: i']),
      key('GET /a?b HTTP/1.1', ['Host: h'], 0),
    ]).size,
  ).toBe(4);
  expect(key('GET http://h/a?b HTTP/1.1', ['Host: other'])).toBe(get);
  expect(key('GET  /a?b  HTTP/1.1')).toBe(get);
  // Its client could not read an answer in chunks.
  expect(key('GET /a?b HTTP/1.0')).toBeUndefined();
  for (const method of ['HEAD', 'POST']) expect(key(`${method} / HTTP/1.1`)).toBeUndefined();
  expect(key('GET / HTTP/1.1', ['Host: h'], -1, true)).toBeUndefined();
  for (const field of [
    'Authorization: Basic eA==',
    'Range: bytes=0-1',
    'Cache-Control: no-cache',
    'cache-control: a, no-store',
  ])
    expect([field, key('GET / HTTP/1.1', ['Host: h', field])]).toEqual([field, undefined]);
});

test('what is not safe puts out of date what is stored of its host and target, on all routes', () => {
  const cache = new Cache(2 ** 20);
  const keyAt = (target: string, route: number) =>
    keyOf(request(`GET ${target} HTTP/1.1`, 'Host: h'), route, false) ?? expect.unreachable();
  const keys = [keyAt('/a', -1), keyAt('/a', 0), keyAt('/a', 1), keyAt('/b', -1)];
  const left = () => keys.map((key) => cache.get(key, 0) !== undefined);
  for (const key of keys) cache.set(key, stored(1));
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE'])
    expect(outdatedBy(request(`${method} /a HTTP/1.1`, 'Host: h'), 2)).toEqual([]);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
    expect(outdatedBy(request(`${method} /a HTTP/1.1`, 'Host: H'), 2)).toEqual(keys.slice(0, 3));
  for (const key of outdatedBy(request('POST /a HTTP/1.1', 'Host: h'), 2)) cache.forget(key);
  expect(left()).toEqual([false, false, false, true]);
});

describe('the cache', () => {
  test('forgets what was asked for least recently, as soon as there is more than fits', () => {
    const cache = new Cache(8_000);
    for (const key of ['a', 'b', 'c']) cache.set(key, stored(2_000));
    expect(cache.get('a', 0)).toBeDefined();
    cache.set('d', stored(2_000));
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key, 0) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    // The same once more takes no more room.
    for (let time = 0; time < 5; time++) cache.set('d', stored(2_000));
    expect(cache.get('c', 0)).toBeDefined();
    cache.set('large', stored(8_000));
    expect(cache.get('large', 0)).toBeUndefined();
    expect(cache.get('a', 0)).toBeDefined();
  });

  test('gives nothing that is no longer fresh, and forgets it', () => {
    const cache = new Cache(8_000);
    cache.set('a', stored(1, SECOND));
    expect(cache.get('a', 11 * SECOND - 1)).toBeDefined();
    expect(cache.get('a', 11 * SECOND)).toBeUndefined();
    expect(cache.get('a', SECOND)).toBeUndefined();
  });
});

test('an answer from it has its age, and says where it comes from', () => {
  const kept = { ...stored(0, SECOND), head: answer('Age: 5', 'X-A: b'), body: Buffer.from('body') };
  const text = (closes: boolean) => Buffer.from(givenAgain(kept, 3.5 * SECOND, closes)).toString();
  const fields = ['HTTP/1.1 200 OK', 'X-A: b', 'Age: 7', `Cache-Status: ${HIT}`];
  expect(text(false)).toBe([...fields, '', 'body'].join('\r\n'));
  expect(text(true)).toBe([...fields, 'Connection: close', '', 'body'].join('\r\n'));
});

test('what cannot be is wrong usage; without a cache its parameters have no effect', () => {
  const planned = (key: string, ...values: string[]) =>
    planParams(loadBalance, [
      { owner: 'load-balance', key: 'cache', values: ['1MiB'] },
      { owner: 'load-balance', key, values },
    ]);
  expect(() => planned('maxAge', '1500ms')).toThrow('is a whole number of seconds');
  expect(() => planned('maxAge', '0')).toThrow('is a whole number of seconds');
  expect(() => planned('targets', '10001')).toThrow('10001 targets are too many');
  expect(planned('targets', '100')).toMatchObject([{ cache: 2 ** 20, targets: 100, maxAge: 60e9 }]);
  expect(loadBalance.unused?.({ cache: 0, layer: '7' })).toEqual(
    expect.arrayContaining(['cache', 'targets']),
  );
});
