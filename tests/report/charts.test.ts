import { describe, expect, test } from 'vitest';
import { formatNines } from '../../src/report/charts/axes.ts';
import {
  allCharts,
  CHART_KINDS,
  type ChartDefinition,
  type ChartKind,
} from '../../src/report/charts/index.ts';
import { pageLook, pictureLook } from '../../src/report/charts/look.ts';
import { styleOf, stylesOf } from '../../src/report/charts/palette.ts';
import { pictureCharts } from '../../src/report/charts/pictures.ts';
import { logTicks } from '../../src/report/charts/ticks.ts';
import { formatTick } from '../../src/report/formats/format.ts';
import { summarise } from '../../src/report/summary/document.ts';
import type { CellSpec, MeasuredTrial, RunDocument, TrialRecord } from '../../src/result.ts';
import { digestOf } from './digest.ts';
import * as sample from './sample.ts';

const chartsOf = (run: Parameters<typeof summarise>[0]) => allCharts(summarise(run), pictureLook('light'));
const byName = (charts: readonly ChartDefinition[], name: string) =>
  charts.find((chart) => chart.name === name) as ChartDefinition;

const GOLDEN = [
  'throughput-tcp-echo--closed',
  'throughput-file-read',
  'latency-tcp-echo--64-clients',
  'curve-tcp-echo--closed',
  'percentiles-file-read',
  'time-http-get--64-clients',
  'cpu-http-get--64-clients',
  'switches-http-get--64-clients',
  'map-http-get--64-clients',
  'timeline-http-get--64-clients--throughput',
  'timeline-http-get--64-clients--p99',
  'shares-load-balance',
  'spread-http-get--64-clients',
  'capacity-http-get',
  'sweep-file-read--missratio--throughput',
  'sweep-file-read--missratio--cpu',
  'scalability-tcp-echo',
  'scalability-tcp-echo--residuals',
  'phases-page-visit',
  'phase-p99-page-visit',
  'protocol-cpu-websocket-echo',
  'protocol-latency-websocket-echo',
];

describe('golden definitions', () => {
  test('of every kind', () => {
    const charts = [...chartsOf(sample.elevenModels()), ...chartsOf(sample.everyFigure())];
    expect([...new Set(GOLDEN.map((name) => byName(charts, name).kind))].toSorted()).toEqual(
      CHART_KINDS.toSorted(),
    );
  });

  const charts = [...chartsOf(sample.elevenModels()), ...chartsOf(sample.everyFigure())];
  test.each(GOLDEN)('%s', (name) => {
    expect(digestOf(byName(charts, name))).toMatchSnapshot();
  });
});

test('a digest shows what changed, even where it shows no figure', () => {
  const chart = byName(chartsOf(sample.elevenModels()), 'latency-tcp-echo--64-clients');
  const linesOf = (changed: (copy: ChartDefinition) => void) => {
    const { configuration, table } = chart;
    const data = { ...configuration.data, datasets: configuration.data.datasets.map((set) => ({ ...set })) };
    const copy = { ...chart, table: structuredClone(table), configuration: { ...configuration, data } };
    changed(copy as ChartDefinition);
    const before = digestOf(chart).split('\n');
    return digestOf(copy as ChartDefinition)
      .split('\n')
      .filter((line, index) => line !== before[index])
      .map((line) => line.split(':')[0]?.trim());
  };
  const firstSeries = ({ configuration }: ChartDefinition) =>
    configuration.data.datasets[0] as { data: unknown[] };
  expect(linesOf(() => {})).toEqual([]);
  expect(linesOf((copy) => Object.assign(copy, { title: 'another' }))).toEqual(['title', 'whole']);
  expect(linesOf((copy) => Object.assign(firstSeries(copy), { clip: true }))).toEqual(['whole']);
  const moved = linesOf((copy) => {
    firstSeries(copy).data = firstSeries(copy).data.with(4, { x: 1, y: 4 });
  });
  expect(moved).toEqual(['series p50 (half)', 'whole']);
  const retold = linesOf((copy) => {
    (copy.table.rows[4] as string[])[0] = 'another';
  });
  expect(retold).toEqual(['11 rows', 'whole']);
});

test('there is a chart of each kind for each workload, and names are unique', () => {
  const names = chartsOf(sample.elevenModels()).map((chart) => chart.name);
  expect(new Set(names).size).toBe(names.length);
  for (const kind of ['throughput', 'latency', 'curve', 'percentiles', 'cpu', 'switches', 'spread']) {
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
  expect(byName(charts, 'throughput-tcp-echo--closed').subtitle).toContain(
    'Not measured: io-uring (unsupported), poll with 64 clients (failed)',
  );
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

test('models at one load stand side by side about it, in order, and no nearer to the load beside it', () => {
  const { data } = byName(chartsOf(sample.elevenModels()), 'throughput-tcp-echo--closed').configuration;
  for (const load of data.labels?.keys() ?? []) {
    const places = data.datasets.map((set) => (set.data[load] as { x: number }).x - load);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(places.length);
    expect(Math.max(...places.map(Math.abs))).toBeLessThan(0.25);
    expect(places.reduce((sum, place) => sum + place, 0)).toBeCloseTo(0);
  }
});

test('models are in the order of the run, though the first load may lack some', () => {
  const trials = [
    sample.cellOf('poll', sample.closed(1)),
    ...['epoll', 'poll'].map((model) => sample.cellOf(model, sample.closed(8))),
  ];
  const run = sample.runOf(
    sample.headerOf(['epoll', 'poll']),
    trials.map((cell) => sample.measured(cell, 1)),
  );
  for (const kind of ['throughput', 'curve']) {
    expect(
      byName(chartsOf(run), `${kind}-tcp-echo`).configuration.data.datasets.map(({ label }) => label),
    ).toEqual(['epoll', 'poll']);
  }
});

test('whiskers are explained where there are any', () => {
  const about = (trials: readonly number[]) => {
    const run = sample.runOf(
      sample.headerOf(['epoll']),
      trials.map((trial) => sample.measured(sample.cellOf('epoll'), trial)),
    );
    return byName(chartsOf(run), 'throughput-tcp-echo').howToRead;
  };
  expect(about([1, 2, 3])).toContain('Whiskers');
  expect(about([1])).toBe('Longer is better.');
});

test('a chart explains the marks and the parts that it has, and no others', () => {
  const cell = sample.cellOf('epoll');
  const threadTime = { user: 0.2, system: 0.1, runnable: 0, waiting: 0.7, blocked: 0, idle: 0 };
  const trials = [1, 2, 3].map((trial) => sample.measured(cell, trial, { count: 200, threadTime }));
  const charts = chartsOf(sample.runOf(sample.headerOf(['epoll']), trials));
  const latency = byName(charts, 'latency-tcp-echo');
  const { generateLabels } = latency.configuration.options?.plugins?.legend?.labels ?? {};
  expect(generateLabels?.({} as never).map(({ text }) => text)).toEqual(['p50 (half)']);
  expect(latency.howToRead).not.toContain('p99');
  const time = byName(charts, 'time-tcp-echo');
  expect(time.table.head).toEqual([
    'model',
    'runs the program',
    'runs in the kernel',
    'waits for whichever is first',
  ]);
  expect(time.howToRead).toContain('can serve any request');
  expect(time.howToRead).not.toContain('is lost');
});

test('a missing percentile is not drawn as zero', () => {
  const chart = byName(chartsOf(sample.extremes()), 'latency-tcp-echo');
  const points = chart.configuration.data.datasets.map(({ data }) => data.length);
  expect(points).toEqual([5, 3, 3]);
});

test('every kind is drawn where its figures are there', () => {
  const kinds = new Set(chartsOf(sample.everyFigure()).map(({ kind }) => kind));
  expect([...kinds].toSorted()).toEqual(CHART_KINDS.toSorted());
});

test('kinds whose figures are not there are left out', () => {
  const kinds = new Set(chartsOf(sample.oneModel()).map(({ kind }) => kind));
  expect([...kinds].toSorted()).toEqual(['cpu', 'latency', 'percentiles', 'switches', 'throughput']);
});

test('what is chosen is drawn, at all loads; without a choice the usual kinds, at the main load', () => {
  const document = summarise(sample.everyFigure());
  const names = (only?: readonly ChartKind[]) =>
    pictureCharts(document, pictureLook('light'), only).map(({ name }) => name);
  const http = (kind: string) =>
    ['1-client', '8-clients', '64-clients'].map(
      (load) => `${kind}-http-get--${load.replace('1-client', '1-clients')}`,
    );
  expect(names(['map'])).toEqual(http('map'));
  expect(names().filter((name) => name.startsWith('latency-http-get'))).toEqual([
    'latency-http-get--64-clients',
  ]);
  expect(names().some((name) => name.startsWith('spread'))).toBe(false);
});

test('every chart has a table: a row a model at least, and as many texts as heads', () => {
  for (const { name, table } of [...chartsOf(sample.everyFigure()), ...chartsOf(sample.elevenModels())]) {
    expect([name, table.rows.length > 0]).toEqual([name, true]);
    for (const row of table.rows) expect([name, row.length]).toEqual([name, table.head.length]);
  }
});

test('one model stands out: the others fade, and no figure changes', () => {
  const document = summarise(sample.everyFigure());
  const [plain, lit] = [undefined, 'epoll'].map((highlighted) =>
    allCharts(document, pageLook('light', false, { highlighted })),
  );
  const colours = (charts: readonly ChartDefinition[] = []) =>
    byName(charts, 'throughput-http-get').configuration.data.datasets.map((set) => set.borderColor);
  expect(colours(plain).every((colour) => /^#\w{6}$/.test(String(colour)))).toBe(true);
  expect(colours(lit).filter((colour) => /^#\w{6}$/.test(String(colour)))).toEqual([
    stylesOf(document.run.models).get('epoll')?.light,
  ]);
  expect(lit?.map(({ table }) => table)).toEqual(plain?.map(({ table }) => table));
});

test.each(['linear', 'log'] as const)('all axes of values are %s where the reader wants it', (scale) => {
  const charts = allCharts(summarise(sample.everyFigure()), pageLook('light', false, { scale }));
  const type = scale === 'log' ? 'logarithmic' : 'linear';
  for (const [kind, axis] of [
    ['throughput', 'y'],
    ['curve', 'x'],
    ['curve', 'y'],
    ['latency', 'x'],
    ['percentiles', 'y'],
    ['spread', 'x'],
  ] as const) {
    for (const chart of charts.filter((each) => each.kind === kind && each.configuration.type !== 'bar'))
      expect(chart.configuration.options?.scales?.[axis]?.type).toBe(type);
  }
});

test('a parameter that was swept from zero has a step a value, and its ticks say which', () => {
  const chart = byName(chartsOf(sample.everyFigure()), 'sweep-file-read--missratio--throughput');
  const xs = chart.configuration.data.datasets.map(({ data }) =>
    data.map((point) => (point as { x: number }).x),
  );
  expect(xs).toEqual(sample.FIVE_MODELS.map(() => [0, 1, 2]));
  const axis = chart.configuration.options?.scales?.x as
    | { ticks: { callback(value: number): string } }
    | undefined;
  expect([0, 1, 2].map((step) => axis?.ticks.callback(step))).toEqual(['0 %', '1 %', '10 %']);
  expect(chart.table.head).toEqual(['model', 'missRatio 0', 'missRatio 0.01', 'missRatio 0.1']);
  expect(chart.table.rows.flat()).not.toContain('–');
});

describe('charts by protocol', () => {
  const trialsOf = (workload: string, params: CellSpec['params'], model = 'epoll', clients = 8) =>
    [1, 2].map((trial) =>
      sample.measured(sample.cellOf(model, sample.closed(clients), { workload, params }), trial),
    );
  const described = (name: string) => ({
    name,
    summary: name,
    units: { size: 'bytes', delay: 'ns' },
    message: 'size',
  });
  const drawn = (...trials: readonly TrialRecord[][]) => {
    const workloads = ['plain', 'framed'].map(described);
    const run = sample.runOf(sample.headerOf(['epoll', 'poll'], { workloads }), trials.flat());
    return summarise(run);
  };
  const kindsOf = (document: RunDocument) =>
    allCharts(document, pictureLook('light')).filter(({ kind }) => kind.startsWith('protocol-'));

  test.each([
    ['sizes', trialsOf('framed', { size: 128 })],
    ['loads', trialsOf('framed', { size: 64 }, 'epoll', 16)],
    ['parameters of one workload', trialsOf('plain', { size: 64, delay: 1e6 })],
    ['workloads that do not say what their message is', trialsOf('other', { size: 64 })],
  ])('none of different %s', (_, other) => {
    expect(kindsOf(drawn(trialsOf('plain', { size: 64, delay: 0 }), other))).toEqual([]);
  });

  test('none of a client beside a server', () => {
    const served = trialsOf('framed', { size: 64 }).map((trial) => ({
      ...trial,
      cell: { ...trial.cell, generator: 'epoll' },
    }));
    expect(kindsOf(drawn(trialsOf('plain', { size: 64 }), served))).toEqual([]);
  });

  test('on the page with each workload, as a picture once', () => {
    const document = drawn(trialsOf('plain', { size: 64 }), trialsOf('framed', { size: 64 }));
    expect(kindsOf(document).map(({ name }) => name)).toEqual([
      'protocol-cpu-plain',
      'protocol-latency-plain',
      'protocol-cpu-framed',
      'protocol-latency-framed',
    ]);
    const pictured = pictureCharts(document, pictureLook('light')).map(({ name }) => name);
    expect(pictured.filter((name) => name.startsWith('protocol-'))).toEqual([
      'protocol-cpu-plain',
      'protocol-latency-plain',
    ]);
  });

  test('a group a model, a bar a protocol; what distinguishes two besides is named', () => {
    const refusal = sample.refused(
      sample.cellOf('poll', sample.closed(8), { workload: 'framed', params: { size: 64, delay: 1e6 } }),
      'unsupported',
      'It cannot.',
    );
    const document = drawn(
      trialsOf('plain', { size: 64, delay: 0 }),
      trialsOf('plain', { size: 64, delay: 0 }, 'poll'),
      trialsOf('framed', { size: 64, delay: 1e6 }),
      [refusal],
    );
    const [cpu, latency] = kindsOf(document);
    expect(cpu?.configuration.data.labels).toEqual(['epoll', 'poll']);
    expect(cpu?.table.head).toEqual(['model', 'plain (delay 0)', 'framed (delay 1.00 ms)']);
    expect(cpu?.table.rows[1]).toEqual(['poll', '9.00 µs', 'unsupported: It cannot.']);
    expect(cpu?.configuration.data.datasets.map(({ data }) => data)).toEqual([
      [9000, 9000],
      [9000, null],
    ]);
    expect(latency?.configuration.data.datasets.map(({ data }) => data.length)).toEqual([4, 2]);
    expect(latency?.table.rows[1]?.slice(3)).toEqual(['unsupported: It cannot.', '']);
  });
});

test('a number of clients that was measured is a tick, where there is room', () => {
  const chart = byName(chartsOf(sample.everyFigure()), 'scalability-tcp-echo');
  const options = chart.configuration.options?.scales?.x as
    | { afterBuildTicks(axis: object): void }
    | undefined;
  const axis = {
    min: 0.8,
    max: 40,
    isHorizontal: () => true,
    maxWidth: 900,
    ticks: [] as { value: number }[],
  };
  options?.afterBuildTicks(axis);
  expect(axis.ticks.map(({ value }) => value)).toEqual([1, 2, 4, 8, 16, 32]);
});

test('zero has the unit of the tick after it', () => {
  const chart = byName(chartsOf(sample.everyFigure()), 'timeline-http-get--64-clients--throughput');
  const options = chart.configuration.options?.scales?.x as
    | { ticks: { callback(value: number, index: number, ticks: readonly { value: number }[]): string } }
    | undefined;
  const axis = [0, 5e8, 1e9].map((value) => ({ value }));
  expect(axis.map(({ value }, index) => options?.ticks.callback(value, index, axis))).toEqual([
    '0 ms',
    '500 ms',
    '1 s',
  ]);
});

test('a linear axis has room for the whiskers', () => {
  const document = summarise(sample.oneModel());
  const chart = allCharts(document, pageLook('light', false)).find(({ kind }) => kind === 'throughput');
  const highest = Math.max(
    ...document.cells.flatMap((cell) => (cell.status === 'measured' ? [cell.throughputPerSecond.high] : [])),
  );
  expect(chart?.configuration.options?.scales?.x).toMatchObject({ type: 'linear', suggestedMax: highest });
});

test('a capacity says beside its bar and in its table at which rate the objective no longer held; on a phone in its table', () => {
  const document = summarise(sample.everyFigure());
  const [wide, narrow] = [false, true].map((isNarrow) =>
    byName(allCharts(document, pageLook('light', isNarrow)), 'capacity-http-get'),
  );
  for (const chart of [wide, narrow]) {
    expect(chart?.table.rows).toContainEqual(['async-promise', '9.20 k/s', '10.1 k/s']);
    expect(chart?.table.rows).toContainEqual(['poll', 'poll(2) is not there on this system', '–']);
  }
  const margin = (chart: ChartDefinition | undefined) =>
    (chart?.configuration.options?.layout?.padding as { right: number } | undefined)?.right ?? Number.NaN;
  expect(margin(narrow)).toBeLessThan(margin(wide) / 1.5);
});

test('nothing measured, no chart', () => {
  expect(
    chartsOf(
      sample.runOf(sample.headerOf(['epoll']), [sample.refused(sample.cellOf('epoll'), 'failed', 'No.')]),
    ),
  ).toEqual([]);
});

describe('styles', () => {
  test('known models differ in colour, and those that share a dash differ in shape', () => {
    const styles = [...stylesOf(sample.headerOf(sample.ALL_MODELS).models).values()];
    for (const theme of ['light', 'dark'] as const)
      expect(new Set(styles.map((style) => style[theme])).size).toBe(11);
    expect(new Set(styles.map(({ dashPixels, point }) => `${dashPixels} ${String(point)}`)).size).toBe(11);
  });
  test('a model that is in no header always looks the same', () => {
    expect(styleOf('mine', new Map())).toEqual(styleOf('mine', stylesOf(sample.headerOf(['epoll']).models)));
  });
  test('models of an older run differ in colour or line, and those that share a colour differ in shape too', () => {
    const styles = [...stylesOf(sample.ALL_MODELS.map((name) => ({ name }))).values()];
    for (const theme of ['light', 'dark'] as const) {
      expect(new Set(styles.map((style) => `${style[theme]} ${style.dashPixels}`)).size).toBe(11);
      expect(new Set(styles.map((style) => `${style[theme]} ${String(style.point)}`)).size).toBe(11);
    }
  });
  test('light and dark charts have the same data', () => {
    const document = summarise(sample.fiveModels());
    const [light, dark] = (['light', 'dark'] as const).map((theme) =>
      allCharts(document, pageLook(theme, false)).map((chart) =>
        chart.configuration.data.datasets.map(({ data }) => data),
      ),
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
  test('none below a nanosecond, however much room there is', () => {
    expect(logTicks(1e-4, 300e9, 'duration').every((ns) => ns >= 1)).toBe(true);
  });
  test('within a decade', () => {
    expect(
      logTicks(1.1e6, 6e6, 'duration').map((value) => formatTick(value, 'duration')).length,
    ).toBeGreaterThanOrEqual(4);
  });
  test('nines', () => {
    expect([2, 10, 100, 1e3, 1e4].map(formatNines)).toEqual(['50 %', '90 %', '99 %', '99.9 %', '99.99 %']);
  });
});

test('what was done to peers is marked in the timeline, and explained', () => {
  const entry = { atNs: 0, throughputPerSecond: 10, p50Ns: 1e6, p99Ns: 2e6, inFlight: 1 };
  const kill = { act: 'kill', whom: 'back end 1', atShare: 0.5, atNs: 100e6 } as const;
  const timeline = [entry, { ...entry, atNs: 1e8 }];
  const chartOf = (shape: Partial<MeasuredTrial>) => {
    const trials = [sample.measured(sample.cellOf('epoll'), 1, { timeline, ...shape })];
    const charts = chartsOf(sample.runOf(sample.headerOf(['epoll'], { trials: 1 }), trials));
    return charts.find(({ kind }) => kind === 'timeline') ?? expect.unreachable();
  };
  const marked = chartOf({ disturbances: [kill] });
  expect(marked.configuration.plugins?.map(({ id }) => id)).toEqual(['momentLines']);
  expect(marked.howToRead).toContain('Upright lines');
  expect(chartOf({}).configuration.plugins).toEqual([]);
  expect(chartOf({}).howToRead).not.toContain('Upright lines');
});

describe('a parameter of words', () => {
  const algorithms = ['round-robin', 'power-of-two-choices'];
  const trials = algorithms.flatMap((algorithm, index) =>
    ['epoll', 'poll'].flatMap((model) =>
      [1, 2, 3].map((trial) =>
        sample.measured(
          sample.cellOf(model, sample.closed(8), { workload: 'load-balance', params: { algorithm } }),
          trial,
          { medianNs: 1e6 * (index + 1) },
        ),
      ),
    ),
  );
  const report = sample.runOf(sample.headerOf(['epoll', 'poll']), trials);

  test('has a chart of throughput, of CPU time and of latency, with a step for each word', () => {
    const charts = chartsOf(report).filter(({ kind }) => kind === 'sweep');
    const names = new Set(charts.map(({ name }) => name.split('--').slice(-2).join(' ')));
    expect([...names]).toEqual(['algorithm throughput', 'algorithm cpu', 'algorithm p99']);
    const p99 = charts.find(({ name }) => name.endsWith('p99'));
    expect(p99?.table.head).toEqual(['model', 'algorithm power-of-two-choices', 'algorithm round-robin']);
    expect(p99?.howToRead).toContain('the choice makes no difference');
    const labels = p99?.configuration.options?.scales?.x?.ticks as { callback(value: number): unknown };
    expect(labels.callback(0)).toEqual(['power-of-', 'two-choices']);
    // One line per model, from step to step.
    expect(p99?.configuration.data.datasets.map(({ data }) => data.length)).toEqual([2, 2]);
  });
});
