import { describe, expect, test } from 'vitest';
import * as format from '../../../src/report/formats/format.ts';

test.each([
  [0, '0 ns'],
  [0.5, '0.5 ns'],
  [40, '40.0 ns'],
  [999.4, '999 ns'],
  [999.7, '1.00 µs'],
  [12_345, '12.3 µs'],
  [1e6, '1.00 ms'],
  [59.94e9, '59.9 s'],
  [59.96e9, '1.00 min'],
  [60e9, '1.00 min'],
  [3600e9, '60.0 min'],
  [null, '–'],
])('%s ns reads %s', (ns, text) => {
  expect(format.formatDuration(ns)).toBe(text);
});

test.each([
  [0.00664, '0.0066/s'],
  [12.34, '12.3/s'],
  [999.6, '1.00 k/s'],
  [12_345, '12.3 k/s'],
  [1_234_567, '1.23 M/s'],
])('%s per second reads %s', (rate, text) => {
  expect(format.formatRate(rate)).toBe(text);
});

test('bytes are binary, and exact where they can be', () => {
  expect([64, 4096, 64 * 1024 ** 2, 1500].map(format.formatBytes)).toEqual([
    '64 B',
    '4 KiB',
    '64 MiB',
    '1.46 KiB',
  ]);
});

test('ratios and shares', () => {
  expect([1.5, 12.34, 999.4, 999.7, 1694, 28_650, 123_456].map(format.formatRatio)).toEqual([
    '1.50 ×',
    '12.3 ×',
    '999 ×',
    '1,000 ×',
    '1,690 ×',
    '28,700 ×',
    '123 k ×',
  ]);
  expect(format.formatShare(0.034)).toBe('3.4 %');
  expect(format.formatShare(0.97)).toBe('97 %');
  expect(format.formatHalfWidth({ median: 100, low: 95, high: 102 })).toBe('±5.0%');
  expect(format.formatHalfWidth({ median: 0, low: 0, high: 0 })).toBe('');
});

describe('loads and parameters', () => {
  test('one load', () => {
    expect(format.formatLoad({ kind: 'closed', concurrency: 1 })).toBe('1 client');
    expect(format.formatLoad({ kind: 'closed', concurrency: 64, thinkNs: 1e6 })).toBe(
      '64 clients, 1.00 ms think time',
    );
    expect(format.formatLoad({ kind: 'open', ratePerSecond: 5000, arrivals: 'poisson' })).toBe(
      '5,000/s poisson',
    );
    expect(format.formatLoad({ kind: 'open', ratePerSecond: 5000, arrivals: 'poisson', clients: 64 })).toBe(
      '5,000/s poisson from 64 clients',
    );
    expect(format.formatLoad({ kind: 'open', ratePerSecond: 0.5, arrivals: 'constant' })).toBe(
      '0.5/s constant',
    );
  });
  test('several loads', () => {
    expect(format.formatLoads([1, 8].map((concurrency) => ({ kind: 'closed', concurrency })))).toBe(
      '1, 8 clients',
    );
  });
  test('a parameter has its unit where it is known', () => {
    expect(
      format.formatParams(
        { fileSize: 1024, delay: 5e6, depth: 12_000, mode: 'r' },
        { fileSize: 'bytes', delay: 'ns' },
      ),
    ).toBe('fileSize 1 KiB, delay 5.00 ms, depth 12,000, mode r');
  });
});

test('a parameter that is called as something that every object has is of no unit', () => {
  expect(format.unitOf('constructor', {})).toBeUndefined();
  expect(format.unitOf('blockSize', { blockSize: 'bytes' })).toBe('bytes');
  expect(format.formatParams({ constructor: 4096, toString: 'x' }, { constructor: 'bytes' })).toBe(
    'constructor 4 KiB, toString x',
  );
});
