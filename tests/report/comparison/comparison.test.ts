import { describe, expect, test } from 'vitest';
import { compareRuns, type RunComparison } from '../../../src/report/comparison/comparison.ts';
import { comparisonFormats } from '../../../src/report/comparison/comparison-formats.ts';
import { displayWidth } from '../../../src/report/formats/wrap.ts';
import { summarise } from '../../../src/report/summary/document.ts';
import type {
  CapacityRecord,
  CellSpec,
  MeasuredTrial,
  RunDocument,
  RunHeader,
  StepRecord,
  TrialRecord,
} from '../../../src/result.ts';
import { cellOf, closed, headerOf, measured, open, refused, runOf } from '../sample.ts';

const SPREAD = [1, 1.012, 0.988, 1.004, 0.996];

/** Trials of a cell with these throughputs; what else a trial has is the sample's. */
function trialsOf(
  cell: CellSpec,
  perSecond: number,
  trials = 5,
  more: Partial<MeasuredTrial> = {},
): TrialRecord[] {
  return SPREAD.slice(0, trials).map((factor, index) =>
    measured(cell, index + 1, {
      count: 2000,
      windowNs: 2000e9 / (perSecond * factor),
      ...more,
      medianNs: (64 / perSecond) * 1e9,
    }),
  );
}

function documentOf(trials: TrialRecord[], more: Partial<RunHeader> = {}): RunDocument {
  return summarise(
    runOf(
      headerOf(['epoll', 'event-loop', 'poll', 'io-uring'], {
        workloads: [{ name: 'tcp-echo', summary: 'Send and wait', units: { messageSize: 'bytes' } }],
        ...more,
      }),
      trials,
    ),
  );
}

const base = documentOf(
  [
    ...trialsOf(cellOf('epoll'), 80e3),
    ...trialsOf(cellOf('event-loop'), 60e3),
    ...trialsOf(cellOf('poll'), 70e3),
  ],
  {
    id: 'before',
  },
);
const next = documentOf(
  [
    ...trialsOf(cellOf('epoll'), 101.6e3),
    ...trialsOf(cellOf('event-loop'), 54e3),
    ...trialsOf(cellOf('poll'), 70.1e3),
  ],
  {
    id: 'after',
  },
);

const rowsByModel = (comparison: RunComparison) =>
  Object.fromEntries(comparison.rows.map((row) => [row.cell.model, row]));

describe('cells of both runs', () => {
  const rows = rowsByModel(compareRuns(base, next, { failIfSlowerPercent: 5 }));

  test('have a verdict in words', () => {
    expect(rows.epoll?.words).toMatch(/^1\.27 × faster, 1\.25 to 1\.29$/);
    expect(rows['event-loop']?.words).toMatch(/^1\.11 × slower, 1\.0\d to 1\.1\d$/);
    expect(rows.poll?.words).toBe('no difference shown');
  });

  test('have the figures that it rests on', () => {
    expect(rows.epoll).toMatchObject({
      metric: 'throughput',
      baseTrials: 5,
      nextTrials: 5,
      verdict: 'faster',
    });
    // The geometric mean of trials about those.
    expect((rows.epoll?.base as number) / 80e3).toBeCloseTo(1, 3);
    expect((rows.epoll?.next as number) / 101.6e3).toBeCloseTo(1, 3);
    expect(rows.epoll?.ratio).toBeCloseTo(1.27, 9);
    expect(rows.epoll?.pValue).toBeCloseTo(2 / 252, 6);
    expect(rows.epoll?.confidence).toBeCloseTo(1 - 0.05 / 3, 9);
  });

  test('are beyond the limit only with their whole interval', () => {
    const beyond = (percent: number) =>
      rowsByModel(compareRuns(base, next, { failIfSlowerPercent: percent }))['event-loop']?.isBeyondLimit;
    expect(beyond(5)).toBe(true);
    expect(beyond(10)).toBe(false);
    expect(beyond(9)).toBe(false);
    expect(beyond(0)).toBe(true);
    expect(compareRuns(base, next).rows.some((row) => row.isBeyondLimit)).toBe(false);
    expect(rows.epoll?.isBeyondLimit).toBe(false);
  });

  test('swapped, what was faster is slower', () => {
    const swapped = rowsByModel(compareRuns(next, base));
    expect(swapped.epoll?.words).toMatch(/^1\.27 × slower, 1\.25 to 1\.29$/);
    expect(swapped['event-loop']?.verdict).toBe('faster');
  });

  test('with different numbers of trials are compared by what each has', () => {
    const before = documentOf([...trialsOf(cellOf('epoll'), 80e3, 3), ...trialsOf(cellOf('poll'), 70e3, 5)]);
    const after = documentOf([...trialsOf(cellOf('epoll'), 40e3, 5), ...trialsOf(cellOf('poll'), 70e3, 3)]);
    const rows = rowsByModel(compareRuns(before, after));
    expect(rows.epoll).toMatchObject({ baseTrials: 3, nextTrials: 5, verdict: 'slower' });
    expect(rows.epoll?.ratio).toBeCloseTo(0.5, 2);
    expect(rows.poll).toMatchObject({ baseTrials: 5, nextTrials: 3, verdict: 'no difference shown' });
  });

  test('with too few trials say how many it would take', () => {
    const one = compareRuns(
      documentOf(trialsOf(cellOf('epoll'), 80e3, 1)),
      documentOf(trialsOf(cellOf('epoll'), 40e3, 1)),
      {
        failIfSlowerPercent: 5,
      },
    );
    expect(one.rows[0]).toMatchObject({
      verdict: 'too few trials',
      words: 'too few trials: it would take 4 of each',
      isBeyondLimit: false,
    });
  });

  test('that are too noisy say how many it would take', () => {
    const noisy = (factor: number) =>
      documentOf(
        [1, 1.4, 0.7].flatMap((noise, index) =>
          measured(cellOf('epoll'), index + 1, { count: 500, windowNs: 1e9 * noise * factor }),
        ),
      );
    expect(compareRuns(noisy(1), noisy(1.02)).rows[0]?.words).toMatch(
      /^no difference shown; for 5 % it would take \d+ trials of each$/,
    );
  });
});

describe('under an open load', () => {
  const cell = cellOf('epoll', open(5000));
  const withLatency = (document: RunDocument, p99: (number | null)[]) => ({
    ...document,
    cells: document.cells.map((each) => ({
      ...each,
      trialLatencyNs: { p50: [1e6, 1.01e6, 1e6, 1.02e6, 1e6], p99 },
    })),
  });
  const document = documentOf([1, 2, 3, 4, 5].map((trial) => measured(cell, trial, { count: 2000 })));
  const p99 = [5e6, 5.1e6, 4.9e6, 5e6, 5.05e6];

  test('p99 is compared, and less is better', () => {
    const halved = compareRuns(
      withLatency(document, p99),
      withLatency(
        document,
        p99.map((ns) => ns / 2),
      ),
    ).rows[0];
    expect(halved).toMatchObject({ metric: 'p99', verdict: 'faster' });
    expect((halved?.base as number) / 5.01e6).toBeCloseTo(1, 3);
    expect((halved?.next as number) / 2.505e6).toBeCloseTo(1, 3);
    const grown = withLatency(
      document,
      p99.map((ns) => ns * 1.2),
    );
    expect(
      compareRuns(withLatency(document, p99), grown, { failIfSlowerPercent: 10 }).rows[0]?.isBeyondLimit,
    ).toBe(true);
    expect(
      compareRuns(withLatency(document, p99), grown, { failIfSlowerPercent: 20 }).rows[0]?.isBeyondLimit,
    ).toBe(false);
  });

  test('p50 where a trial has no p99', () => {
    expect(
      compareRuns(withLatency(document, p99), withLatency(document, [null, ...p99.slice(1)])).rows[0]?.metric,
    ).toBe('p50');
  });
});

describe('what cannot be compared', () => {
  const reasons = (before: TrialRecord[], after: TrialRecord[]) =>
    compareRuns(documentOf(before), documentOf(after)).unpaired.map(({ workload, cell, reason }) => [
      workload,
      cell.model,
      reason,
    ]);
  const epoll = trialsOf(cellOf('epoll'), 80e3, 3);

  test('other parameters', () => {
    const larger = trialsOf(cellOf('epoll', closed(64), { params: { messageSize: 4096 } }), 80e3, 3);
    expect(reasons(epoll, larger)).toEqual([
      [
        'tcp-echo (messageSize 4 KiB)',
        'epoll',
        'other parameters: messageSize 64 B in BASE, messageSize 4 KiB in NEW',
      ],
    ]);
  });

  test('other parameters of the model', () => {
    const edge = trialsOf(cellOf('epoll', closed(64), { modelParams: { trigger: 'edge' } }), 80e3, 3);
    expect(reasons(epoll, edge)[0]?.[2]).toBe('other parameters: none in BASE, trigger edge in NEW');
  });

  test('another number of processes that send a server its requests', () => {
    const from = (generators?: number) =>
      trialsOf(
        cellOf('epoll', closed(64), { generator: 'epoll', ...(generators ? { generators } : {}) }),
        70e3,
        3,
      );
    expect(reasons(from(), from(2)).map(([, , reason]) => reason)).toEqual([
      'other generators: 1 x epoll in BASE, 2 x epoll in NEW',
    ]);
    expect(reasons(from(2), from(2))).toEqual([]);
  });

  test('another launcher', () => {
    const nice = documentOf(epoll, { launchers: { measured: ['nice', '-n', '5'] } });
    expect(compareRuns(documentOf(epoll), nice).unpaired.map(({ reason }) => reason)).toEqual([
      'other launchers: none in BASE, measured under nice -n 5 in NEW',
    ]);
    expect(compareRuns(nice, nice).unpaired).toEqual([]);
  });

  test('only in one run', () => {
    expect(reasons(epoll, trialsOf(cellOf('poll'), 70e3, 3))).toEqual([
      ['tcp-echo (messageSize 64 B)', 'poll', 'only in NEW'],
      ['tcp-echo (messageSize 64 B)', 'epoll', 'only in BASE'],
    ]);
    expect(
      reasons(epoll, trialsOf(cellOf('epoll', closed(8)), 70e3, 3)).map(([, , reason]) => reason),
    ).toEqual(['only in NEW', 'only in BASE']);
  });

  test('unsupported or failed', () => {
    const none = refused(cellOf('epoll'), 'unsupported', 'the kernel forbids it');
    expect(reasons(epoll, [none])[0]?.[2]).toBe('unsupported in NEW: the kernel forbids it');
    expect(reasons([none], epoll)[0]?.[2]).toBe('unsupported in BASE: the kernel forbids it');
    expect(reasons([none], [none])[0]?.[2]).toBe('unsupported in both: the kernel forbids it');
    expect(reasons([none], [refused(cellOf('epoll'), 'failed', 'no peer')])[0]?.[2]).toBe(
      'unsupported in BASE: the kernel forbids it',
    );
  });

  test('a trial that completed nothing', () => {
    expect(reasons(epoll, trialsOf(cellOf('epoll'), 80e3, 3, { completed: 0 }))[0]?.[2]).toBe(
      'a trial of it in NEW completed no request',
    );
  });
});

describe('warnings', () => {
  const { environment } = headerOf([]);

  test('another machine', () => {
    const elsewhere = documentOf([], {
      environment: { ...environment, cpuModel: 'Other CPU', cpuCount: 2, kernel: '6.9.0', node: 'v24.1.0' },
    });
    const { warnings } = compareRuns(documentOf([]), elsewhere);
    for (const part of [
      'CPU: Example CPU',
      'number of CPUs: 8 in BASE, 2 in NEW',
      'kernel: 6.8.0-45 in BASE, 6.9.0 in NEW',
      'Node: v22.20.0 in BASE',
    ]) {
      expect(warnings.join('\n')).toContain(part);
    }
  });

  test('the same run', () => {
    expect(compareRuns(base, base).warnings).toContain('Both are the same run.');
    expect(compareRuns(base, base).rows.every(({ verdict }) => verdict === 'no difference shown')).toBe(true);
  });

  test('none where there is no cause', () => {
    const { warnings } = compareRuns(
      documentOf(trialsOf(cellOf('epoll'), 80e3), { id: 'a' }),
      documentOf([], { id: 'b' }),
    );
    expect(warnings.filter((warning) => !warning.startsWith('BASE has warnings'))).toEqual([]);
  });
});

describe('formats', () => {
  const nasty = refused(cellOf('io-uring'), 'unsupported', 'a <tag> & "quotes"\u0007 | pipes');
  const withRefusal = { ...next, cells: [...next.cells, ...documentOf([nasty]).cells] };
  const comparison = compareRuns(
    { ...base, cells: [...base.cells, ...documentOf([nasty]).cells] },
    withRefusal,
    { failIfSlowerPercent: 5 },
  );
  const render = (format: keyof typeof comparisonFormats, width = 80) =>
    comparisonFormats[format](comparison, { width, color: false, next: withRefusal });

  test('text of 80 columns', async () => {
    expect(await render('text')).toMatchInlineSnapshot(`
      "BASE before
      NEW  after

      ! BASE has warnings on 3 cells: read them with iobench report before believing a
        difference.
      ! NEW has warnings on 3 cells: read them with iobench report before believing a
        difference.

      tcp-echo (messageSize 64 B), 64 clients

      model           BASE       NEW     p  verdict
      epoll       80.0 k/s   102 k/s  .008  1.27 × faster, 1.25 to 1.29
      event-loop  60.0 k/s  54.0 k/s  .008  1.11 × slower, 1.09 to 1.13, beyond the
                                            limit
      poll        70.0 k/s  70.1 k/s  .770  no difference shown

      Not compared:
        tcp-echo (messageSize 64 B), io-uring, 64 clients: unsupported in both: a
          <tag> & "quotes"� | pipes

      3 cells compared: 1 faster, 1 slower, 1 no difference shown.
      1 slower by more than 5 %, with the whole interval.
      Intervals of the ratio hold at 95 %, for all 3 cells together (Bonferroni). p:
      permutation test of one cell, not corrected.
      "
    `);
  });

  test.each([40, 60, 80, 120])('no line of the text is longer than %i columns', async (width) => {
    for (const line of (await render('text', width)).split('\n'))
      expect(displayWidth(line), line).toBeLessThanOrEqual(width);
  });

  test('markdown', async () => {
    expect(await render('markdown')).toMatchInlineSnapshot(`
      "# after against before

      - BASE has warnings on 3 cells: read them with iobench report before believing a difference.
      - NEW has warnings on 3 cells: read them with iobench report before believing a difference.

      | cell                                                |     BASE |      NEW |    p | verdict                       |
      | :-------------------------------------------------- | -------: | -------: | ---: | :---------------------------- |
      | tcp-echo (messageSize 64 B), epoll, 64 clients      | 80.0 k/s |  102 k/s | .008 | 1.27 × faster, 1.25 to 1.29   |
      | tcp-echo (messageSize 64 B), event-loop, 64 clients | 60.0 k/s | 54.0 k/s | .008 | ❌ 1.11 × slower, 1.09 to 1.13 |
      | tcp-echo (messageSize 64 B), poll, 64 clients       | 70.0 k/s | 70.1 k/s | .770 | no difference shown           |

      Not compared:

      - tcp-echo (messageSize 64 B), io-uring, 64 clients: unsupported in both: a &lt;tag\\> &amp; "quotes"� \\| pipes

      3 cells compared: 1 faster, 1 slower, 1 no difference shown. 1 slower by more than 5 %, with the whole interval. Intervals of the ratio hold at 95 %, for all 3 cells together (Bonferroni). p: permutation test of one cell, not corrected.
      "
    `);
  });

  test('JUnit', async () => {
    const xml = await render('junit');
    expect(xml).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="iobench" tests="4" failures="1" errors="0" skipped="1">
        <testsuite name="after against before" tests="4" failures="1" errors="0" skipped="1" timestamp="2026-01-02T03:04:05">
          <testcase classname="tcp-echo" name="tcp-echo (messageSize 64 B), epoll, 64 clients" time="0">
            <system-out>1.27 × faster, 1.25 to 1.29; 80.0 k/s before, 102 k/s now, p .008</system-out>
          </testcase>
          <testcase classname="tcp-echo" name="tcp-echo (messageSize 64 B), event-loop, 64 clients" time="0">
            <failure type="slower" message="slower by more than 5 %: 1.11 × slower, 1.09 to 1.13">1.11 × slower, 1.09 to 1.13; 60.0 k/s before, 54.0 k/s now, p .008</failure>
          </testcase>
          <testcase classname="tcp-echo" name="tcp-echo (messageSize 64 B), poll, 64 clients" time="0">
            <system-out>no difference shown; 70.0 k/s before, 70.1 k/s now, p .770</system-out>
          </testcase>
          <testcase classname="tcp-echo" name="tcp-echo (messageSize 64 B), io-uring, 64 clients" time="0">
            <skipped message="unsupported in both: a &lt;tag&gt; &amp; &quot;quotes&quot;� | pipes"/>
          </testcase>
          <system-out>BASE has warnings on 3 cells: read them with iobench report before believing a difference.&#10;NEW has warnings on 3 cells: read them with iobench report before believing a difference.</system-out>
        </testsuite>
      </testsuites>
      "
    `);
    expect(xml.match(/<failure /g)).toHaveLength(1);
    expect(xml).toContain('a &lt;tag&gt; &amp; &quot;quotes&quot;\ufffd | pipes');
  });

  test('github-action-benchmark', async () => {
    const entries = JSON.parse(await render('github')) as {
      name: string;
      unit: string;
      value: number;
      range: string;
      extra: string;
    }[];
    expect(entries).toHaveLength(3);
    expect(entries[0]).toMatchObject({
      name: 'tcp-echo (messageSize 64 B), epoll, 64 clients',
      unit: 'requests/s',
      value: 101_597,
    });
    expect(entries[0]?.range).toMatch(/^±1\.\d%$/);
    expect(entries[0]?.extra).toMatch(/^5 trials\nagainst before: 1\.27 × faster/);
  });

  test('JSON has it all', async () => {
    const parsed = JSON.parse(await render('json')) as RunComparison;
    expect(parsed.rows).toHaveLength(3);
    expect(parsed.rows[0]?.words).toBe(comparison.rows[0]?.words);
    expect(parsed.failIfSlowerPercent).toBe(5);
  });
});

describe('capacities of both runs', () => {
  const objective = 'p99<20ms';
  const searched = (model: string) => ({ model, workload: 'tcp-echo', params: { messageSize: 64 } });
  const capacity = (model: string, found: Partial<CapacityRecord>): CapacityRecord => ({
    kind: 'capacity',
    cell: searched(model),
    objective,
    ...found,
  });
  const stepsOf = (
    model: string,
    ratePerSecond: number,
    how: { arrivals?: 'poisson' | 'constant'; clients?: number } = {},
  ): StepRecord => ({
    kind: 'step',
    cell: searched(model),
    objective,
    ratePerSecond,
    kept: true,
    measured: 'p99 5.00 ms',
    trial: measured(
      { ...searched(model), load: { kind: 'open', ratePerSecond, arrivals: 'poisson', ...how } },
      1,
    ),
  });
  const searchedDocument = (id: string, capacities: CapacityRecord[], steps: StepRecord[] = []) =>
    summarise({
      ...runOf(headerOf(['epoll', 'event-loop', 'poll', 'io-uring'], { id, trials: 1 }), []),
      capacities,
      steps,
    });
  const before = searchedDocument('before', [
    capacity('epoll', { ratePerSecond: 1000, failedAtPerSecond: 1050 }),
    capacity('event-loop', { ratePerSecond: 1000, failedAtPerSecond: 1050 }),
    capacity('poll', { ratePerSecond: 1000, failedAtPerSecond: 1100 }),
    capacity('io-uring', { reason: 'no ring' }),
  ]);
  const after = searchedDocument(
    'after',
    [
      capacity('epoll', { ratePerSecond: 1260, failedAtPerSecond: 1320 }),
      capacity('event-loop', { ratePerSecond: 794, failedAtPerSecond: 832 }),
      capacity('poll', { ratePerSecond: 1050, failedAtPerSecond: 1100 }),
      capacity('io-uring', { ratePerSecond: 2000 }),
    ],
    [stepsOf('epoll', 1260), stepsOf('event-loop', 794)],
  );
  const comparison = compareRuns(before, after, { failIfSlowerPercent: 5 });
  const rows = rowsByModel(comparison);

  test('differ where one run kept a rate at which the other failed; their steps are not compared', () => {
    expect(comparison.rows).toHaveLength(3);
    expect(rows.epoll).toMatchObject({
      metric: 'capacity',
      base: 1000,
      next: 1260,
      verdict: 'faster',
      words: 'carries 1.26 × as much, 1.20 to 1.32',
    });
    expect(rows['event-loop']).toMatchObject({
      verdict: 'slower',
      words: 'carries 0.79 × as much, 0.76 to 0.83',
      isBeyondLimit: true,
    });
    expect(rows.poll).toMatchObject({ verdict: 'no difference shown', isBeyondLimit: false });
    expect(comparison.unpaired).toMatchObject([
      { cell: searched('io-uring'), objective, reason: 'not known in BASE: no ring' },
    ]);
  });

  test('are beyond the limit only where no rate between leaves a doubt', () => {
    const beyond = (failIfSlowerPercent: number) =>
      rowsByModel(compareRuns(before, after, { failIfSlowerPercent }))['event-loop']?.isBeyondLimit;
    expect([beyond(16), beyond(17)]).toEqual([true, false]);
  });

  test('below the lowest rate, and up to the highest that may be asked for', () => {
    const none = searchedDocument('none', [capacity('epoll', { ratePerSecond: 0, failedAtPerSecond: 34.7 })]);
    const all = searchedDocument('all', [capacity('epoll', { ratePerSecond: 5000 })]);
    const wordsOf = (...documents: [RunDocument, RunDocument]) =>
      compareRuns(...documents).rows.map(({ verdict, words }) => [verdict, words]);
    expect(wordsOf(before, none)).toEqual([['slower', 'carries 0.03 × as much, 0.00 to 0.03']]);
    expect(wordsOf(none, before)).toEqual([['faster', 'carries 28.82 × as much']]);
    expect(wordsOf(before, all)).toEqual([['faster', 'carries 5.00 × as much']]);
    expect(wordsOf(all, all)).toEqual([['no difference shown', 'no difference shown']]);
    expect(wordsOf(none, none)).toEqual([['no difference shown', 'no difference shown']]);
  });

  test('are not compared where other launchers started the processes', () => {
    const launchers = { measured: ['nice', '-n', '5'] };
    const [plain, nice] = [before, { ...before, run: { ...before.run, launchers } }];
    const comparison = compareRuns(plain, nice);
    expect(comparison.rows).toEqual([]);
    expect(new Set(comparison.unpaired.map(({ reason }) => reason))).toEqual(
      new Set(['other launchers: none in BASE, measured under nice -n 5 in NEW']),
    );
    expect(compareRuns(nice, nice).rows).toHaveLength(compareRuns(plain, plain).rows.length);
  });

  test('with arrivals that are spread or sent in another way are not compared', () => {
    const found = [capacity('epoll', { ratePerSecond: 1000 })];
    const documents = [{}, { arrivals: 'constant' as const }, { clients: 64 }].map((how, index) =>
      searchedDocument(String(index), found, [stepsOf('epoll', 1000, how)]),
    );
    const [plain, constant, pool] = documents as [RunDocument, RunDocument, RunDocument];
    expect(compareRuns(plain, constant).unpaired).toMatchObject([
      { reason: 'other arrivals: poisson in BASE, constant in NEW' },
    ]);
    expect(compareRuns(plain, pool).unpaired).toMatchObject([
      { reason: 'other pools of clients: none in BASE, 64 in NEW' },
    ]);
    expect(compareRuns(pool, pool).unpaired).toEqual([]);
  });

  test('in every format', async () => {
    const render = (format: keyof typeof comparisonFormats) =>
      comparisonFormats[format](comparison, { width: 80, color: false, next: after });
    const text = await render('text');
    expect(text).toContain('tcp-echo (messageSize 64 B), capacity with p99 below 20 ms');
    expect(text).toMatch(/^epoll +1\.00 k\/s +1\.26 k\/s +– +carries 1\.26 × as much/m);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      '3 capacities compared: 1 faster, 1 slower, 1 no difference shown. 1 slower by more than 5 %',
    );
    expect(text).not.toContain('permutation');
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    expect(await render('markdown')).toContain('epoll, capacity with p99 below 20 ms');
    expect(await render('junit')).toContain('<failure type="slower"');
    expect(JSON.parse(await render('github'))).toMatchObject([
      { name: 'tcp-echo (messageSize 64 B), epoll, capacity with p99 below 20 ms', value: 1260 },
      { value: 794 },
      { value: 1050 },
      { value: 2000 },
    ]);
  });
});
