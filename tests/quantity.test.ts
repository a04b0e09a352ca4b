import { describe, expect, test } from 'vitest';
import { UserError } from '../src/errors.ts';
import { counted, formatBytes, formatDuration, parseBytes, parseDuration } from '../src/quantity.ts';

describe('parseBytes', () => {
  test.each([
    ['0', 0],
    ['4096', 4096],
    ['512B', 512],
    ['64KiB', 65_536],
    ['64 KiB', 65_536],
    ['1.5MiB', 1_572_864],
    ['1GiB', 2 ** 30],
    ['10kB', 10_000],
    ['1.5MB', 1_500_000],
    [' 8KiB ', 8192],
  ])('%s is %i bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  test.each([
    '',
    '10 apples',
    'KiB',
    '-1KiB',
    '1.3B',
    '64kib',
    '64K',
    '1e3',
    '9999999GiB',
    '1 2',
    '0x10',
    'NaN',
  ])('%j is not a size', (text) => {
    expect(() => parseBytes(text)).toThrow(UserError);
    expect(() => parseBytes(text)).toThrow(`${JSON.stringify(text)} is not a size`);
  });
});

describe('parseDuration', () => {
  test.each([
    ['0', 0],
    ['1ns', 1],
    ['500us', 500_000],
    ['500µs', 500_000],
    ['10ms', 10e6],
    ['1.5s', 1.5e9],
    ['2m', 120e9],
    ['2min', 120e9],
    ['1m30s', 90e9],
    ['1h', 3600e9],
    ['0ms', 0],
  ])('%s is %d ns', (text, ns) => {
    expect(parseDuration(text)).toBe(ns);
  });

  test.each(['', '10', '10 apples', '10ms,', 'ms', '-1s', '1m 30s', '10 ms', '10MS', 'Infinitys', '1.s'])(
    '%j is not a time',
    (text) => {
      expect(() => parseDuration(text)).toThrow(`${JSON.stringify(text)} is not a time`);
    },
  );

  test('the refusal has a hint', () => {
    try {
      parseDuration('10 apples');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ name: 'UserError', exitCode: 2, hint: expect.stringContaining('1m30s') });
    }
  });
});

describe('what is written is read back as the same', () => {
  test.each([0, 1, 999, 1000, 1500, 10e6, 1e9, 90e9, 3600e9])('%d ns', (ns) => {
    expect(parseDuration(formatDuration(ns))).toBe(ns);
  });
  test.each([0, 1, 512, 1000, 4096, 65_536, 1_572_864, 2 ** 20 + 1, 2 ** 30])('%d bytes', (bytes) => {
    expect(parseBytes(formatBytes(bytes))).toBe(bytes);
  });
});

test.each([
  [0, 'cell', undefined, '0 cells'],
  [1, 'cell', undefined, '1 cell'],
  [2, 'search', 'searches', '2 searches'],
  [1, 'search', 'searches', '1 search'],
  [1200, 'request', undefined, '1,200 requests'],
] as const)('%d of %s', (count, one, many, written) => {
  expect(counted(count, one, many)).toBe(written);
});
