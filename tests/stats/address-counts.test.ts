import { expect, test } from 'vitest';
import { addressesBetween, stickinessOf, sumOfAddresses } from '../../src/stats/address-counts.ts';

test('all of an address to one peer is 1, in turns its part of each; single requests say nothing', () => {
  expect(stickinessOf([{ a: 5, b: 0 }, { b: 7 }])).toBe(1);
  expect(stickinessOf([{ a: 4 }, { a: 4 }, { a: 4 }])).toBeCloseTo(1 / 3, 12);
  // 6 of 8, and 2 of 4; c is alone.
  expect(
    stickinessOf([
      { a: 6, b: 2, c: 1 },
      { a: 2, b: 2 },
    ]),
  ).toBeCloseTo(8 / 12, 12);
  expect(stickinessOf([{ a: 1 }, { b: 1 }])).toBeUndefined();
  expect(stickinessOf([])).toBeUndefined();
});

test('counts of two processes are added, those of two readings subtracted, whatever an address is called', () => {
  const odd = JSON.parse('{"__proto__": 2, "constructor": 1}') as Record<string, number>;
  expect(Object.entries(sumOfAddresses(odd, { constructor: 4 } as never))).toEqual([
    ['__proto__', 2],
    ['constructor', 5],
  ]);
  expect(addressesBetween({ a: 2 }, { a: 5, b: 1 })).toEqual({ a: 3, b: 1 });
  expect(addressesBetween(undefined, { a: 5 })).toEqual({ a: 5 });
});
