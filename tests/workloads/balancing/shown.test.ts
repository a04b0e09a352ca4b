/** Which parameters of a load balancer a title names: runs of two layers, or with and without TLS, differ in one. */
import { expect, test } from 'vitest';
import { shownParams } from '../../../src/run/shown-params.ts';
import { balanceParams, unusedParams } from '../../../src/workloads/balancing/parameters.ts';

const keysOf = (chosen: object) => {
  const params = balanceParams.parse(chosen);
  const owner = { name: 'load-balance', unused: () => unusedParams(params) };
  return Object.keys(shownParams(owner, params as Record<string, string | number | boolean>));
};

test.each([
  ['layer', { layer: '7' }, { layer: '4' }],
  ['tls', { tls: 'none' }, { tls: 'terminate' }],
  ['algorithm', { algorithm: 'random' }, { algorithm: 'ip-hash' }],
])('%s', (key, one, other) => {
  expect(keysOf(one)).toEqual(keysOf(other));
  expect(keysOf(one)).toContain(key);
});

test('TLS has no effect on layer 4', () => {
  expect(keysOf({ layer: '4', tls: 'terminate' })).not.toContain('tls');
});
