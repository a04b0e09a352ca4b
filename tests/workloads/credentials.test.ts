import { expect, test } from 'vitest';
import {
  basicAuthorization,
  withoutCredentials,
  withoutCredentialsIn,
} from '../../src/workloads/credentials.ts';

test.each([
  ['http://anna:secret@127.0.0.1:8080/path', 'http://***@127.0.0.1:8080/path'],
  ['http://anna@host/', 'http://***@host/'],
  ['http://:secret@host', 'http://***@host'],
  ['HTTP://anna:secret@host', 'HTTP://***@host'],
  ['http://anna:sec@ret@host/a@b', 'http://***@host/a@b'],
  ['http://anna:sec ret@host/', 'http://***@host/'],
  [`http://anna:s'e"c\`<>ret@host/`, 'http://***@host/'],
  ['http://anna:secret@[::1]:80/', 'http://***@[::1]:80/'],
  ['postgres://anna:secret@/db?host=/run', 'postgres://***@/db?host=/run'],
  [
    'a postgres+ssl://anna:secret@a/x and b redis://:secret@b:1?c',
    'a postgres+ssl://***@a/x and b redis://***@b:1?c',
  ],
  ['mine.dsn=pg://anna:secret@a/x,pg://anna:secret@b/y', 'mine.dsn=pg://***@a/x,pg://***@b/y'],
  // None of these is a URL, and any part of them may be the password.
  ['http://anna:sec/ret@host/', 'http://***@host/'],
  ['http://anna:sec#ret@host/', 'http://***@host/'],
  ['http://anna:sec?re@t@host/', 'http://***@host/'],
])('%s is shown as %s', (text, shown) => {
  expect(withoutCredentials(text)).toBe(shown);
  expect(withoutCredentials(shown)).toBe(shown);
  expect(shown).not.toMatch(/anna|sec|ret/);
});

test.each([
  'http://127.0.0.1:8080/@scope/package?user=a@b#c@d',
  'http://[::1]:80/a@b',
  'http://host/',
  'anna:word@host',
  'write to a@b.org',
  '',
])('%j names no user, and stays as it is', (text) => {
  expect(withoutCredentials(text)).toBe(text);
});

test('a long text is looked through in a time that grows with its length only', () => {
  const text = `${'http://a:'.repeat(20_000)}${'x'.repeat(200_000)}${'://'.repeat(20_000)} a@b`;
  const before = performance.now();
  expect(withoutCredentials(text)).toBe(text);
  expect(performance.now() - before).toBeLessThan(5000);
});

test('plain data keeps its shape', () => {
  const data = { a: ['http://anna:secret@host/', 1, null, true], b: { c: 'text', d: undefined } };
  expect(withoutCredentialsIn(data)).toEqual({ ...data, a: ['http://***@host/', 1, null, true] });
  expect(withoutCredentialsIn(undefined)).toBeUndefined();
});

test.each([
  ['http://host/', undefined],
  ['http://anna:secret@host/', 'anna:secret'],
  ['http://anna@host/', 'anna:'],
  ['http://an%3Ana:s%40e%20c%C3%BC@host/', 'an:na:s@e cü'],
])('%s is sent as %s', (url, userAndPassword) => {
  const expected =
    userAndPassword === undefined ? undefined : `Basic ${Buffer.from(userAndPassword).toString('base64')}`;
  expect(basicAuthorization(new URL(url))).toBe(expected);
});
