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
import type { Capacity, LoadSpec, MeasuredTrial, StoredRun } from '../../src/result.ts';
import * as sample from './sample.ts';

const P99 = parseCapacityObjective('p99 < 20ms');
const at = (ratePerSecond: number): LoadSpec => ({ kind: 'open', ratePerSecond, arrivals: 'poisson' });
const params = { messageSize: 64 };
const cell = (model: string, load: LoadSpec) => ({ model, workload: 'tcp-echo', params, load });
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
    ['whose percentile is too high', trial({ values: [...flat(1900, 5e6), ...flat(100, 30e6)] }), /^p99 30\.0 ms$/],
    ['with requests that failed', trial({ failed: 3, errors: { ECONNRESET: 3 } }), /^3 failed \(ECONNRESET\)$/],
    ['with requests that were shed', trial({ shed: 1203 }), /^1,203 shed$/],
    ['with requests that never ended', trial({ unfinished: 7 }), /^7 unfinished$/],
    ['with too few requests for the percentile', trial({ values: flat(999, 5e6) }), /^only 999 ended, p99 needs 1,000$/],
    ['whose queue grows', trial({ timeline: timeline((slot) => 10 + 8 * slot) }), /^the queue grew by 80\.0\/s$/],
    // A model that serves one after another has none in flight when one has ended: the line shows in how long requests take.
    ['that misses in all ways at once', trial({ shed: 2, unfinished: 1, values: flat(2000, 50e6) }), /^2 shed, 1 unfinished, p99 50\.\d ms$/],
  ])('%s is not kept, and says why', (_what, measured, why) => {
    const judgement = judgeStep(P99, measured);
    expect(judgement.isKept).toBe(false);
    expect(judgement.why).toMatch(why);
  });

  test('with a queue that goes up and down is kept', () => {
    expect(judgeStep(P99, trial({ timeline: timeline((slot) => [4, 9, 3, 8, 5, 9, 2, 7, 4, 6][slot] ?? 0) })).isKept).toBe(true);
  });

  test('is held against the figure that was named', () => {
    const skewed = trial({ values: [...flat(1900, 5e6), ...flat(100, 30e6)] });
    const kept = (objective: string) => judgeStep(parseCapacityObjective(objective), skewed).isKept;
    expect([kept('p50<6ms'), kept('p90<6ms'), kept('p99<6ms'), kept('mean<6ms'), kept('mean<7ms'), kept('max<=31ms')]).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
    // 2,000 requests do not support it.
    expect(kept('p99.9<1s')).toBe(false);
  });
});

describe('an objective', () => {
  test('says how many requests it needs', () => {
    const needed = ['p50<1s', 'p90<1s', 'p99<1s', 'p99.9<1s', 'max<1s'].map((written) => parseCapacityObjective(written).requestsNeeded);
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
  const step = (ratePerSecond: number, kept: boolean, why: string) => ({ ratePerSecond, kept, measured: 'p99 5.00 ms', ...(kept ? {} : { why }) });
  const capacity = (model: string, rest: Partial<Capacity>): Capacity => ({
    kind: 'capacity',
    cell: { model, workload: 'tcp-echo', params },
    objective: 'p99<20ms',
    steps: [],
    ...rest,
  });
  const capacities = [
    capacity('sync-blocking', { ratePerSecond: 0, failedAtPerSecond: 34.7, steps: [step(34.7, false, 'p99 80.0 ms')] }),
    capacity('poll', { reason: 'poll(2) is not there on this system' }),
    capacity('async-promise', { ratePerSecond: 1000, failedAtPerSecond: 1050, steps: [step(1000, true, ''), step(1050, false, '12 shed')] }),
    capacity('epoll', { ratePerSecond: 2000, steps: [step(2000, true, '')] }),
  ];
  const trials = [
    sample.measured(cell('sync-blocking', at(34.7)), 1, { count: 1200 }),
    sample.measured(cell('async-promise', at(1000)), 1, { count: 1200 }),
    sample.measured(cell('async-promise', at(1050)), 1, { count: 900, shed: 12 }),
    sample.measured(cell('epoll', at(2000)), 1),
  ];
  const header = sample.headerOf(['sync-blocking', 'async-promise', 'poll', 'epoll'], { trials: 1 });
  return { header, trials, capacities, warnings: [] };
}

describe('a run that only searched for capacities', () => {
  const document = summarise(searched());

  test('as text: sorted, with what failed and why; the steps are no tables of their own', () => {
    const text = renderText(document, { width: 80, color: false });
    const rows = text.split('\n').filter((line) => /^(epoll|async-promise|sync-blocking|poll) {2}/.test(line));
    expect(rows.map((row) => row.replaceAll(/[█▉▊▋▌▍▎▏]+/g, '#').replaceAll(/ +/g, ' '))).toEqual([
      'epoll 2.00 k/s – # no higher rate was tried',
      'async-promise 1.00 k/s 1.05 k/s # 12 shed',
      'sync-blocking under 34.7/s 34.7/s p99 80.0 ms',
      'poll poll(2) is not there on this system',
    ]);
    expect(text).toContain('1.05 k/s ✗ 12 shed');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('epoll keeps p99 below 20 ms up to 2.00 k/s at least, and sync-blocking not even at 34.7/s.');
    expect(text).not.toContain('compared by');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('no warning says what the search was for', () => {
    expect(document.cells.flatMap(({ warnings }) => warnings.map(({ code }) => code))).toEqual([]);
    const { capacities: _, ...plain } = searched();
    const codes = summarise(plain).cells.flatMap(({ warnings }) => warnings.map(({ code }) => code));
    expect(codes).toEqual(expect.arrayContaining(['few-requests', 'not-kept-up']));
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
    expect(pictures[0]?.table.rows.map(([model]) => model)).toEqual(['epoll', 'async-promise', 'sync-blocking', 'poll']);
    expect(pictures[1]?.table.rows.map(([model, load]) => [model, load])).toEqual([
      ['async-promise', '1,000/s poisson'],
      ['epoll', '2,000/s poisson'],
    ]);
    const plugins = (pictures[1]?.configuration.plugins ?? []).map(({ id }) => id);
    expect(plugins).toEqual(['limitLines']);
  });
});

test('an objective in a sentence is said in words', () => {
  expect(['p99<20ms', 'p99.9<=1.5s', 'mean<300us'].map(inWords)).toEqual(['p99 below 20 ms', 'p99.9 of at most 1.5 s', 'mean below 300 us']);
});
