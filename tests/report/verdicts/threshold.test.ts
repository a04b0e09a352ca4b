import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { summarise } from '../../../src/report/summary/document.ts';
import {
  checkThresholds,
  isMeant,
  keeps,
  parseObjective,
  parseThreshold,
} from '../../../src/report/verdicts/threshold.ts';
import { cellOf, closed, headerOf, measured, refused, runOf } from '../sample.ts';

function hintOf(action: () => unknown): [string, string | undefined] {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return [error.message, error.hint];
  }
  throw new Error('no UserError');
}

test.each([
  ['p99<20ms', { metric: 'p99', op: '<', value: 20e6 }],
  [' p50 <= 1m30s ', { metric: 'p50', op: '<=', value: 90e9 }],
  ['p99.9<500us', { metric: 'p999', op: '<', value: 500e3 }],
  ['mean>0', { metric: 'mean', op: '>', value: 0 }],
  ['throughput>=10k/s', { metric: 'throughput', op: '>=', value: 10_000 }],
  ['throughput > 1.5M', { metric: 'throughput', op: '>', value: 1.5e6 }],
  ['throughput>5000', { metric: 'throughput', op: '>', value: 5000 }],
  ['failed<1%', { metric: 'failed', op: '<', value: 0.01 }],
  ['failed<=0', { metric: 'failed', op: '<=', value: 0 }],
])('%s', (written, objective) => {
  expect(parseObjective(written)).toEqual(objective);
  expect(parseThreshold(written)).toEqual({ text: written.trim(), ...objective });
});

test('a threshold for one cell, one workload, or all of a kind', () => {
  expect(parseThreshold('tcp-echo/epoll: p99<2ms')).toEqual({
    text: 'tcp-echo/epoll: p99<2ms',
    workload: 'tcp-echo',
    model: 'epoll',
    metric: 'p99',
    op: '<',
    value: 2e6,
  });
  expect(parseThreshold('tcp-echo:p99<2ms')).toMatchObject({ workload: 'tcp-echo' });
  const meant = (written: string) =>
    isMeant(parseThreshold(`${written}: p99<1s`), { workload: 'tcp-echo', model: 'async-callback' });
  expect(
    ['*', '*/*', 'tcp-*', '*/async-*', 'tcp-echo/async-callback', '*echo/*callback'].filter(meant),
  ).toHaveLength(6);
  expect(['tcp', 'tcp-ech?', 'file-*', '*/epoll', 'tcp.echo'].filter(meant)).toEqual([]);
});

describe('what cannot be read is refused with a hint', () => {
  test.each([
    ['p98<2ms', 'there is no metric "p98"', 'did you mean p90?'],
    ['troughput>5', 'there is no metric "troughput"', 'did you mean throughput?'],
    [
      'latency<5ms',
      'there is no metric "latency"',
      'there are p50, p90, p99, p999, mean, max, throughput, failed',
    ],
    ['p99<2', '"2" is not a time', 'write it with a unit, like 500us, 10ms, 2s or 1m30s'],
    ['throughput>fast', '"fast" is not a rate', 'write it like 5000, 10k/s or 1.5M/s'],
    ['failed<1', '"1" is not a share', 'write it in percent, like failed<1% or failed<=0'],
    ['failed<101%', '"101%" is not a share', 'write it in percent, like failed<1% or failed<=0'],
    ['p99=2ms', '"p99=2ms" is not an objective', "write it like 'p99<20ms'"],
    ['p99<2ms<3ms', '"p99<2ms<3ms" is not an objective', "write it like 'p99<20ms'"],
    ['', '"" is not an objective', "write it like 'p99<20ms'"],
  ])('%j', (written, message, hint) => {
    expect(hintOf(() => parseObjective(written))).toEqual([message, hint]);
  });

  test.each(['a/b/c: p99<2ms', ': p99<2ms', 'tcp-echo/: p99<2ms', '/epoll: p99<2ms'])('%j', (written) => {
    expect(hintOf(() => parseThreshold(written))[0]).toBe(`${JSON.stringify(written)} is not a threshold`);
  });

  test('a threshold’s hint shows thresholds', () => {
    expect(hintOf(() => parseThreshold('tcp-echo: fast'))[1]).toContain('WORKLOAD/MODEL: p99<2ms');
  });
});

test.each([
  ['<', 5, false, true],
  ['<=', 5, true, true],
  ['>', 5, false, false],
  ['>=', 5, true, false],
] as const)('%s %d', (op, value, whenEqual, whenLess) => {
  expect([keeps({ metric: 'p99', op, value }, 5), keeps({ metric: 'p99', op, value }, 4)]).toEqual([
    whenEqual,
    whenLess,
  ]);
});

describe('a run held against thresholds', () => {
  const document = summarise(
    runOf(headerOf(['epoll', 'poll', 'event-loop', 'io-uring']), [
      measured(cellOf('epoll'), 1, { values: Array.from({ length: 2000 }, () => 1e6) }),
      measured(cellOf('poll'), 1, {
        values: Array.from({ length: 100 }, () => 1e6),
        failed: 25,
        errors: { EPIPE: 25 },
      }),
      refused(cellOf('event-loop'), 'failed', 'the peer did not start'),
      refused(cellOf('io-uring'), 'unsupported', 'the kernel forbids it'),
      measured(cellOf('epoll', closed(8)), 1, { values: Array.from({ length: 2000 }, () => 3e6) }),
    ]),
  );
  const check = (written: string) =>
    checkThresholds([parseThreshold(written)], document).map(({ ok, message }) => [ok, message]);

  test('answers for every cell that is meant', () => {
    expect(check('*/epoll: p99<2ms')).toEqual([
      [false, '*/epoll: p99<2ms: tcp-echo, epoll, 8 clients: 3.00 ms'],
      [true, '*/epoll: p99<2ms: tcp-echo, epoll, 64 clients: 1.00 ms'],
    ]);
    expect(check('tcp-echo/epoll: throughput>1k').every(([ok]) => ok)).toBe(true);
  });

  test('the share of failed requests', () => {
    expect(check('tcp-echo/poll: failed<25%')).toEqual([
      [true, 'tcp-echo/poll: failed<25%: tcp-echo, poll, 64 clients: 20 %'],
    ]);
    expect(check('tcp-echo/epoll: failed<=0').map(([ok]) => ok)).toEqual([true, true]);
  });

  test('what has no figure is not ok', () => {
    expect(check('tcp-echo/poll: p99<2ms')).toEqual([
      [false, 'tcp-echo/poll: p99<2ms: tcp-echo, poll, 64 clients: too few requests for p99'],
    ]);
    expect(check('*/event-loop: p50<1s')).toEqual([
      [false, '*/event-loop: p50<1s: tcp-echo, event-loop, 64 clients: the peer did not start'],
    ]);
    expect(check('file-read: p50<1s')).toEqual([[false, 'file-read: p50<1s: no cell was measured for it']]);
  });

  test('a pair that cannot exist is not asked', () => {
    expect(check('max<1h').some(([, message]) => String(message).includes('io-uring'))).toBe(false);
    expect(check('*/io-uring: max<1h')).toEqual([[false, '*/io-uring: max<1h: no cell was measured for it']]);
  });
});
