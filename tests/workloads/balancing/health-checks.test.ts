import { expect, test } from 'vitest';
import { judgedBy } from '../../../src/workloads/balancing/health-checks.ts';
import loadBalance from '../../../src/workloads/load-balance.ts';
import { parseParams } from '../../../src/workloads/parameters.ts';

test('a back end is up until so many checks in a row are bad, and down until so many in a row are good', () => {
  const judge = judgedBy({ rise: 2, fall: 3 });
  const verdicts = [...'--+---+-++-+'].map((check) => (judge(check === '+') ? 'up' : 'down'));
  expect(verdicts.join(' ')).toBe('up up up up up down down down down up up up');
});

test.each([
  ['check', '500us'],
  ['timeout', '0.1ms'],
  ['checkPath', 'health'],
  ['checkPath', '/a HTTP/1.1\r\nX: y'],
])('%s=%j is refused, with a hint', (key, value) => {
  const params = loadBalance.params ?? expect.unreachable();
  const { error } = parseParams(params, { [key]: value });
  expect(error?.issues).toMatchObject([
    { path: [key], params: { hint: expect.stringContaining('write it like') } },
  ]);
});

test('parameters without an effect are named: of checks that are not made, and of a time without end', () => {
  const params = { disturb: 'none', slowStart: 0, check: 0, timeout: 0, layer: '7' };
  expect(loadBalance.unused?.(params)).toEqual([
    'disturb',
    'slowStart',
    'check',
    'checkPath',
    'rise',
    'fall',
    'timeout',
  ]);
  expect(
    loadBalance.unused?.({ ...params, disturb: 'kill:0@1%', slowStart: 1e9, check: 1e8, timeout: 1e8 }),
  ).toEqual([]);
  expect(loadBalance.unused?.({ ...params, layer: '4', timeout: 1e8 })).not.toContain('timeout');
});
