import { describe, expect, test } from 'vitest';
import { createResponseReader, type ResponseReader } from '../../src/workloads/http-response.ts';

const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKED =
  'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n';
const UNTIL_CLOSE = 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello';
const EMPTY = 'HTTP/1.1 204 No Content\r\n\r\n';

const take = (reader: ResponseReader, text: string) =>
  reader.take(Buffer.from(text), Buffer.byteLength(text));
const closed = (reader: ResponseReader) => reader.end();

describe('a response', () => {
  test.each([
    ['with a length', PLAIN, 200],
    ['in chunks', CHUNKED, 201],
    ['without a body', EMPTY, 204],
    ['not found', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', 404],
    ['that failed', 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno', 503],
  ])('%s is complete with its last byte, wherever it is split', (_name, text, status) => {
    expect(take(createResponseReader(), text)).toBe(status);
    for (let split = 1; split < text.length; split++) {
      const reader = createResponseReader();
      expect(take(reader, text.slice(0, split))).toBe(0);
      expect(take(reader, text.slice(split))).toBe(status);
    }
  });

  test('byte by byte', () => {
    const reader = createResponseReader();
    const answers = [...CHUNKED].map((byte) => take(reader, byte));
    expect(answers.slice(0, -1).every((status) => status === 0)).toBe(true);
    expect(answers.at(-1)).toBe(201);
  });

  test('one after another on a connection', () => {
    const reader = createResponseReader();
    for (const [text, status] of [
      [PLAIN, 200],
      [CHUNKED, 201],
      [EMPTY, 204],
      [PLAIN, 200],
    ] as const)
      expect(take(reader, text)).toBe(status);
  });

  test('as many as were asked for at once are one answer, wherever they are split', () => {
    const three = `${PLAIN}HTTP/1.1 100 Continue\r\n\r\n${CHUNKED}${EMPTY}`;
    const reader = createResponseReader({ responses: 3 });
    for (let split = 1; split < three.length; split++) {
      expect(take(reader, three.slice(0, split))).toBe(0);
      expect(take(reader, three.slice(split))).toBe(204);
    }
    expect(take(reader, PLAIN + CHUNKED)).toBe(0);
    expect(() => take(reader, EMPTY + EMPTY)).toThrow(expect.objectContaining({ code: 'EUNASKED' }));
  });

  test('an answer of several is not complete where the peer closes before the last', () => {
    const reader = createResponseReader({ responses: 2 });
    expect(take(reader, PLAIN)).toBe(0);
    expect(closed(reader)).toBe(0);
    expect(take(reader, PLAIN + UNTIL_CLOSE)).toBe(0);
    expect(closed(reader)).toBe(200);
  });

  test('readers do not disturb each other', () => {
    const [a, b] = [createResponseReader(), createResponseReader()];
    expect(take(a, PLAIN.slice(0, 30))).toBe(0);
    expect(take(b, CHUNKED.slice(0, 40))).toBe(0);
    expect(take(a, PLAIN.slice(30))).toBe(200);
    expect(take(b, CHUNKED.slice(40))).toBe(201);
  });

  test('without a length it ends when the peer closes', () => {
    const reader = createResponseReader();
    expect(take(reader, UNTIL_CLOSE)).toBe(0);
    expect(closed(reader)).toBe(200);
  });

  test('an interim response is not the answer', () => {
    const reader = createResponseReader();
    const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n';
    for (let time = 0; time < 2; time++) {
      expect(take(reader, interim + PLAIN)).toBe(200);
      expect(take(reader, interim)).toBe(0);
      expect(take(reader, PLAIN)).toBe(200);
      expect(take(reader, interim + PLAIN.slice(0, 20))).toBe(0);
      expect(take(reader, PLAIN.slice(20))).toBe(200);
    }
  });

  test('ends with its stream once, however often the end is told, and nothing has begun after it', () => {
    const reader = createResponseReader();
    expect(take(reader, UNTIL_CLOSE)).toBe(0);
    expect([closed(reader), closed(reader), closed(reader)]).toEqual([200, 0, 0]);
  });

  test.each([
    ['HTTP/1.1', PLAIN, true],
    ['HTTP/1.1 in chunks', CHUNKED, true],
    ['HTTP/1.1 without a body', EMPTY, true],
    ['Connection: close', PLAIN.replace('\r\n', '\r\nConnection: close\r\n'), false],
    ['HTTP/1.0', PLAIN.replace('1.1', '1.0'), false],
    [
      'HTTP/1.0 that keeps alive',
      PLAIN.replace('1.1', '1.0').replace('\r\n', '\r\nConnection: keep-alive\r\n'),
      true,
    ],
    [
      'another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\nConnection: upgrade\r\n\r\n',
      false,
    ],
  ])('%s: says whether its connection goes on, wherever it is split', (_name, text, keepsAlive) => {
    for (let split = 0; split < text.length; split++) {
      const reader = createResponseReader();
      if (split > 0) take(reader, text.slice(0, split));
      expect(take(reader, text.slice(split))).toBeGreaterThan(0);
      expect(reader.keepsAlive).toBe(keepsAlive);
    }
  });

  test('that ended its connection is forgotten with it', () => {
    const reader = createResponseReader();
    expect(take(reader, PLAIN.replace('1.1', '1.0'))).toBe(200);
    reader.reset();
    expect([take(reader, PLAIN), reader.keepsAlive]).toEqual([200, true]);
    expect(take(reader, PLAIN.slice(0, 30))).toBe(0);
    reader.reset();
    expect(take(reader, PLAIN)).toBe(200);
  });

  test('only the bytes that arrived are read, whatever else the buffer holds', () => {
    const reader = createResponseReader();
    expect(reader.take(Buffer.from(`${PLAIN}GARBAGE`), PLAIN.length)).toBe(200);
  });
});

describe('what is refused', () => {
  test.each([
    'hello there\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'HTTP/1.1 abc\r\n\r\n',
    '\0\0\0\0',
    'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
  ])('%j is not HTTP', (text) => {
    expect(() => take(createResponseReader(), text)).toThrow(
      expect.objectContaining({ code: 'EHTTP', message: expect.stringContaining('not an HTTP response') }),
    );
  });

  test.each([PLAIN, CHUNKED, EMPTY])('a response that the peer broke off, wherever: %j', (text) => {
    for (let end = 1; end < text.length; end++) {
      const reader = createResponseReader();
      take(reader, text.slice(0, end));
      expect(closed(reader)).toBe(0);
    }
  });

  test('an interim response that is all there is', () => {
    const reader = createResponseReader();
    expect(take(reader, 'HTTP/1.1 103 Early Hints\r\n\r\n')).toBe(0);
    expect(closed(reader)).toBe(0);
  });

  test.each([PLAIN, CHUNKED, EMPTY])('whatever follows a response that is complete: %j', (text) => {
    for (const more of [PLAIN, 'H', '\r\n', '\0']) {
      expect(() => take(createResponseReader(), text + more)).toThrow(
        expect.objectContaining({ code: 'EUNASKED' }),
      );
    }
  });

  test('a connection closed before any answer is no response', () => {
    expect(closed(createResponseReader())).toBe(0);
  });

  test('more than it can take at once', () => {
    expect(() => createResponseReader().take(Buffer.alloc(70_000), 70_000)).toThrow(RangeError);
  });
});

test('a response that broke off within its Cache-Status does not count for the one after it', () => {
  const reader = createResponseReader({ looksForCache: true });
  expect(take(reader, 'HTTP/1.1 200 OK\r\nCache-Status: iobench; hit')).toBe(0);
  reader.reset();
  expect(take(reader, PLAIN)).toBe(200);
  expect(reader.isFromCache).toBe(false);
});

test('whether a cache has given it, is read wherever it is split, and of each response anew', () => {
  const hit =
    'HTTP/1.1 200 OK\r\nX-Empty:\r\nCache-Status: edge; fwd=miss, iobench; hit\r\nContent-Length: 1\r\n\r\nx';
  const not = ['; hits', '; hit=?0', '; hit-x'].map((parameter) => hit.replace('; hit', parameter));
  const others = [PLAIN, ...not, hit.replace('Cache-Status', 'X-Cache-Status')];
  for (let split = 1; split < hit.length; split++) {
    const readers = [1, 2].map(() => createResponseReader({ looksForCache: true }));
    // Two at once: each has its own pieces.
    for (const reader of readers) expect(take(reader, hit.slice(0, split))).toBe(0);
    for (const reader of readers) expect(take(reader, hit.slice(split))).toBe(200);
    expect(readers.map(({ isFromCache }) => isFromCache)).toEqual([true, true]);
  }
  const reader = createResponseReader({ looksForCache: true });
  for (const other of others) {
    take(reader, hit);
    expect(take(reader, other)).toBe(200);
    expect([other, reader.isFromCache]).toEqual([other, false]);
  }
});
