import { describe, expect, test } from 'vitest';
import { summarise } from '../../../src/report/summary/document.ts';
import { documentSchema, type MeasuredCell, type TrialRecord } from '../../../src/result.ts';
import * as sample from '../sample.ts';

function only(trials: TrialRecord[], plannedTrials = trials.length) {
  const document = summarise(sample.runOf(sample.headerOf(['epoll'], { trials: plannedTrials }), trials));
  expect(document.cells).toHaveLength(1);
  return document.cells[0] as MeasuredCell;
}
const codes = (cell: { warnings: { code: string }[] }) => cell.warnings.map((warning) => warning.code);

test.each(sample.SAMPLE_NAMES)('%s obeys the schema', (name) => {
  const document = summarise(sample.SAMPLES[name]());
  expect(documentSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
});

test('cells are in the order of workloads, loads and models, whatever the order of measurement', () => {
  const run = sample.elevenModels();
  const shuffled = { ...run, trials: run.trials.toReversed() };
  const keys = summarise(shuffled).cells.map((cell) => [
    cell.workload,
    cell.load.kind === 'closed' ? cell.load.concurrency : 'open',
    cell.model,
  ]);
  expect(keys.slice(0, 12)).toEqual([
    ...sample.ALL_MODELS.map((model) => ['tcp-echo', 1, model]),
    ['tcp-echo', 8, 'sync-blocking'],
  ]);
  expect(keys.at(-1)).toEqual(['file-read', 8, 'multi-reactor']);
  expect(keys.filter(([, load]) => load === 'open').map(([, , model]) => model)).toEqual(sample.FIVE_MODELS);
});

test('a parameter may be called as something that every object has', () => {
  const cells = [{ constructor: 'b' }, { constructor: 'a' }, {}].map((params) =>
    sample.measured(sample.cellOf('epoll', sample.closed(1), { params }), 1),
  );
  const { cells: ordered } = summarise({ header: sample.headerOf(['epoll']), trials: cells, warnings: [] });
  expect(ordered.map(({ params }) => JSON.stringify(params))).toEqual([
    '{}',
    '{"constructor":"a"}',
    '{"constructor":"b"}',
  ]);
});

describe('one cell', () => {
  const cell = sample.cellOf('epoll');
  const fast = Array.from({ length: 900 }, () => 1000);
  const slow = Array.from({ length: 100 }, () => 9000);

  test('percentiles come from merged histograms, never from averages', () => {
    const merged = only([
      sample.measured(cell, 1, { values: fast }),
      sample.measured(cell, 2, { values: slow }),
    ]);
    expect(merged.latencyNs.p50).toBeCloseTo(1000, -1);
    expect(merged.latencyNs.p99).toBeGreaterThan(8990);
    expect(merged.latencyNs.mean).toBe(1800);
  });

  test('throughput is completed / window, its interval over trials', () => {
    const trials = [1e9, 2e9, 4e9].map((windowNs, index) =>
      sample.measured(cell, index + 1, { values: fast, windowNs }),
    );
    const { throughputPerSecond, trialThroughputPerSecond } = only(trials);
    expect(trialThroughputPerSecond).toEqual([900, 450, 225]);
    // The geometric mean, and Student's interval of the logarithms: far beyond the trials, because there are
    // three.
    expect(throughputPerSecond.median).toBeCloseTo(450, 9);
    expect(throughputPerSecond.low).toBeCloseTo(450 / Math.exp((4.3027 * Math.LN2) / Math.sqrt(3)), 1);
    expect(throughputPerSecond.high).toBeCloseTo(450 * Math.exp((4.3027 * Math.LN2) / Math.sqrt(3)), 0);
  });

  test('reconnects and statuses are summed over trials, and unknown where an older iobench did not count them', () => {
    const counted = only([
      sample.measured(cell, 1, { reconnects: 2, statuses: { 301: 5 } }),
      sample.measured(cell, 2, { reconnects: 3, statuses: { 301: 1, 304: 2 } }),
      sample.measured(cell, 3),
    ]);
    expect(counted).toMatchObject({ reconnects: 5, statuses: { 301: 6, 304: 2 } });
    const old = only([sample.measured(cell, 1), sample.measured(cell, 2)]);
    expect(old).not.toHaveProperty('reconnects');
    expect(old).not.toHaveProperty('statuses');
  });

  test('cost per request counts failed requests too', () => {
    const { cpu, contextSwitches } = only([
      sample.measured(cell, 1, {
        values: fast,
        failed: 100,
        errors: { ECONNRESET: 100 },
        cpu: { userNs: 6e6, systemNs: 4e6 },
        contextSwitches: { voluntary: 400, involuntary: 100 },
      }),
    ]);
    expect(cpu).toEqual({ userNs: 6e6, systemNs: 4e6, perRequestNs: 10_000 });
    expect(contextSwitches.perRequest).toBe(0.5);
  });

  test.each([
    [19, { p50: null, p90: null, p99: null, p999: null }],
    [20, { p50: 1000, p90: null, p99: null, p999: null }],
    [999, { p50: 1000, p90: 1000, p99: null, p999: null }],
    [1000, { p50: 1000, p90: 1000, p99: 1000, p999: null }],
    [10_000, { p50: 1000, p90: 1000, p99: 1000, p999: 1000 }],
  ])('%i requests support only these percentiles', (count, expected) => {
    expect(
      only([sample.measured(cell, 1, { values: Array.from({ length: count }, () => 1000) })]).latencyNs,
    ).toMatchObject(expected);
  });

  test('the distribution is dense on the nines, as far as requests support it', () => {
    const { latencyDistribution } = only([
      sample.measured(cell, 1, { values: Array.from({ length: 10_000 }, () => 1000) }),
    ]);
    expect(latencyDistribution).toHaveLength(31);
    expect(latencyDistribution.map((point) => point.percentile)).toEqual(
      expect.arrayContaining([0, 90, 99, 99.9]),
    );
  });

  test('a peer’s share is its busiest trial’s', () => {
    const trials = [0.2, 0.6].map((share, index) =>
      sample.measured(cell, index + 1, {
        values: fast,
        peers: [{ name: 'echo', cpuNs: share * 1e9, wallNs: 1e9 }],
      }),
    );
    expect(only(trials).peerCpuShare).toEqual({ echo: 0.6 });
  });

  test('Little’s law is asked of closed loads without thinking and without failures', () => {
    expect(only([sample.measured(cell, 3)]).littleRatio).toBeCloseTo(1, 3);
    expect(only([sample.measured(cell, 3, { failed: 1 })]).littleRatio).toBeUndefined();
    expect(only([sample.measured(sample.cellOf('epoll', sample.open(5000)), 3)]).littleRatio).toBeUndefined();
    const thinking = sample.cellOf('epoll', { kind: 'closed', concurrency: 4, thinkNs: 1 });
    expect(only([sample.measured(thinking, 3)]).littleRatio).toBeUndefined();
  });
});

describe('cells that were not measured', () => {
  const cell = sample.cellOf('epoll');

  test('a cell with measured and failed trials is measured, and names the failed ones', () => {
    const mixed = only([sample.measured(cell, 1), sample.refused(cell, 'failed', 'The peer died.', 2)]);
    expect(mixed).toMatchObject({ status: 'measured', trials: 1 });
    expect(mixed.warnings.find((warning) => warning.code === 'trials-failed')?.message).toBe(
      'trial 2 failed: The peer died.',
    );
  });

  test('a cell without a measured trial keeps its status and reason', () => {
    expect(only([sample.refused(cell, 'unsupported', 'Not on this platform.')])).toMatchObject({
      status: 'unsupported',
      reason: 'Not on this platform.',
      warnings: [],
    });
    const failed = only([
      { ...sample.refused(cell, 'failed', 'All requests failed.'), errors: { EPIPE: 7 } },
    ]);
    expect(failed.warnings[0]?.message).toBe('7 requests failed (EPIPE 7)');
  });
});

describe('warnings', () => {
  const cell = sample.cellOf('epoll');

  test('a sound cell has none', () => {
    expect(codes(only([1, 2, 3, 4, 5].map((trial) => sample.measured(cell, trial))))).toEqual([]);
  });

  test.each([
    [
      'peer-saturated',
      { peers: [{ name: 'echo', cpuNs: 0.9e9, wallNs: 1e9 }] },
      { peers: [{ name: 'echo', cpuNs: 0.89e9, wallNs: 1e9 }] },
    ],
    ['requests-failed', { failed: 1, errors: { EPIPE: 1 } }, {}],
    ['few-requests', { count: 999 }, { count: 1000 }],
    ['not-kept-up', { shed: 1 }, {}],
    ['not-kept-up', { unfinished: 1 }, {}],
  ])('%s', (code, bad, good) => {
    expect(codes(only([sample.measured(cell, 3, bad)]))).toContain(code);
    expect(codes(only([sample.measured(cell, 3, good)]))).not.toContain(code);
  });

  test('wide-interval takes three trials at least', () => {
    const spread = (windows: number[]) =>
      codes(only(windows.map((windowNs, index) => sample.measured(cell, index + 1, { windowNs }))));
    expect(spread([1e9, 1.5e9, 2e9])).toContain('wide-interval');
    expect(spread([1e9, 2e9])).not.toContain('wide-interval');
    expect(spread([1e9, 1.01e9, 1.02e9])).not.toContain('wide-interval');
  });

  test('littles-law', () => {
    const clients8 = sample.cellOf('epoll', sample.closed(8));
    const { windowNs } = sample.measured(clients8, 3);
    expect(codes(only([sample.measured(clients8, 3, { windowNs: windowNs / 1.03 })]))).toContain(
      'littles-law',
    );
    expect(codes(only([sample.measured(clients8, 3, { windowNs: windowNs / 1.01 })]))).not.toContain(
      'littles-law',
    );
  });

  test('trials-missing', () => {
    expect(codes(only([sample.measured(cell, 1)], 2))).toContain('trials-missing');
  });

  test('every warning says what to do', () => {
    const all = summarise(sample.doubtful()).cells.flatMap((each) => each.warnings);
    expect(new Set(all.map((warning) => warning.code))).toEqual(
      new Set([
        'peer-saturated',
        'requests-failed',
        'trials-failed',
        'trials-missing',
        'wide-interval',
        'littles-law',
        'not-kept-up',
      ]),
    );
    for (const warning of all) expect(warning.remedy).toMatch(/^[A-Z].*\.$/);
  });
});
