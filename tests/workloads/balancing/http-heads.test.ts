/** What a proxy passes on of the heads of messages, and what back ends are written as. */
import { describe, expect, test } from 'vitest';
import { parseBackEnds } from '../../../src/workloads/balancing/back-ends.ts';
import * as heads from '../../../src/workloads/balancing/http-heads.ts';
import { unchunking } from '../../../src/workloads/balancing/unchunking.ts';

const { endOfHead, fromFirstLine, readAnswer, readRequest } = heads;
const forwardedRequest = (text: string, address: string, overTls = false) =>
  heads.forwardedRequest(readRequest(text), address, overTls);
const forwardedAnswer = (text: string, closes: boolean) => heads.forwardedAnswer(readAnswer(text), closes);
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

test('framing and host stay, whatever Connection names: the next one reads the same message', () => {
  const fields = ['Host: h', 'Content-Length: 5', 'Transfer-Encoding: chunked'];
  const connection = 'Connection: content-length, Transfer-Encoding,HOST, x-mine';
  expect(forwardedRequest(head('POST / HTTP/1.1', connection, ...fields, 'X-Mine: 1'), '::1')).toBe(
    head('POST / HTTP/1.1', ...fields, 'X-Forwarded-For: ::1'),
  );
  expect(forwardedAnswer(head('HTTP/1.1 200 OK', ...fields, connection), false)).toBe(
    head('HTTP/1.1 200 OK', ...fields),
  );
});

test('a line that continues the one before is a part of it', () => {
  const fields = ['Host: h', 'Connection: close,', ' x-mine', 'X-Mine: 1', 'X-A: b', '\tTE: c'];
  expect(forwardedRequest(head('GET / HTTP/1.1', ...fields), '::1')).toBe(
    head('GET / HTTP/1.1', 'Host: h', 'X-A: b TE: c', 'X-Forwarded-For: ::1'),
  );
});

describe('the first line', () => {
  test.each([
    ['GET  /a?b   HTTP/1.1', 'GET /a?b HTTP/1.1', 'Host: h'],
    ['GET http://i:81/a?b HTTP/1.1', 'GET /a?b HTTP/1.1', 'Host: i:81'],
    ['GET HTTPS://u:p@i HTTP/1.1', 'GET / HTTP/1.1', 'Host: i'],
    ['GET http://i?b HTTP/1.1', 'GET /?b HTTP/1.1', 'Host: i'],
    ['OPTIONS http://i HTTP/1.1', 'OPTIONS * HTTP/1.1', 'Host: i'],
    ['GET /to/http://i HTTP/1.0', 'GET /to/http://i HTTP/1.1', 'Host: h'],
  ])('%s becomes %s', (asked, first, host) => {
    const request = readRequest(head(asked, 'Host: h'));
    expect(heads.written(request.first, request.fields, [])).toBe(head(first, host));
    expect([request.method, request.target]).toEqual(first.split(' ').slice(0, 2));
    expect(request.isHttp10).toBe(asked.endsWith('1.0'));
  });

  test('of HTTP/1.0 without a host gets an empty one; what is none of HTTP/1 is refused', () => {
    expect(forwardedRequest(head('GET / HTTP/1.0'), '::1')).toBe(
      head('GET / HTTP/1.1', 'Host: ', 'X-Forwarded-For: ::1'),
    );
    for (const first of ['', 'GET /', 'GET HTTP/1.1', 'DESCRIBE / RTSP/1.0'])
      expect(() => readRequest(head(first, 'Host: h'))).toThrow('not an HTTP request');
  });

  test('comes after line ends that parsers skip', () => {
    expect(fromFirstLine(Buffer.from('\r\n\n\r\nGET /\r\n\r\n')).toString()).toBe('GET /\r\n\r\n');
    expect(fromFirstLine(Buffer.from('\r\n\r\n'))).toHaveLength(0);
  });

  test('of an answer has the version of who passes it on', () => {
    const answer = readAnswer(head('HTTP/1.0 404 Not Found'));
    expect(heads.statusOf(answer)).toBe(404);
    expect(forwardedAnswer(head('HTTP/1.0 404 Not Found'), false)).toBe(head('HTTP/1.1 404 Not Found'));
  });
});

test('chunks lose their framing, wherever they are cut', () => {
  const chunks = '4\r\none \r\nA;x="y"\r\ntwo\r\n\r\nsix\r\n0\r\nTrailer: t\r\n\r\n';
  for (let size = 1; size <= chunks.length; size++) {
    const content = unchunking();
    let text = '';
    for (let at = 0; at < chunks.length; at += size)
      text += Buffer.from(content(Buffer.from(chunks.slice(at, at + size)))).toString();
    expect([size, text]).toEqual([size, 'one two\r\n\r\nsix']);
  }
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
  expect(heads.httpsLocation(readRequest(head(first, host)))).toBe(location);
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
