import { describe, expect, test } from 'vitest';
import { createRequestReader } from '../../src/workloads/http-request.ts';

const GET = 'GET /a?b=c HTTP/1.1\r\nHost: h\r\nCookie: x=1\r\n\r\n';
const POST = 'POST /form HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello';
const CLOSE = 'GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';

/** Takes pieces; returns the target of each request that they complete. */
function targetsOf(pieces: readonly string[]): string[] {
  const reader = createRequestReader();
  const targets: string[] = [];
  try {
    for (const piece of pieces) {
      const bytes = Buffer.from(piece, 'latin1');
      for (let from = 0; from < bytes.length; ) {
        from = reader.take(bytes, bytes.length, from);
        if (from < 0) break;
        targets.push(`${reader.target}${reader.keepsAlive ? '' : ' closes'}`);
      }
    }
    return targets;
  } finally {
    reader.free();
  }
}

describe('requests', () => {
  const all = GET + POST + CLOSE;
  const expected = ['/a?b=c', '/form', '/last closes'];

  test('that come in one piece are read one after another', () => {
    expect(targetsOf([all])).toEqual(expected);
  });

  test('that are cut anywhere are the same', () => {
    for (let at = 1; at < all.length; at++)
      expect(targetsOf([all.slice(0, at), all.slice(at)])).toEqual(expected);
  });

  test('that come byte by byte are the same', () => {
    expect(targetsOf([...all])).toEqual(expected);
  });

  test('of several connections at once do not mix', () => {
    const readers = [createRequestReader(), createRequestReader()];
    const texts = [GET.replace('/a?b=c', '/one'), GET.replace('/a?b=c', '/two')].map((text) =>
      Buffer.from(text),
    );
    for (let byte = 0; byte < GET.length - 3; byte++)
      for (const [number, reader] of readers.entries())
        reader.take((texts[number] as Buffer).subarray(byte, byte + 1), 1, 0);
    const ends = readers.map((reader, number) => {
      const rest = (texts[number] as Buffer).subarray(GET.length - 3);
      return reader.take(rest, rest.length, 0);
    });
    expect({ ends, targets: readers.map(({ target }) => target) }).toEqual({
      ends: ends.map(() => expect.any(Number)),
      targets: ['/one', '/two'],
    });
    for (const reader of readers) reader.free();
  });

  test.each([
    ['garbage', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a length that is none', 'POST / HTTP/1.1\r\nContent-Length: five\r\n\r\n'],
  ])('%s is refused', (_what, text) => {
    expect(() => targetsOf([text])).toThrow(expect.objectContaining({ code: 'EHTTP' }));
  });

  test('a head of more than 64 KiB is refused, and a body is not', () => {
    const piece = 'x'.repeat(16 * 1024);
    expect(() => targetsOf(['GET / HTTP/1.1\r\nCookie: ', piece, piece, piece, piece, piece])).toThrow(
      expect.objectContaining({ code: 'EHEAD' }),
    );
    const head = `POST /large HTTP/1.1\r\nContent-Length: ${5 * piece.length}\r\n\r\n`;
    expect(targetsOf([head, piece, piece, piece, piece, piece])).toEqual(['/large']);
  });
});
