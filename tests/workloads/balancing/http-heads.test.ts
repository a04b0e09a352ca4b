/** What a proxy passes on of the heads of messages, and what back ends are written as. */
import { describe, expect, test } from 'vitest';
import { parseBackEnds } from '../../../src/workloads/balancing/back-ends.ts';
import * as heads from '../../../src/workloads/balancing/http-heads.ts';

const { endOfHead, readHead } = heads;
const forwardedRequest = (text: string, address: string, overTls = false) =>
  heads.forwardedRequest(readHead(text), address, overTls);
const forwardedAnswer = (text: string, closes: boolean) => heads.forwardedAnswer(readHead(text), closes);
const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;

describe('a request', () => {
  test('is passed on as it is, with the address of its client', () => {
    expect(forwardedRequest(head('GET /a?b HTTP/1.1', 'Host: h', 'X-A:  b '), '127.0.0.2')).toBe(
      head('GET /a?b HTTP/1.1', 'Host: h', 'X-A:  b ', 'X-Forwarded-For: 127.0.0.2'),
    );
  });

  test('keeps the addresses of earlier proxies, in their order, in one field', () => {
    const request = head('GET / HTTP/1.1', 'x-forwarded-for: 1.1.1.1, 2.2.2.2', 'X-Forwarded-For: 3.3.3.3');
    expect(forwardedRequest(request, '4.4.4.4')).toBe(
      head('GET / HTTP/1.1', 'X-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3, 4.4.4.4'),
    );
  });

  test('loses what is between two neighbours, and what Connection names', () => {
    const fields = [
      'Connection: keep-alive, X-Mine',
      'Keep-Alive: 5',
      'X-Mine: 1',
      'TE: gzip',
      'Upgrade: h2c',
    ];
    expect(
      forwardedRequest(head('POST / HTTP/1.1', 'Host: h', ...fields, 'Expect: 100-continue'), '::1'),
    ).toBe(head('POST / HTTP/1.1', 'Host: h', 'X-Forwarded-For: ::1'));
  });
});

test('of a request over TLS the back end gets to know that, whatever the client writes; others are left alone', () => {
  const request = head('GET / HTTP/1.1', 'x-forwarded-proto: ftp');
  expect(forwardedRequest(request, '::1', true)).toBe(
    head('GET / HTTP/1.1', 'X-Forwarded-For: ::1', 'X-Forwarded-Proto: https'),
  );
  expect(forwardedRequest(request, '::1')).toBe(
    head('GET / HTTP/1.1', 'x-forwarded-proto: ftp', 'X-Forwarded-For: ::1'),
  );
});

test.each([
  ['GET /a?b HTTP/1.1', 'Host: h:8080', 'https://h/a?b'],
  ['GET / HTTP/1.1', 'Host: [::1]:8080', 'https://[::1]/'],
  ['OPTIONS * HTTP/1.1', 'Host: h', 'https://h/'],
])('%s, %s is redirected to %s', (first, host, location) => {
  expect(heads.httpsLocation(readHead(head(first, host)))).toBe(location);
});

test('an answer keeps its framing, and says whether its connection goes on', () => {
  const answer = head(
    'HTTP/1.1 200 OK',
    'Transfer-Encoding: chunked',
    'Connection: keep-alive',
    'Keep-Alive: 5',
  );
  expect(forwardedAnswer(answer, false)).toBe(head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'));
  expect(forwardedAnswer(answer, true)).toBe(
    head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Connection: close'),
  );
});

test('a body begins after the empty line', () => {
  expect(endOfHead(Buffer.from('GET / HTTP/1.1\r\n\r\nbody'))).toBe(18);
  expect(endOfHead(Buffer.from('GET / HTTP/1.1\r\n'))).toBe(-1);
  expect(endOfHead(Buffer.from('..GET /\r\n\r\nbody').subarray(2))).toBe(9);
});

describe('back ends', () => {
  test('are service times, with weights or without', () => {
    expect(parseBackEnds('1ms:5+0+20ms:256')).toEqual([
      { serviceNs: 1e6, weight: 5 },
      { serviceNs: 0, weight: 1 },
      { serviceNs: 20e6, weight: 256 },
    ]);
  });

  test.each([
    ['', /is not a time/],
    ['1ms+', /is not a time/],
    ['1.5ms', /its timers count milliseconds/],
    ['1ms:0', /is not a back end/],
    ['1ms:257', /is not a back end/],
    ['1ms:2:3', /is not a back end/],
    ['1ms:x', /is not a back end/],
    [Array(31).fill('0').join('+'), /31 back ends are too many/],
  ])('%j is refused', (text, reason) => {
    expect(() => parseBackEnds(text)).toThrow(reason);
  });
});
