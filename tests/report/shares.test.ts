/** What share of the requests each peer got: by their own counts, of all trials together. */
import { expect, test } from 'vitest';
import { allCharts, CHART_KINDS } from '../../src/report/charts/index.ts';
import { pageLook } from '../../src/report/charts/look.ts';
import { summarise } from '../../src/report/summary/document.ts';
import { fairnessOf } from '../../src/stats/fairness.ts';
import * as sample from './sample.ts';

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
