import { expect, test } from 'vitest';
import { renderCsv } from '../../../src/report/formats/csv.ts';
import { summarise } from '../../../src/report/summary/document.ts';
import type { MeasuredCell } from '../../../src/result.ts';
import * as sample from '../sample.ts';

/** A reader of its own, after RFC 4180. */
function parse(text: string): Record<string, string>[] {
  const rows = [...text.trimEnd().matchAll(/(?:^|\n)((?:(?:"(?:[^"]|"")*"|[^",\n]*)(?:,|(?=\n|$)))+)/g)].map(
    ([, line = '']) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^",]*)(?:,|$)/g)].map(([, field = '']) =>
        field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
      ),
  );
  const [head = [], ...body] = rows;
  return body.map((fields) => Object.fromEntries(head.map((name, index) => [name, fields[index] ?? ''])));
}

test('a row a cell, with the same numbers as the document', () => {
  const document = summarise(sample.elevenModels());
  const rows = parse(renderCsv(document));
  expect(rows).toHaveLength(document.cells.length);
  for (const [index, cell] of document.cells.entries()) {
    const row = rows[index] ?? {};
    expect([row.workload, row.model, row.status]).toEqual([cell.workload, cell.model, cell.status]);
    expect(JSON.parse(row.params ?? '')).toEqual(cell.params);
    if (cell.status !== 'measured') {
      expect(row).toMatchObject({ reason: cell.reason, latency_p99_ns: '', completed: '' });
      continue;
    }
    expect(Number(row.throughput_per_second_median)).toBe(cell.throughputPerSecond.median);
    expect(Number(row.latency_p99_ns)).toBe(cell.latencyNs.p99);
    expect(Number(row.max_rss_bytes)).toBe(cell.maxRssBytes);
  }
});

/** Each column of a figure that only some cells have, with where the document keeps it. */
const SOMETIMES: Readonly<Record<string, (cell: MeasuredCell) => number | null | undefined>> = {
  thread_user_share: (cell) => cell.threadTime?.user,
  thread_system_share: (cell) => cell.threadTime?.system,
  thread_runnable_share: (cell) => cell.threadTime?.runnable,
  thread_blocked_share: (cell) => cell.threadTime?.blocked,
  thread_waiting_share: (cell) => cell.threadTime?.waiting,
  thread_idle_share: (cell) => cell.threadTime?.idle,
  submit_p50_ns: (cell) => cell.submitNs?.p50,
  submit_p99_ns: (cell) => cell.submitNs?.p99,
  reordered_share: (cell) => cell.reorderedShare,
  in_flight_mean: (cell) => cell.inFlightMean,
  little_ratio: (cell) => cell.littleRatio,
  oracle_servers: (cell) => cell.oracle?.servers,
  oracle_predicted_wait_ns: (cell) => cell.oracle?.predictedWaitNs,
  oracle_measured_wait_ns: (cell) => cell.oracle?.measuredWaitNs,
  oracle_error_share: (cell) => cell.oracle?.error,
  page_faults_per_request: (cell) => cell.pageFaultsPerRequest,
  thread_count: (cell) => cell.threadCount,
  pacing_cpu_per_request_ns: (cell) => cell.pacingCpuPerRequestNs,
};

test('figures that only some cells have are those of the document, and empty where it has none', () => {
  const run = sample.everyFigure();
  const oracle = { servers: 3, requests: 900, predictedWaitNs: 41_000, measuredWaitNs: 40_000 };
  const own = {
    ...sample.cellOf('epoll', sample.open(5000)),
    threads: 2,
    modelParams: { batch: 16, name: 'a, "b"' },
  };
  const submit = sample.histogramOf(sample.latencies(30_000, 3000, 1));
  const trials = [1, 2, 3].map((trial) =>
    sample.measured(own, trial, {
      oracle,
      submit,
      shed: 2,
      inFlightMean: 1,
      inFlightMeanByTimes: 1.5,
      pacingCpuNs: 5e6,
    }),
  );
  const document = summarise({ ...run, trials: [...run.trials, ...trials] });
  const rows = parse(renderCsv(document));
  const seen = { known: new Set<string>(), unknown: new Set<string>() };
  for (const [index, cell] of document.cells.entries()) {
    const row = rows[index] ?? {};
    expect(row.threads).toBe(cell.threads === undefined ? '' : String(cell.threads));
    expect(row.model_params).toBe(cell.modelParams === undefined ? '' : JSON.stringify(cell.modelParams));
    expect(row.warnings).toBe(cell.warnings.map(({ code }) => code).join(' '));
    for (const [name, figureOf] of Object.entries(SOMETIMES)) {
      const figure = cell.status === 'measured' ? figureOf(cell) : undefined;
      seen[figure === undefined || figure === null ? 'unknown' : 'known'].add(name);
      expect([name, row[name]]).toEqual([
        name,
        figure === undefined || figure === null ? '' : String(figure),
      ]);
    }
  }
  // Each column was seen with a figure, and without.
  expect([...seen.known].toSorted()).toEqual(Object.keys(SOMETIMES).toSorted());
  expect([...seen.unknown].toSorted()).toEqual(Object.keys(SOMETIMES).toSorted());
  expect(rows.find(({ model_params }) => model_params !== '')).toMatchObject({
    threads: '2',
    oracle_error_share: '0.02499999999999991',
  });
  expect(rows.find(({ model_params }) => model_params !== '')?.warnings).toContain('not-kept-up');
});

test('what is not known is empty, not zero', () => {
  const document = summarise(sample.extremes());
  const rows = parse(renderCsv(document));
  const index = document.cells.findIndex((cell) => cell.model === 'poll');
  expect((document.cells[index] as MeasuredCell).latencyNs.p50).toBeNull();
  expect(rows[index]).toMatchObject({ latency_p50_ns: '', completed: '3' });
});

test('names with commas, quotes, line breaks and formulas survive', () => {
  const model = '=1+1,"x"';
  const text = renderCsv(
    summarise(
      sample.runOf(sample.headerOf([model]), [sample.refused(sample.cellOf(model), 'failed', 'one, "two"')]),
    ),
  );
  const [row] = parse(text);
  expect(row).toMatchObject({ model: `'${model}`, reason: 'one, "two"' });
});

test('reconnects and other statuses: counted, counted as none, and not known', () => {
  const cell = sample.cellOf('epoll');
  const shapes = [{ reconnects: 7, statuses: { 301: 2, 304: 1 } }, { reconnects: 0, statuses: {} }, {}];
  const rows = shapes.flatMap((shape) => {
    const document = summarise(
      sample.runOf(sample.headerOf(['epoll'], { trials: 1 }), [sample.measured(cell, 1, shape)]),
    );
    return parse(renderCsv(document)).map((row) => [row.reconnects, row.other_statuses]);
  });
  expect(rows).toEqual([
    ['7', '301:2 304:1'],
    ['0', ''],
    ['', ''],
  ]);
});

test('a capacity is a row, and its steps are none', () => {
  const cell = { model: 'epoll', workload: 'tcp-echo', params: { messageSize: 64 }, threads: 2 };
  const objective = 'p99<20ms';
  const trial = sample.measured({ ...cell, load: sample.open(1000) }, 1, {
    peers: [{ name: 'echo-server', cpuNs: 0.97e9, wallNs: 1e9 }],
  });
  const document = summarise({
    ...sample.runOf(sample.headerOf(['epoll', 'poll'], { trials: 1 }), [
      sample.measured(sample.cellOf('epoll'), 1),
    ]),
    steps: [
      { kind: 'step', cell, objective, ratePerSecond: 1000, kept: true, measured: 'p99 5.00 ms', trial },
    ],
    capacities: [
      { kind: 'capacity', cell, objective, ratePerSecond: 1000, failedAtPerSecond: 1050 },
      { kind: 'capacity', cell: { ...cell, model: 'poll' }, objective, reason: 'no poll(2)' },
    ],
  });
  const [, ...capacities] = parse(renderCsv(document));
  expect(capacities).toHaveLength(2);
  expect(capacities[0]).toMatchObject({
    workload: 'tcp-echo',
    params: '{"messageSize":64}',
    model: 'epoll',
    threads: '2',
    load: 'searched',
    arrivals: 'poisson',
    rate_per_second: '',
    status: 'measured',
    warnings: 'peer-saturated',
    objective,
    capacity_per_second: '1000',
    capacity_failed_at_per_second: '1050',
    latency_p99_ns: '',
  });
  expect(capacities[1]).toMatchObject({
    model: 'poll',
    status: '',
    capacity_per_second: '',
    reason: 'no poll(2)',
  });
});
