import { expect, test } from 'vitest';
import { latencyDistribution, mergeTrials, percentilesOf } from '../../src/metrics/percentiles.ts';
import { formatLatency } from '../../src/report/formats/format.ts';
import { checkThresholds, parseThreshold } from '../../src/report/verdicts/threshold.ts';
import type { MeasuredCell, RunDocument } from '../../src/result.ts';
import { encodeCounts } from '../../src/stats/encoded-histogram.ts';
import { Histogram } from '../../src/stats/histogram.ts';

function stored(...parts: (readonly [ns: number, times: number])[]) {
  const histogram = new Histogram();
  for (const [ns, times] of parts) for (let time = 0; time < times; time++) histogram.record(ns);
  return encodeCounts(histogram.toCounts());
}
const weighted = (histogram: ReturnType<typeof stored>) => [{ histogram, count: 1 }];

test('requests that were given up are among the slowest, and what they leave unknown is a lower bound', () => {
  const merged = mergeTrials(weighted(stored([1e6, 9500])), [stored([5e9, 500])]);
  const latencyNs = percentilesOf(merged);
  expect(latencyNs).toMatchObject({
    p50: expect.closeTo(1e6, -4),
    p90: expect.closeTo(1e6, -4),
    p99: expect.closeTo(5e9, -7),
  });
  expect(latencyNs.atLeast).toEqual(['mean', 'p99', 'p999', 'max']);
  expect(latencyNs.mean).toBeCloseTo(0.95 * 1e6 + 0.05 * 5e9, -3);
  const cell = { completed: 9500, latencyNs };
  expect(formatLatency(cell, 'p90')).toBe('1.00 ms');
  expect(formatLatency(cell, 'p99')).toBe('> 5.00 s');
  // The curve ends where nothing is known any more.
  expect(latencyDistribution(merged).at(-1)?.percentile).toBeLessThan(95);
});

test('a few of very many change what lies beyond them only', () => {
  const { atLeast } = percentilesOf(mergeTrials(weighted(stored([1e6, 99_950])), [stored([5e9, 50])]));
  expect(atLeast).toEqual(['max']);
});

test('without any, every figure is what it was', () => {
  const latencyNs = percentilesOf(mergeTrials(weighted(stored([1e6, 5000], [2e6, 5000]))));
  expect(latencyNs).not.toHaveProperty('atLeast');
  expect(latencyNs.mean).toBeCloseTo(1.5e6, 3);
});

test('a threshold is not kept by a figure that is only known to be longer', () => {
  const latencyNs = percentilesOf(mergeTrials(weighted(stored([1e6, 900])), [stored([8e6, 100])]));
  const cell = {
    status: 'measured',
    model: 'epoll',
    workload: 'tcp-echo',
    load: { kind: 'closed', concurrency: 1 },
    completed: 900,
    latencyNs,
  };
  const check = (text: string) =>
    checkThresholds([parseThreshold(text)], { cells: [cell as MeasuredCell] } as unknown as RunDocument)[0];
  expect(check('p99<20ms')).toMatchObject({
    ok: false,
    message: expect.stringContaining('8.00 ms at least'),
  });
  expect(check('p99<2ms')).toMatchObject({ ok: false });
  expect(check('p99>2ms')).toMatchObject({ ok: true });
  expect(check('p50<2ms')).toMatchObject({ ok: true });
});
