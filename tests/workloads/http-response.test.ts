import { describe, expect, test } from 'vitest';
import { createResponseReader, type ResponseReader } from '../../src/workloads/http-response.ts';

const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKED = 'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n';
const UNTIL_CLOSE = 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello';
const EMPTY = 'HTTP/1.1 204 No Content\r\n\r\n';

const take = (reader: ResponseReader, text: string) => reader.take(Buffer.from(text), Buffer.byteLength(text));
const closed = (reader: ResponseReader) => reader.take(Buffer.alloc(8), 0);

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

  test('what is the same again is the same response, on whatever connection', () => {
    const [a, b] = [createResponseReader(), createResponseReader()];
    const missing = PLAIN.replace('200 OK', '404 No');
    for (const reader of [a, a, b, a]) expect(take(reader, PLAIN)).toBe(200);
    for (const reader of [b, b, a]) expect(take(reader, missing)).toBe(404);
    expect(take(a, PLAIN)).toBe(200);
  });

  test('a body that reads like the last response is a body', () => {
    const [a, b] = [createResponseReader(), createResponseReader()];
    expect(take(a, `HTTP/1.1 201 Created\r\nContent-Length: ${2 * PLAIN.length}\r\n\r\n`)).toBe(0);
    expect(take(b, PLAIN)).toBe(200);
    expect(take(a, PLAIN)).toBe(0);
    expect(take(b, PLAIN)).toBe(200);
    expect(take(a, PLAIN)).toBe(201);
  });

  test('what differs in any byte from the last response is read anew', () => {
    const reader = createResponseReader();
    for (let at = 9; at < 12; at++) {
      expect(take(reader, PLAIN)).toBe(200);
      const other = `${PLAIN.slice(0, at)}5${PLAIN.slice(at + 1)}`;
      expect(take(reader, other)).toBe(Number(other.slice(9, 12)));
    }
    // The last byte, where it is not of a whole word.
    const longer = [CHUNKED, CHUNKED.replace('Created', 'Made')].find(({ length }) => length % 4 > 0) as string;
    expect(take(reader, longer)).toBe(201);
    expect(() => take(reader, `${longer.slice(0, -1)}!`)).toThrow('not an HTTP response');
  });

  test('bytes that begin between two words are read like all others', () => {
    const reader = createResponseReader();
    const memory = Buffer.from(` ${PLAIN}`);
    for (let time = 0; time < 2; time++)
      expect(reader.take(new Uint8Array(memory.buffer, memory.byteOffset + 1, PLAIN.length), PLAIN.length)).toBe(200);
  });

  test('only the bytes that arrived are read, whatever else the buffer holds', () => {
    const reader = createResponseReader();
    expect(reader.take(Buffer.from(`${PLAIN}GARBAGE`), PLAIN.length)).toBe(200);
  });
});

describe('what is refused', () => {
  test.each(['hello there\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 abc\r\n\r\n', '\0\0\0\0', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'])(
    '%j is not HTTP',
    (text) => {
      expect(() => take(createResponseReader(), text)).toThrow(
        expect.objectContaining({ code: 'EHTTP', message: expect.stringContaining('not an HTTP response') }),
      );
    },
  );

  test('a response that the peer broke off', () => {
    const reader = createResponseReader();
    take(reader, PLAIN.slice(0, -2));
    expect(() => closed(reader)).toThrow(expect.objectContaining({ code: 'EHTTP' }));
  });

  test('a connection closed before any answer is no response', () => {
    expect(closed(createResponseReader())).toBe(0);
  });

  test('more than it can take at once', () => {
    expect(() => createResponseReader().take(Buffer.alloc(70_000), 70_000)).toThrow(RangeError);
  });
});
