/** What share of the requests each peer got: by their own counts, of all trials together. */
import { expect, test } from 'vitest';
import { allCharts, CHART_KINDS } from '../../src/report/charts/index.ts';
import { pageLook } from '../../src/report/charts/look.ts';
import { footnotesOf } from '../../src/report/formats/footnotes.ts';
import { summarise } from '../../src/report/summary/document.ts';
import type { MeasuredCell } from '../../src/result.ts';
import { fairnessOf } from '../../src/stats/fairness.ts';
import * as sample from './sample.ts';

test('how sticky the balancer was is the mean of the trials; a note says what a cache gave', () => {
  const balanced = sample.cellOf('epoll', sample.closed(8), { workload: 'load-balance', params: {} });
  const trials = [0.5, 0.7].map((peerStickiness, trial) => {
    const measured = sample.measured(balanced, trial + 1);
    return { ...measured, peerStickiness, cacheHits: measured.completed };
  });
  const [cell] = summarise(sample.runOf(sample.headerOf(['epoll']), trials)).cells;
  expect((cell as MeasuredCell).peerStickiness).toBeCloseTo(0.6, 12);
  expect(footnotesOf(cell ? [cell] : []).notes).toContain(
    'The cache gave 100 % of the answers; back ends gave the others.',
  );
});

test('Jain’s index: 1 where all have the same, 1/N where one of N has all', () => {
  expect(fairnessOf([7, 7, 7])).toBeCloseTo(1, 12);
  expect(fairnessOf([0, 9, 0, 0])).toBeCloseTo(1 / 4, 12);
  // (6 + 3 + 1)^2 / (3 * (36 + 9 + 1)).
  expect(fairnessOf([6, 3, 1])).toBeCloseTo(100 / 138, 12);
  expect(fairnessOf([0, 0])).toBeUndefined();
  expect(fairnessOf([])).toBeUndefined();
});

test('the chart has what each peer counted, and is drawn only where peers count', () => {
  const document = summarise(sample.everyFigure());
  const charts = allCharts(document, pageLook('light', false), CHART_KINDS).filter(
    ({ kind }) => kind === 'shares',
  );
  expect(charts.map(({ table }) => table.rows)).toEqual([[['epoll', '60 %', '30 %', '10 %']]]);
  expect(charts[0]?.table.head).toEqual(['model', 'backend 1', 'backend 2', 'backend 3']);
  const cell = document.cells.find(({ workload }) => workload === 'load-balance');
  expect(cell).toMatchObject({ peerRequests: { 'backend 1': 1800, 'backend 2': 900, 'backend 3': 300 } });
});

test('what each should have got: exact in turns, with a deviation by chance', () => {
  const expected = [0.5, 0.25, 0.25];
  const cell = (model: string, isByChance: boolean | undefined) =>
    [1, 2, 3].map((trial) =>
      sample.measured(
        sample.cellOf(model, sample.closed(8), { workload: 'load-balance', params: {} }),
        trial,
        {
          peers: [400, 300, 300].map((requests, number) => ({
            name: `backend ${number + 1}`,
            cpuNs: 1e6,
            wallNs: 1e9,
            requests,
            ...(isByChance === undefined
              ? {}
              : { expected: { share: expected[number] as number, isByChance } }),
          })),
        },
      ),
    );
  const header = sample.headerOf(['epoll', 'poll', 'io-uring'], {
    workloads: [{ name: 'load-balance', summary: 'a balancer', units: {} }],
  });
  const trials = [...cell('epoll', false), ...cell('poll', true), ...cell('io-uring', undefined)];
  const document = summarise(sample.runOf(header, trials));
  const [chart] = allCharts(document, pageLook('light', false), CHART_KINDS).filter(
    ({ kind }) => kind === 'shares',
  );
  expect(chart?.table.head.at(-1)).toBe('should be');
  expect(new Map(chart?.table.rows.map((row) => [row[0], row.at(-1)]))).toEqual(
    new Map([
      ['epoll', '50 %, 25 %, 25 %'],
      // sqrt(0.5 * 0.5 / 3000) and sqrt(0.25 * 0.75 / 3000).
      ['poll', '50 % ± 0.9 %, 25 % ± 0.8 %, 25 % ± 0.8 %'],
      ['io-uring', '–'],
    ]),
  );
  expect(chart?.howToRead).toContain('Dashed: where the parts should end.');
});
