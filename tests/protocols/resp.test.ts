import { describe, expect, test } from 'vitest';
import { createRespCodec, RedisError, type RespLimits } from '../../src/protocols/resp.ts';
import { expectAlike, expectRefusals } from './pieces.ts';

const bulk = (text: string) => Buffer.from(text);
const sent = (...commands: Parameters<ReturnType<typeof createRespCodec>['encode']>[0][number][]) =>
  Buffer.from(createRespCodec().encode(commands)).toString('latin1');
const received = (text: string, limits?: Partial<RespLimits>) =>
  createRespCodec(limits).decode(Buffer.from(text, 'latin1'));

test('commands are arrays of bulk strings, and several are one piece of bytes', () => {
  expect(sent(['GET', 'key'])).toBe('*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n');
  expect(sent(['PING'], ['GET', ''])).toBe('*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\n');
  expect(sent(['SET', 'k', Uint8Array.of(0, 13, 10, 255)], ['PING'])).toBe(
    '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\n\0\r\n\xff\r\n*1\r\n$4\r\nPING\r\n',
  );
  expect(sent(['GET', 'schlüssel'])).toBe('*2\r\n$3\r\nGET\r\n$10\r\nschl\xc3\xbcssel\r\n');
  const long = Buffer.alloc(100_000, 'x');
  expect(sent(['SET', 'k', long])).toHaveLength(
    100_000 + '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n\r\n'.length,
  );
});

test('every kind of reply, several at once, wherever they are cut', () => {
  const text = [
    '+OK\r\n-WRONGTYPE not a string\r\n:-42\r\n:9223372036854775807\r\n$5\r\na\r\nbc\r\n$0\r\n\r\n$-1\r\n*-1\r\n',
    '*0\r\n*3\r\n:1\r\n*2\r\n$1\r\nx\r\n*0\r\n$-1\r\n+\r\n',
  ].join('');
  expectAlike(createRespCodec, bulk(text), [
    'OK',
    new RedisError('WRONGTYPE not a string'),
    -42,
    9223372036854775807n,
    bulk('a\r\nbc'),
    bulk(''),
    null,
    null,
    [],
    [1, [bulk('x'), []], null],
    '',
  ]);
  expect((received('-WRONGTYPE not a string\r\n')[0] as RedisError).code).toBe('WRONGTYPE');
});

test('a value that is longer than any piece is copied a few times, not once per piece', () => {
  const value = Buffer.alloc(8 * 2 ** 20, 'iobench ');
  const bytes = Buffer.concat([bulk(`$${value.length}\r\n`), value, bulk('\r\n+OK\r\n')]);
  const codec = createRespCodec();
  const replies = [];
  for (let at = 0; at < bytes.length; at += 1024)
    replies.push(...codec.decode(bytes.subarray(at, at + 1024)));
  expect(replies).toHaveLength(2);
  expect(value.equals(replies[0] as Buffer)).toBe(true);
});

describe('is refused with a sentence:', () => {
  const refusal = (why: string) =>
    expect.objectContaining({ code: 'ERESP', message: expect.stringContaining(why) });
  test.each([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n', 'begins with the byte 0x48'],
    ['RESP3', '%1\r\n+a\r\n:1\r\n', 'begins with the byte 0x25'],
    ['no length', '$five\r\nhello\r\n', '"five" is no length'],
    ['a length below the null value', '$-2\r\n', '"-2" is no length'],
    ['no integer', ':1.5\r\n', '"1.5" is no integer'],
    ['a string that is longer than announced', '$3\r\nhello\r\n', 'of 3 bytes does not end there'],
    ['an oversize string', '$536870913\r\n', '536870913 bytes are announced, more than 536870912'],
    ['an oversize array', '*1048577\r\n', '1048577 elements are announced, more than 1048576'],
    ['arrays without end', '*1\r\n'.repeat(33), 'nested more than 32 deep'],
    ['a line without end', `+${'x'.repeat(70_000)}`, 'longer than 65536 bytes'],
  ])('%s', (_what, text, why) => expect(() => received(text)).toThrow(refusal(why)));

  test('smaller limits, where they are given', () => {
    expect(() => received('$9\r\n', { bulkBytes: 8 })).toThrow(refusal('more than 8'));
    expect(received('$8\r\n12345678\r\n', { bulkBytes: 8 })).toEqual([bulk('12345678')]);
  });

  test('garbage', () => expectRefusals(createRespCodec, 'ERESP'));
});
