import { describe, expect, test } from 'vitest';
import { headerOf, openHttp } from '../../src/protocols/http.ts';
import { createResponseCodec } from '../../src/protocols/http-messages.ts';
import { decoded, expectAlike, expectRefusals, piecesOf } from './pieces.ts';
import { resultOf, scriptedStream } from './scripted-stream.ts';

const received = (text: string) => createResponseCodec().decode(Buffer.from(text, 'latin1'));
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
const answer = (status: number, headers: readonly (readonly [string, string])[], body: string) => ({
  status,
  headers,
  body: Buffer.from(body),
  keepsAlive: true,
});

test('headers and bodies of several answers, wherever they are cut', () => {
  const text = [
    'HTTP/1.1 303 See Other\r\nLocation: /next?a=b\r\nSet-Cookie: a=1; path=/\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX-Empty:\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n',
    'HTTP/1.1 204 No Content\r\n\r\n',
    OK,
  ].join('');
  expectAlike(createResponseCodec, Buffer.from(text), [
    answer(
      303,
      [
        ['location', '/next?a=b'],
        ['set-cookie', 'a=1; path=/'],
        ['set-cookie', 'b=2'],
        ['content-length', '0'],
      ],
      '',
    ),
    answer(
      200,
      [
        ['x-empty', ''],
        ['transfer-encoding', 'chunked'],
      ],
      'abcde',
    ),
    answer(204, [], ''),
    answer(200, [['content-length', '2']], 'hi'),
  ]);
});

test('an answer that ends with its connection is complete when that is closed', () => {
  const codec = createResponseCodec();
  expect(decoded(codec, piecesOf(Buffer.from('HTTP/1.1 200 OK\r\n\r\nall of it'), [20]))).toEqual([]);
  expect(codec.end()).toMatchObject([{ status: 200, keepsAlive: false }]);
  expect(codec.end()).toEqual([]);
  codec.decode(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'));
  expect(codec.end()).toEqual([]);
});

test('connections that are kept, and those that are not', () => {
  const kept = (text: string) => received(text)[0]?.keepsAlive;
  expect(kept(OK)).toBe(true);
  expect(kept(OK.replace('OK\r\n', 'OK\r\nConnection: close\r\n'))).toBe(false);
  expect(kept(OK.replace('HTTP/1.1', 'HTTP/1.0'))).toBe(false);
});

describe('is refused with a sentence:', () => {
  const refusal = (why: string) =>
    expect.objectContaining({ code: 'EHTTP', message: expect.stringContaining(why) });
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'not an HTTP response'],
    [
      'another one, after the upgrade',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'another protocol',
    ],
    [
      'two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n',
      'not an HTTP response',
    ],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`, 'head is longer than 65536 bytes'],
  ])('%s', (_what, text, why) => expect(() => received(text)).toThrow(refusal(why)));

  test('garbage', () => expectRefusals(createResponseCodec, 'EHTTP'));
});

describe('a client', () => {
  test('sends requests, and reports when they are sent and when answers begin', () => {
    const stream = scriptedStream();
    const http = openHttp(stream, 'here:80');
    const seen: string[] = [];
    const progress = { sent: () => seen.push('sent'), answered: () => seen.push('answered') };
    stream.answers(OK.slice(0, 10), OK.slice(10));
    const first = resultOf(http.exchange({ path: '/a?b=c', headers: { cookie: 'x=1' } }, progress));
    expect(first).toMatchObject({ status: 200, body: Buffer.from('hi') });
    expect(headerOf(first, 'content-length')).toBe('2');
    expect(seen).toEqual(['sent', 'answered']);
    stream.answers(OK.replace('OK\r\n', 'OK\r\nConnection: close\r\n'));
    resultOf(http.exchange({ method: 'POST', path: '/form', body: 'a=ä' }));
    expect(http.keepsAlive).toBe(false);
    expect(stream.sent.map(String)).toEqual([
      'GET /a?b=c HTTP/1.1\r\nhost: here:80\r\nuser-agent: iobench\r\ncookie: x=1\r\n\r\n',
      'POST /form HTTP/1.1\r\nhost: here:80\r\nuser-agent: iobench\r\ncontent-length: 4\r\n\r\na=ä',
    ]);
    resultOf(http.close());
    expect(stream.isClosed).toBe(true);
  });

  test.each([
    ['an answer and a half', 'EUNASKED', [`${OK}HTTP/1.1`]],
    ['two answers', 'EUNASKED', [OK + OK]],
    ['an end in the middle of an answer', 'EOF', [OK.slice(0, -1)]],
    ['an end without an answer', 'EOF', []],
  ])('%s: %s', (_what, code, pieces) => {
    const stream = scriptedStream();
    stream.answers(...pieces);
    const http = openHttp(stream, 'here:80');
    expect(() => resultOf(http.exchange({ path: '/' }))).toThrow(expect.objectContaining({ code }));
  });

  test('bytes that came before a request: EUNASKED, and the request is not sent', () => {
    const stream = scriptedStream();
    stream.arrives(OK);
    const exchange = openHttp(stream, 'here:80').exchange({ path: '/' });
    expect(() => resultOf(exchange)).toThrow(expect.objectContaining({ code: 'EUNASKED' }));
    expect(stream.sent).toEqual([]);
  });

  test.each([
    { path: '/a b' },
    { path: '/a\r\nx: y' },
    { path: '/', headers: { cookie: 'a\r\nx: y' } },
    { path: '/', headers: { 'x\ny': 'a' } },
  ])('no part of a request breaks its lines: %j', (request) => {
    const http = openHttp(scriptedStream(), 'here:80');
    expect(() => resultOf(http.exchange(request))).toThrow(expect.objectContaining({ code: 'EHTTP' }));
  });
});
