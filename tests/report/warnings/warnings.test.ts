/** Each warning is said at its condition, and not without it. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/report/formats/markdown.ts';
import { renderText } from '../../../src/report/formats/text.ts';
import { summarise } from '../../../src/report/summary/document.ts';
import { verdictsOf } from '../../../src/report/verdicts/verdict.ts';
import { warningRules } from '../../../src/report/warnings/warnings.ts';
import type {
  CellSpec,
  Environment,
  MeasuredCell,
  MeasuredTrial,
  OtherClient,
  TimelineEntry,
} from '../../../src/result.ts';
import { loaded } from '../loaded.ts';
import * as sample from '../sample.ts';

interface Situation {
  readonly cell?: CellSpec;
  /** One trial each. */
  readonly trials: readonly Parameters<typeof sample.measured>[2][];
  readonly environment?: Partial<Environment>;
  readonly uses?: string[];
}

function documentOf({ cell = sample.cellOf('epoll'), trials, environment = {}, uses = [] }: Situation) {
  const header = sample.headerOf([cell.model], { trials: trials.length });
  return summarise(
    sample.runOf(
      {
        ...header,
        environment: { ...header.environment, ...environment },
        workloads: [{ name: cell.workload, summary: 'A workload', uses }],
      },
      trials.map((shape, index) => sample.measured(cell, index + 1, shape)),
    ),
  );
}
const codesOf = (situation: Situation) =>
  documentOf(situation).cells.flatMap(({ warnings }) => warnings.map(({ code }) => code));
const messageOf = (code: string, situation: Situation) =>
  documentOf(situation)
    .cells.flatMap(({ warnings }) => warnings)
    .find((warning) => warning.code === code)?.message;

const open = sample.cellOf('epoll', sample.open(1000));
const pooled = sample.cellOf(
  'epoll',
  { kind: 'open', ratePerSecond: 1000, arrivals: 'poisson', clients: 8 },
  { generator: 'poll' },
);
const served: CellSpec = { ...sample.cellOf('epoll'), generator: 'poll' };
const fates = {
  accepted: 9,
  served: 9,
  failed: 0,
  open: 0,
  refused: 0,
  acceptedInWindow: 0,
  openAtClose: 8,
  listenOverflows: 0,
};
const peer = (name: string, share: number) => ({ peers: [{ name, cpuNs: share * 1e9, wallNs: 1e9 }] });
const timeline = (values: readonly number[], key: 'inFlight' | 'throughputPerSecond'): TimelineEntry[] =>
  values.map((value, index) => ({
    atNs: index * 1e8,
    throughputPerSecond: 1000,
    p50Ns: 1e5,
    p99Ns: 1e6,
    inFlight: 4,
    [key]: value,
  }));
const upwards = Array.from({ length: 20 }, (_, index) => 10 + 5 * index + (index % 3));
const level = Array.from({ length: 20 }, (_, index) => 100 + ((index * 7) % 5));
const machine = (shares: Partial<NonNullable<MeasuredTrial['machine']>>) => ({
  machine: { cpuTimeNs: 4e9, busyShare: 0.4, stealShare: 0, otherShare: 0, ...shares },
});
const thread = (busy: number, waiting = 1 - busy) => ({
  threadTime: {
    user: busy / 2,
    system: busy / 2,
    blocked: 0,
    waiting,
    idle: Math.max(0, 1 - busy - waiting),
  },
});
const lag = (ns: number) => ({ lag: sample.histogramOf(Array.from({ length: 3000 }, () => ns)) });
const files = {
  cell: sample.cellOf('async-callback', sample.closed(8), { workload: 'file-read' }),
  uses: ['files'],
};
const oracle = (predictedWaitNs: number, measuredWaitNs: number) => ({
  oracle: { servers: 1, requests: 3000, predictedWaitNs, measuredWaitNs },
});

/** Another client, with this share of the throughput of 1000 requests in a second. */
const besides = (share: number, more: Partial<OtherClient> = {}) => ({
  count: 1000,
  windowNs: 1e9,
  cpu: { userNs: 0.2e9, systemNs: 0.3e9 },
  otherClient: {
    ...{ program: 'wrk', version: '4.1.0', connections: 64, seconds: 1, errors: 0 },
    throughputPerSecond: share * 1000,
    cpuShare: 0.98,
    serverCpuShare: 0.5,
    ...more,
  },
  ...peer('generator', 0.5),
});

/** What is said, and beside it what is nearly the same and is not. */
const CASES: readonly [code: string, said: Situation, silent: Situation][] = [
  [
    'queue-growing',
    { cell: open, trials: [{ timeline: timeline(upwards, 'inFlight') }] },
    { cell: open, trials: [{ timeline: timeline(level, 'inFlight') }] },
  ],
  [
    'queue-growing',
    {
      cell: open,
      trials: [upwards, upwards, level].map((values) => ({ timeline: timeline(values, 'inFlight') })),
    },
    {
      cell: open,
      trials: [upwards, level, level].map((values) => ({ timeline: timeline(values, 'inFlight') })),
    },
  ],
  [
    'queue-growing',
    { cell: open, trials: [{ timeline: timeline(upwards, 'inFlight') }] },
    { trials: [{ timeline: timeline(upwards, 'inFlight') }] },
  ],
  [
    'queue-growing',
    { cell: open, trials: [{ timeline: timeline(upwards, 'inFlight') }] },
    { cell: open, trials: [{ timeline: timeline(upwards, 'inFlight'), shed: 1 }] },
  ],
  ['other-statuses', { trials: [{ statuses: { 301: 3 } }] }, { trials: [{ statuses: {} }, {}] }],
  ['requests-reconnected', { trials: [{}, { reconnects: 1 }] }, { trials: [{ reconnects: 0 }, {}] }],
  [
    'unsteady',
    { trials: [{ timeline: timeline(upwards, 'throughputPerSecond') }] },
    { trials: [{ timeline: timeline(level, 'throughputPerSecond') }] },
  ],
  [
    'unsteady',
    { trials: [{ timeline: timeline(upwards, 'throughputPerSecond') }] },
    {
      trials: [
        {
          timeline: timeline(upwards, 'throughputPerSecond'),
          disturbances: [{ act: 'start', whom: 'back end 1', atShare: 0.5, atNs: 1e9 }],
        },
      ],
    },
  ],
  [
    'unsteady',
    { trials: [{ timeline: timeline(upwards.slice(0, 8), 'throughputPerSecond') }] },
    { trials: [{ timeline: timeline(upwards.slice(0, 7), 'throughputPerSecond') }] },
  ],
  [
    'generator-late',
    { cell: open, trials: [{ ...thread(0.1), ...lag(200e3) }] },
    { cell: open, trials: [{ ...thread(0.1), ...lag(2e3) }] },
  ],
  [
    'generator-late',
    { cell: open, trials: [{ ...thread(0.1), ...lag(200e3) }] },
    { cell: open, trials: [{ ...thread(0.9), ...lag(200e3) }] },
  ],
  [
    'generator-late',
    { cell: open, trials: [{ ...thread(0.1), ...lag(200e3) }] },
    { trials: [{ ...thread(0.1), ...lag(200e3) }] },
  ],
  [
    'generator-late',
    { cell: open, trials: [{ ...thread(0.1), ...lag(200e3) }] },
    { cell: open, trials: [{ ...thread(0.1), ...lag(200e3), ...oracle(1, 1) }] },
  ],
  [
    // A server may be as busy as it likes: who sends does nothing else.
    'generator-late',
    { cell: { ...open, generator: 'poll' }, trials: [{ ...thread(0.9), ...lag(200e3) }] },
    { cell: { ...open, generator: 'poll' }, trials: [{ ...thread(0.9), ...lag(2e3) }] },
  ],
  [
    // Of a server whose threads serve for themselves, no thread's time is known.
    'generator-late',
    { cell: { ...open, generator: 'poll' }, trials: [lag(200e3)] },
    { cell: open, trials: [lag(200e3)] },
  ],
  [
    // What waits for a client of a pool that is busy was not sent late.
    'generator-late',
    { cell: pooled, trials: [{ ...lag(200e3), inFlightMean: 3 }] },
    { cell: pooled, trials: [{ ...lag(200e3), inFlightMean: 4 }] },
  ],
  [
    'sessions-failed',
    { cell: served, trials: [{ connections: { ...fates, failed: 1 } }] },
    { cell: served, trials: [{ connections: fates }] },
  ],
  [
    'sessions-failed',
    { cell: served, trials: [{ connections: { ...fates, refused: 1 } }] },
    { trials: [{}] },
  ],
  ['generator-saturated', { trials: [peer('generator', 0.95)] }, { trials: [peer('echo', 0.95)] }],
  ['generator-saturated', { trials: [peer('generator 2', 0.95)] }, { trials: [peer('generator 2', 0.8)] }],
  ['other-client-differs', { trials: [besides(0.8)] }, { trials: [besides(0.95)] }],
  ['other-client-differs', { trials: [besides(1.2)] }, { trials: [{}] }],
  // It may count answers that are errors: its throughput is not comparable.
  ['other-client-differs', { trials: [besides(1.2)] }, { trials: [besides(1.2, { errors: 1 })] }],
  ['peer-saturated', { trials: [peer('echo', 0.95)] }, { trials: [peer('generator', 0.95)] }],
  ['clients-starved', { cell: served, trials: [{ unfinished: 7 }] }, { cell: served, trials: [{}] }],
  ['clients-starved', { cell: served, trials: [{ unfinished: 7 }] }, { trials: [{ unfinished: 7 }] }],
  ['not-kept-up', { trials: [{ unfinished: 7 }] }, { cell: served, trials: [{ unfinished: 7 }] }],
  [
    'wait-unexplained',
    { cell: open, trials: [oracle(50e3, 80e3)] },
    { cell: open, trials: [oracle(50e3, 51e3)] },
  ],
  [
    'wait-unexplained',
    { cell: open, trials: [oracle(80e3, 50e3)] },
    { cell: open, trials: [oracle(100, 2000)] },
  ],
  [
    'pool-too-small',
    { ...files, trials: [{ ...thread(0.3), inFlightMean: 8 }] },
    { ...files, trials: [{ ...thread(0.3), inFlightMean: 4 }] },
  ],
  ['pool-too-small', { ...files, trials: [thread(0.3)] }, { ...files, trials: [thread(0.95)] }],
  [
    'pool-too-small',
    { ...files, trials: [thread(0.3)] },
    { ...files, uses: ['sockets'], trials: [thread(0.3)] },
  ],
  [
    'pool-too-small',
    { ...files, trials: [thread(0.3)] },
    { ...files, cell: { ...files.cell, model: 'io-uring' }, trials: [thread(0.3)] },
  ],
  [
    'pool-too-small',
    { ...files, trials: [thread(0.3)] },
    { ...files, trials: [thread(0.3)], environment: { uvThreadpoolSize: 8 } },
  ],
  [
    'pool-too-small',
    { ...files, trials: [thread(0.3)] },
    { ...files, trials: [{ ...thread(0.3), ...machine({ busyShare: 0.99 }) }] },
  ],
  [
    'machine-saturated',
    { trials: [machine({ busyShare: 0.97 })] },
    { trials: [machine({ busyShare: 0.85 })] },
  ],
  ['steal-time', { trials: [machine({ stealShare: 0.06 })] }, { trials: [machine({ stealShare: 0.01 })] }],
  ['other-load', { trials: [machine({ otherShare: 0.3 })] }, { trials: [machine({ otherShare: 0.05 })] }],
  // Nine ticks cannot tell, however much they show.
  [
    'other-load',
    { trials: [machine({ otherShare: 1 })] },
    { trials: [machine({ otherShare: 1, cpuTimeNs: 90e6 })] },
  ],
  [
    'steal-time',
    { trials: [machine({ stealShare: 0.06 })] },
    { trials: [machine({ stealShare: 0.06, cpuTimeNs: 400e6 })] },
  ],
  [
    'frequency-scaling',
    { trials: [{}], environment: { governors: ['performance', 'powersave'] } },
    { trials: [{}], environment: { governors: ['performance'] } },
  ],
  [
    'frequency-scaling',
    { trials: [machine({ frequencyHz: { low: 2e9, high: 2.4e9 } })] },
    { trials: [machine({ frequencyHz: { low: 2e9, high: 2.1e9 } })] },
  ],
  [
    'coarse-clock',
    { trials: [{ values: Array.from({ length: 2000 }, () => 900) }], environment: { clockStepNs: 100 } },
    { trials: [{}], environment: { clockStepNs: 100 } },
  ],
  [
    'slowed-node',
    { trials: [{}], environment: { debugging: ['NODE_OPTIONS has --inspect'] } },
    { trials: [{}], environment: { debugging: [] } },
  ],
];

test.each(CASES)('%s', (code, said, silent) => {
  expect(codesOf(said)).toContain(code);
  expect(codesOf(silent)).not.toContain(code);
});

test('a cell of which nothing new is known has no new warning: older results stay as they were', () => {
  expect(codesOf({ trials: [{}, {}, {}, {}, {}] })).toEqual([]);
});

describe('what is said has the figures', () => {
  test.each<[string, Situation, RegExp]>([
    [
      'queue-growing',
      { cell: open, trials: [{ timeline: timeline(upwards, 'inFlight') }] },
      /grow by 50\.\d per second: the p50 grows with the length of the run/,
    ],
    [
      'unsteady',
      { trials: [{ timeline: timeline(upwards.toReversed(), 'throughputPerSecond') }] },
      /^throughput fell by \d+ % within the window$/,
    ],
    [
      'generator-late',
      { cell: open, trials: [{ ...thread(0.1), ...lag(200e3) }] },
      /p50 is 200 µs of a latency of 2\d\d µs, and the thread was busy 10 %/,
    ],
    [
      'other-client-differs',
      { cell: served, trials: [besides(0.8)] },
      /^wrk got 0\.80 of the throughput of iobench’s clients: wrk \(98 %\) used 90 % of a core or more$/,
    ],
    [
      'other-client-differs',
      { cell: served, trials: [besides(0.8, { threads: 2, cpuShare: 1.2 })] },
      /: no process kept a core 90 % busy$/,
    ],
    [
      'other-client-differs',
      { cell: served, trials: [{ ...besides(1.25), ...peer('generator', 0.96) }] },
      /^wrk got 1\.25 .*: wrk \(98 %\), the generator \(96 %\) used 90 % of a core or more$/,
    ],
    [
      'machine-saturated',
      { trials: [machine({ busyShare: 0.97, otherShare: 0.07 })] },
      /97 % busy, all together; 90 % with model/,
    ],
    [
      'other-load',
      { trials: [machine({ otherShare: 0.2 }), machine({ otherShare: 0.4 })] },
      /^other processes used 30 % of the CPU time$/,
    ],
    [
      'frequency-scaling',
      {
        trials: [machine({ frequencyHz: { low: 1.2e9, high: 3.4e9 } })],
        environment: { governors: ['powersave'] },
      },
      /powersave; .* 1\.20 GHz to 3\.40 GHz/,
    ],
    [
      'pool-too-small',
      { ...files, trials: [thread(0.3)] },
      /^8 requests in flight shared 4 threads of libuv, and the loop waited for them 70 % of the time$/,
    ],
    [
      'other-statuses',
      { trials: [{ statuses: { 301: 3000 } }, { statuses: { 301: 2, 304: 1 } }] },
      /^3,002 of 6,000 answers had status 301; 1 of 6,000 answers had status 304$/,
    ],
    [
      'requests-reconnected',
      { trials: [{ reconnects: 1, failed: 1, errors: { EOF: 1 } }] },
      /^1 reconnect for 3,001 requests$/,
    ],
    [
      'requests-reconnected',
      { trials: [{ reconnects: 3000 }, { reconnects: 0 }, {}] },
      /^3,000 reconnects for 9,000 requests$/,
    ],
  ])('%s', (code, situation, message) => {
    expect(messageOf(code, situation)).toMatch(message);
  });
});

describe('the list', () => {
  test('has a code, a condition and a remedy for each, and no code twice', () => {
    expect(new Set(warningRules.map(({ code }) => code)).size).toBe(warningRules.length);
    for (const { code, condition, remedy } of warningRules) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)+$|^unsteady$/);
      expect(condition.length).toBeGreaterThan(10);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('stands in docs/warnings.md as it is (npx vitest run tests/report/warnings/warnings.test.ts -u writes it)', async () => {
    const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('*', '\\*');
    const page = [
      '# The warnings',
      '',
      'Warnings are named before the numbers of a report, and explained after them: in the document of `--json` a cell has `warnings`, each with `code`,',
      '`message` (the figures) and `remedy`. The two that intervals and dashes show by themselves (`wide-interval`, `few-requests`) are given once for all cells. CPU time is counted in ticks of 10 ms: a share raises a warning only if so few ticks cannot show it by chance.',
      '`iobench doctor` looks for the causes before a run.',
      '',
      '| code | given when | what to do |',
      '|---|---|---|',
      ...warningRules.map(
        ({ code, condition, remedy }) => `| \`${code}\` | ${cell(condition)} | ${cell(remedy)} |`,
      ),
      '',
    ].join('\n');
    await expect(page).toMatchFileSnapshot(
      path.join(import.meta.dirname, '..', '..', '..', 'docs', 'warnings.md'),
    );
  });
});

describe('in a report', () => {
  const document = loaded();
  const formats: [string, string][] = [
    ['text', renderText(document, { width: 100, color: false })],
    ['Markdown', renderMarkdown(document)],
  ];

  test.each(formats)(
    '%s: what is the machine’s is said once, of how many cells it holds, and named before numbers',
    (_format, text) => {
      expect(text.match(/other processes used/g)).toHaveLength(1);
      expect(text.replace(/\s+/g, ' ')).toContain(
        'all 3 cells, for instance tcp-echo, epoll, 8 clients: other processes used 30 %',
      );
      expect(text.replace(/\s+/g, ' ')).toContain('all 3 cells: the governor is powersave');
      // The answer, the warnings in brief, the numbers, and the explanations.
      const places = [
        /At 8 clients, /,
        /2 kinds of warning, .*other-load/s,
        /CPU\/req/,
        /other processes used/,
      ].map((part) => text.search(part));
      expect(Math.min(...places)).toBeGreaterThan(0);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    },
  );

  test('an open load whose line grows is not kept up with', () => {
    const growing = { timeline: timeline(upwards, 'inFlight') };
    const cells = { epoll: {}, 'sync-blocking': growing };
    const trials = Object.entries(cells).flatMap(([model, shape]) =>
      [1, 2, 3].map((trial) => sample.measured({ ...open, model }, trial, shape)),
    );
    const [verdict] = verdictsOf(
      summarise(sample.runOf(sample.headerOf(Object.keys(cells), { trials: 3 }), trials)),
    );
    const said = JSON.stringify(verdict?.sentences);
    expect(said).toContain('keep up');
    expect(said).not.toContain('all 2 models');
    expect(said).toContain('sync-blocking');
  });
});

test('warnings of measured cells are those of the list', () => {
  const listed = new Set(warningRules.map(({ code }) => code));
  const cells = [...summarise(sample.doubtful()).cells, ...loaded().cells] as MeasuredCell[];
  for (const { code } of cells.flatMap(({ warnings }) => warnings)) expect(listed).toContain(code);
});
