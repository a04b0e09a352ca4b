import { describe, expect, test } from 'vitest';
import { formatNines, logTicks } from '../../src/report/charts/axes.ts';
import { allCharts, type ChartDefinition } from '../../src/report/charts/index.ts';
import { pageLook, pictureLook } from '../../src/report/charts/look.ts';
import { styleOf } from '../../src/report/charts/palette.ts';
import { summarise } from '../../src/report/document.ts';
import { formatTick } from '../../src/report/format.ts';
import * as sample from './sample.ts';

const chartsOf = (run: Parameters<typeof summarise>[0]) => allCharts(summarise(run), pictureLook('light'));
const byName = (charts: readonly ChartDefinition[], name: string) => charts.find((chart) => chart.name === name) as ChartDefinition;

describe('golden definitions', () => {
  const charts = chartsOf(sample.elevenModels());
  test.each([
    'throughput-tcp-echo--closed',
    'throughput-file-read',
    'latency-tcp-echo--64-clients',
    'curve-tcp-echo--closed',
    'percentiles-file-read',
  ])('%s', (name) => {
    const { configuration, ...texts } = byName(charts, name);
    expect({
      ...texts,
      type: configuration.type,
      data: configuration.data,
      scales: configuration.options?.scales,
      plugins: configuration.plugins?.map(({ id }) => id),
    }).toMatchSnapshot();
  });
});

test('there is a chart of each kind for each workload, and names are unique', () => {
  const names = chartsOf(sample.elevenModels()).map((chart) => chart.name);
  expect(new Set(names).size).toBe(names.length);
  for (const kind of ['throughput', 'latency', 'curve', 'percentiles']) {
    expect(names.filter((name) => name.startsWith(`${kind}-tcp-echo`)).length).toBeGreaterThan(0);
    expect(names).toContain(`${kind}-file-read`);
  }
  expect(names.every((name) => /^[a-z0-9-]+$/.test(name))).toBe(true);
});

test('workloads with names that look alike do not overwrite each other’s charts', () => {
  const trials = ['A b', 'a-b', 'a b 8 clients'].flatMap((workload) =>
    [1, 8].map((clients) => sample.measured(sample.cellOf('epoll', sample.closed(clients), { workload }), 1)),
  );
  const names = chartsOf(sample.runOf(sample.headerOf(['epoll']), trials)).map((chart) => chart.name);
  expect(new Set(names).size).toBe(names.length);
});

test('a model that was not measured is named in the subtitle and keeps its row', () => {
  const charts = chartsOf(sample.elevenModels());
  expect(byName(charts, 'throughput-tcp-echo--closed').subtitle).toContain('Not measured: io-uring (unsupported), poll with 64 clients (failed)');
  expect(byName(charts, 'throughput-file-read').configuration.data.labels).toContain('signal-driven');
  expect(byName(charts, 'latency-tcp-echo--64-clients').rows).toBe(11);
});

test('every chart says machine, Node, load, parameters and how to read it', () => {
  for (const { subtitle, howToRead } of chartsOf(sample.fiveModels())) {
    expect(subtitle).toContain('64 clients');
    expect(subtitle).toContain('messageSize 64 B');
    expect(subtitle).toContain('Example CPU E5-2680 v4 @ 2.40GHz × 8');
    expect(subtitle).toContain('Node v22.20.0');
    expect(howToRead).toMatch(/\.$/);
  }
});

test('a missing percentile is not drawn as zero', () => {
  const chart = byName(chartsOf(sample.extremes()), 'latency-tcp-echo');
  const points = chart.configuration.data.datasets.map(({ data }) => data.length);
  expect(points).toEqual([5, 3, 3]);
});

test('nothing measured, no chart', () => {
  expect(chartsOf(sample.runOf(sample.headerOf(['epoll']), [sample.refused(sample.cellOf('epoll'), 'failed', 'No.')]))).toEqual([]);
});

describe('styles', () => {
  test('known models differ in colour, and those that share a dash differ in shape', () => {
    const styles = sample.ALL_MODELS.map(styleOf);
    for (const theme of ['light', 'dark'] as const) expect(new Set(styles.map((style) => style[theme])).size).toBe(11);
    expect(new Set(styles.map(({ dash, point }) => `${dash} ${String(point)}`)).size).toBe(11);
  });
  test('an unknown model always looks the same', () => {
    expect(styleOf('mine')).toEqual(styleOf('mine'));
  });
  test('light and dark charts have the same data', () => {
    const document = summarise(sample.fiveModels());
    const [light, dark] = (['light', 'dark'] as const).map((theme) =>
      allCharts(document, pageLook(theme, false)).map((chart) => chart.configuration.data.datasets.map(({ data }) => data)),
    );
    expect(light).toEqual(dark);
  });
});

describe('ticks', () => {
  test('from nanoseconds to minutes', () => {
    expect(logTicks(50, 300e9, 'duration').map((value) => formatTick(value, 'duration'))).toEqual([
      '100 ns',
      '1 µs',
      '10 µs',
      '100 µs',
      '1 ms',
      '10 ms',
      '100 ms',
      '1 s',
      '10 s',
      '1 min',
    ]);
  });
  test('within a decade', () => {
    expect(logTicks(1.1e6, 6e6, 'duration').map((value) => formatTick(value, 'duration')).length).toBeGreaterThanOrEqual(4);
  });
  test('nines', () => {
    expect([2, 10, 100, 1e3, 1e4].map(formatNines)).toEqual(['50 %', '90 %', '99 %', '99.9 %', '99.99 %']);
  });
});
