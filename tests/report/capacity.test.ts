/** What decides a step of a search for a capacity, and how what was found is told. */
import { describe, expect, test } from 'vitest';
import { chartsOf } from '../../src/report/charts/index.ts';
import { pictureLook } from '../../src/report/charts/look.ts';
import { pictureCharts } from '../../src/report/charts/pictures.ts';
import { renderMarkdown } from '../../src/report/formats/markdown.ts';
import { renderText } from '../../src/report/formats/text.ts';
import { summarise } from '../../src/report/summary/document.ts';
import { sectionsOf } from '../../src/report/summary/sections.ts';
import { judgeStep, parseCapacityObjective } from '../../src/report/verdicts/capacity-step.ts';
import { inWords } from '../../src/report/verdicts/capacity-verdict.ts';
import {
  type CapacityRecord,
  documentSchema,
  type LoadSpec,
  type MeasuredTrial,
  type RunDocument,
  type StepRecord,
  type StoredRun,
} from '../../src/result.ts';
import * as sample from './sample.ts';

const P99 = parseCapacityObjective('p99 < 20ms');
const at = (ratePerSecond: number): LoadSpec => ({ kind: 'open', ratePerSecond, arrivals: 'poisson' });
const params = { messageSize: 64 };
const cell = (model: string, load: LoadSpec) => ({ model, workload: 'tcp-echo', params, load });
const BUSY_PEER = { name: 'echo-server', cpuNs: 0.97e9, wallNs: 1e9 };
const flat = (count: number, ns: number) => Array.from({ length: count }, () => ns);
/** 2,000 requests in a second, all as fast, unless told otherwise. */
const trial = (shape: Parameters<typeof sample.measured>[2] = {}): MeasuredTrial =>
  sample.measured(cell('epoll', at(2000)), 1, { values: flat(2000, 5e6), ...shape });
const timeline = (inFlight: (slot: number) => number) =>
  Array.from({ length: 10 }, (_, slot) => ({
    atNs: slot * 1e8,
    throughputPerSecond: 2000,
    p50Ns: 5e6,
    p99Ns: null,
    inFlight: inFlight(slot),
  }));

describe('a step', () => {
  test('is kept where all is well', () => {
    expect(judgeStep(P99, trial())).toEqual({ isKept: true, measured: 'p99 5.00 ms' });
  });

  test.each<[what: string, trial: MeasuredTrial, why: RegExp]>([
    [
      'whose percentile is too high',
      trial({ values: [...flat(1900, 5e6), ...flat(100, 30e6)] }),
      /^p99 30\.0 ms$/,
    ],
    [
      'with requests that failed',
      trial({ failed: 3, errors: { ECONNRESET: 3 } }),
      /^3 failed \(ECONNRESET\)$/,
    ],
    ['with requests that were shed', trial({ shed: 1203 }), /^1,203 shed$/],
    ['with requests that never ended', trial({ unfinished: 7 }), /^7 unfinished$/],
    [
      'with too few requests for the percentile',
      trial({ values: flat(999, 5e6) }),
      /^only 999 ended, p99 needs 1,000$/,
    ],
    [
      'whose queue grows',
      trial({ timeline: timeline((slot) => 10 + 8 * slot) }),
      /^the queue grew by 80\.0\/s$/,
    ],
    // A model that serves one after another has none in flight when one has ended: the line shows in how long
    // requests take.
    [
      'that misses in all ways at once',
      trial({ shed: 2, unfinished: 1, values: flat(2000, 50e6) }),
      /^2 shed, 1 unfinished, p99 50\.\d ms$/,
    ],
  ])('%s is not kept, and says why', (_what, measured, why) => {
    const judgement = judgeStep(P99, measured);
    expect(judgement.isKept).toBe(false);
    expect(judgement.why).toMatch(why);
  });

  test('with a queue that goes up and down is kept', () => {
    expect(
      judgeStep(P99, trial({ timeline: timeline((slot) => [4, 9, 3, 8, 5, 9, 2, 7, 4, 6][slot] ?? 0) }))
        .isKept,
    ).toBe(true);
  });

  test('is held against the figure that was named', () => {
    const skewed = trial({ values: [...flat(1900, 5e6), ...flat(100, 30e6)] });
    const kept = (objective: string) => judgeStep(parseCapacityObjective(objective), skewed).isKept;
    expect([
      kept('p50<6ms'),
      kept('p90<6ms'),
      kept('p99<6ms'),
      kept('mean<6ms'),
      kept('mean<7ms'),
      kept('max<=31ms'),
    ]).toEqual([true, true, false, false, true, true]);
    // 2,000 requests do not support it.
    expect(kept('p99.9<1s')).toBe(false);
  });
});

describe('an objective', () => {
  test('says how many requests it needs', () => {
    const needed = ['p50<1s', 'p90<1s', 'p99<1s', 'p99.9<1s', 'max<1s'].map(
      (written) => parseCapacityObjective(written).requestsNeeded,
    );
    expect(needed).toEqual([100, 100, 1000, 10_000, 100]);
  });

  test('says how long an overload of 5 % takes to break it', () => {
    expect(parseCapacityObjective('p99<20ms').settlingNs).toBe(400e6);
    expect(parseCapacityObjective('p50<20ms').settlingNs).toBe(800e6);
  });

  test.each([
    ['throughput>10k', 'a capacity cannot be found for throughput'],
    ['failed<1%', 'a capacity cannot be found for failed'],
    ['p99>20ms', 'would be kept by any overload'],
    ['p98<20ms', 'there is no metric "p98"'],
    ['fast', '"fast" is not an objective'],
    ['p99<20', '"20" is not a time'],
  ])('%s is refused', (written, message) => {
    expect(() => parseCapacityObjective(written)).toThrow(message);
  });
});

/** A run that only searched: two models with steps, one without a rate that was kept, one that cannot run. */
function searched(): StoredRun {
  const objective = 'p99<20ms';
  const searchedCell = (model: string) => ({ model, workload: 'tcp-echo', params });
  const step = (
    model: string,
    ratePerSecond: number,
    why: string | undefined,
    shape: Parameters<typeof sample.measured>[2],
  ): StepRecord => ({
    kind: 'step',
    cell: searchedCell(model),
    objective,
    ratePerSecond,
    kept: why === undefined,
    measured: 'p99 5.00 ms',
    ...(why === undefined ? {} : { why }),
    trial: sample.measured(cell(model, at(ratePerSecond)), 1, shape),
  });
  const capacity = (model: string, rest: Partial<CapacityRecord>): CapacityRecord => ({
    kind: 'capacity',
    cell: searchedCell(model),
    objective,
    ...rest,
  });
  const capacities = [
    capacity('sync-blocking', { ratePerSecond: 0, failedAtPerSecond: 34.7 }),
    capacity('poll', { reason: 'poll(2) is not there on this system' }),
    capacity('async-promise', { ratePerSecond: 1000, failedAtPerSecond: 1050 }),
    capacity('epoll', { ratePerSecond: 2000 }),
  ];
  const steps = [
    step('sync-blocking', 34.7, 'p99 80.0 ms', { count: 1200 }),
    step('async-promise', 1000, undefined, { count: 1200 }),
    step('async-promise', 1050, '12 shed', { count: 900, shed: 12 }),
    step('epoll', 2000, undefined, {}),
  ];
  const header = sample.headerOf(['sync-blocking', 'async-promise', 'poll', 'epoll'], { trials: 1 });
  return { header, trials: [], steps, capacities, warnings: [] };
}

const codesOf = (document: RunDocument) => [
  ...document.cells.flatMap(({ warnings }) => warnings.map(({ code }) => code)),
  ...(document.capacities ?? []).flatMap(({ steps }) =>
    steps.flatMap(({ warnings = [] }) => warnings.map(({ code }) => code)),
  ),
];

describe('a run that only searched for capacities', () => {
  const document = summarise(searched());

  test('as text: sorted, with what failed and why; the steps are no tables of their own', () => {
    const text = renderText(document, { width: 80, color: false });
    const rows = text
      .split('\n')
      .filter((line) => /^(epoll|async-promise|sync-blocking|poll) {2}/.test(line));
    expect(rows.map((row) => row.replaceAll(/[█▉▊▋▌▍▎▏]+/g, '#').replaceAll(/ +/g, ' '))).toEqual([
      'epoll 2.00 k/s – # no higher rate was tried',
      'async-promise 1.00 k/s 1.05 k/s # 12 shed',
      'sync-blocking under 34.7/s 34.7/s p99 80.0 ms',
      'poll poll(2) is not there on this system',
    ]);
    expect(text).toContain('1.05 k/s ✗ 12 shed');
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'epoll keeps p99 below 20 ms up to 2.00 k/s at least, and sync-blocking not even at 34.7/s.',
    );
    expect(text).not.toContain('compared by');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('no warning says what the search was for', () => {
    expect(codesOf(document)).toEqual([]);
    const { capacities: _, steps = [], ...plain } = searched();
    const codes = codesOf(summarise({ ...plain, trials: steps.flatMap(({ trial }) => trial ?? []) }));
    expect(codes).toEqual(expect.arrayContaining(['few-requests', 'not-kept-up']));
  });

  test('as a document: a step is in its capacity, and no cell', () => {
    expect(() => documentSchema.parse(document)).not.toThrow();
    expect(document.cells).toEqual([]);
    expect(document.capacities?.map(({ cell: { model }, steps }) => [model, steps.length])).toEqual([
      ['sync-blocking', 1],
      ['async-promise', 2],
      ['poll', 0],
      ['epoll', 1],
    ]);
    const [kept, failed] = document.capacities?.[1]?.steps ?? [];
    expect(kept).toMatchObject({
      ratePerSecond: 1000,
      kept: true,
      throughputPerSecond: { median: expect.any(Number) },
    });
    expect(failed).toMatchObject({
      ratePerSecond: 1050,
      kept: false,
      why: '12 shed',
      latencyNs: { p50: expect.any(Number) },
    });
  });

  test('what makes a step doubtful is said of the step', () => {
    const { steps = [], ...run } = searched();
    const saturated = steps.map((step) => ({
      ...step,
      ...(step.trial && { trial: { ...step.trial, peers: [BUSY_PEER] } }),
    }));
    const text = renderText(summarise({ ...run, steps: saturated }), { width: 200, color: false });
    expect(text).toContain('1 kind of warning, explained below the tables: peer-saturated (all 4 steps).');
    expect(text).toContain(
      'tcp-echo, async-promise, 1,050/s poisson: peer echo-server kept a core 97 % busy',
    );
    expect(text).toContain('2.00 k/s');
  });

  test('before a search has come to its end, it says how far it has come', () => {
    const { capacities: _, ...run } = searched();
    const unfinished = summarise(run).capacities ?? [];
    expect(
      unfinished.map(({ cell: { model }, ratePerSecond, failedAtPerSecond }) => [
        model,
        ratePerSecond,
        failedAtPerSecond,
      ]),
    ).toEqual([
      ['sync-blocking', undefined, 34.7],
      ['async-promise', 1000, 1050],
      ['epoll', 2000, undefined],
    ]);
    const text = renderText(summarise(run), { width: 120, color: false });
    expect(text).toMatch(/^epoll +2\.00 k\/s +– .*the search is unfinished$/m);
    expect(text).toContain('1.05 k/s ✗ 12 shed');
  });

  test('as Markdown: a table, and the charts that are there', () => {
    const markdown = renderMarkdown(document, { charts: ['charts/capacity-tcp-echo.png'] });
    expect(markdown).toMatch(/^\| epoll +\| +2\.00 k\/s \| +– \| no higher rate was tried +\|$/m);
    expect(markdown).toMatch(/^\| poll +\| +– \| +– \| poll\(2\) is not there on this system \|$/m);
    expect(markdown).toContain('](charts/capacity-tcp-echo.png)');
    expect(markdown).not.toContain('compared by');
  });

  test('as charts: the capacities first, and the curve of the rates that were kept', () => {
    const [section] = sectionsOf(document);
    expect(section && chartsOf(document, section)[0]?.name).toBe('capacity-tcp-echo');
    const pictures = pictureCharts(document, pictureLook('light'));
    expect(pictures.map(({ kind }) => kind)).toEqual(['capacity', 'curve']);
    expect(pictures[0]?.table.rows.map(([model]) => model)).toEqual([
      'epoll',
      'async-promise',
      'sync-blocking',
      'poll',
    ]);
    expect(pictures[1]?.table.rows.map(([model, load]) => [model, load])).toEqual([
      ['async-promise', '1,000/s poisson'],
      ['epoll', '2,000/s poisson'],
    ]);
    const plugins = (pictures[1]?.configuration.plugins ?? []).map(({ id }) => id);
    expect(plugins).toEqual(['limitLines']);
  });
});

test('an objective in a sentence is said in words', () => {
  expect(['p99<20ms', 'p99.9<=1.5s', 'mean<300us'].map(inWords)).toEqual([
    'p99 below 20 ms',
    'p99.9 of at most 1.5 s',
    'mean below 300 us',
  ]);
});
