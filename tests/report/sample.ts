/** Runs to report on, made up but whole: real histograms, so that nothing in the report is spared. */
import { models } from '../../src/models/index.ts';
import type {
  CapacityRecord,
  CellSpec,
  DescribedModel,
  DescribedPhase,
  DescribedWorkload,
  LoadSpec,
  MeasuredTrial,
  RefusedTrial,
  RunHeader,
  StoredHistogram,
  StoredRun,
  StoryStep,
  ThreadTime,
  TrialRecord,
} from '../../src/result.ts';
import { encodeCounts } from '../../src/stats/encoded-histogram.ts';
import { Histogram } from '../../src/stats/histogram.ts';

export const ALL_MODELS = [
  'sync-blocking',
  'sync-nonblocking',
  'thread-per-request',
  'async-callback',
  'async-promise',
  'signal-driven',
  'io-uring',
  'event-loop',
  'poll',
  'epoll',
  'multi-reactor',
] as const;
export const FIVE_MODELS = [
  'sync-blocking',
  'thread-per-request',
  'async-callback',
  'event-loop',
  'epoll',
] as const;

export const TCP_ECHO = { workload: 'tcp-echo', params: { messageSize: 64 } } as const;

export function closed(concurrency: number): LoadSpec {
  return { kind: 'closed', concurrency };
}

export function open(ratePerSecond: number): LoadSpec {
  return { kind: 'open', ratePerSecond, arrivals: 'poisson' };
}

export function cellOf(model: string, load: LoadSpec = closed(64), more: Partial<CellSpec> = {}): CellSpec {
  return { model, ...TCP_ECHO, load, ...more };
}

export function histogramOf(values: readonly number[]): StoredHistogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  const { hdr, meanNs } = encodeCounts(histogram.toCounts());
  return { hdr, meanNs };
}

/** A lognormal body with a heavier tail, the same for the same seed. */
export function latencies(medianNs: number, count: number, seed: number, tail = 0.01): number[] {
  const random = lehmer(seed);
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    return medianNs * Math.exp(0.25 * normal) * (random() < tail ? 1 + 20 * random() : 1);
  });
}

interface TrialShape extends Partial<Omit<MeasuredTrial, 'cell' | 'latency'>> {
  readonly medianNs?: number;
  readonly count?: number;
  readonly values?: readonly number[];
}

/** A trial whose window obeys Little's law, unless it is told otherwise. */
export function measured(cell: CellSpec, trial: number, shape: TrialShape = {}): MeasuredTrial {
  const {
    medianNs = 250e3,
    count = 3000,
    values = latencies(medianNs, count, trial * 7919 + cell.model.length),
    ...overrides
  } = shape;
  const latency = histogramOf(values);
  const clients = cell.load.kind === 'closed' ? cell.load.concurrency : 1;
  const windowNs =
    cell.load.kind === 'closed'
      ? Math.max(1, (values.length * latency.meanNs) / clients)
      : (values.length / cell.load.ratePerSecond) * 1e9;
  return {
    kind: 'trial',
    cell,
    trial,
    status: 'measured',
    startedAt: '2026-01-02T03:04:05.000Z',
    windowNs: windowNs * (1 + (trial - 3) * 0.01),
    warmupNs: 2e8,
    completed: values.length,
    failed: 0,
    errors: {},
    shed: 0,
    unfinished: 0,
    latency,
    service: latency,
    lag: histogramOf(values.map(() => 1000)),
    cpu: { userNs: values.length * 6000, systemNs: values.length * 3000 },
    contextSwitches: { voluntary: values.length, involuntary: 12 },
    maxRssBytes: 64 * 1024 ** 2,
    peers: [{ name: 'echo-server', cpuNs: 0.4 * windowNs, wallNs: windowNs }],
    notes: [],
    ...overrides,
  };
}

export function refused(
  cell: CellSpec,
  status: RefusedTrial['status'],
  reason: RefusedTrial['reason'],
  trial = 1,
): RefusedTrial {
  return { kind: 'trial', cell, trial, status, reason };
}

/** How a model of ours looks. */
function shownOf(name: string): Pick<DescribedModel, 'style' | 'drawing' | 'filesOnPool' | 'isBaseline'> {
  const { style, drawing, filesOnPool, isBaseline } = models.find((model) => model.name === name) ?? {};
  return { style, drawing, filesOnPool, isBaseline };
}

export function headerOf(names: readonly string[], more: Partial<RunHeader> = {}): RunHeader {
  return {
    kind: 'run',
    schema: 'iobench/1',
    id: '2026-01-02T03-04-05-sample',
    name: 'sample',
    startedAt: '2026-01-02T03:04:05.000Z',
    command: 'iobench run tcp-echo file-read --concurrency 1,8,64 --trials 5 --seed 1',
    seed: 1,
    environment: {
      iobench: '0.1.0',
      node: 'v22.20.0',
      v8: '12.4.254',
      libuv: '1.51.0',
      platform: 'linux',
      arch: 'x64',
      kernel: '6.8.0-45',
      cpuModel: 'Example CPU E5-2680 v4 @ 2.40GHz',
      cpuCount: 8,
      memoryBytes: 32 * 1024 ** 3,
      dataFileSystem: 'ext4',
      uvThreadpoolSize: 4,
      loadAverageBefore: 0.12,
    },
    models: names.map((name) => ({
      name,
      summary: `${name} in a line`,
      family: 'a family',
      definition: `What ${name} is: who waits, who is told, and what that costs.`,
      source: 'Stevens, UNIX Network Programming, ch. 6',
      ...shownOf(name),
    })),
    workloads: [
      {
        name: 'tcp-echo',
        summary: 'Send a message and wait until it has come back',
        units: { messageSize: 'bytes' },
      },
      {
        name: 'file-read',
        summary: 'Read one random block of a file in the page cache',
        units: { fileSize: 'bytes', blockSize: 'bytes' },
      },
    ],
    trials: 5,
    ...more,
  };
}

export function runOf(header: RunHeader, trials: TrialRecord[], warnings: string[] = []): StoredRun {
  return { header, trials, warnings };
}

/**
 * All trials of `models` at `loads`; each model is slower than the one before, and each load than the one
 * before.
 */
export function sweep(
  models: readonly string[],
  loads: readonly LoadSpec[],
  more: Partial<CellSpec> = {},
  baseNs = 20e3,
): TrialRecord[] {
  return loads.flatMap((load) =>
    models.flatMap((model, index) =>
      [1, 2, 3, 4, 5].map((trial) => {
        const clients = load.kind === 'closed' ? load.concurrency : 8;
        // Models differ in what a request costs and in how far they scale.
        const cost = baseNs * (1 + 0.35 * ((index * 7) % 11));
        return measured(cellOf(model, load, more), trial, {
          medianNs: cost * Math.max(1, clients / (1 + ((index * 5) % 8))),
          notes:
            model === 'thread-per-request'
              ? ['Workers run the blocking engine; a hand-off costs 41 µs.']
              : [],
        });
      }),
    ),
  );
}

/** Five models, one load. */
export function fiveModels(): StoredRun {
  return runOf(headerOf(FIVE_MODELS), sweep(FIVE_MODELS, [closed(64)]));
}

/** One model, one trial, one load. */
export function oneModel(): StoredRun {
  return runOf(headerOf(['epoll'], { trials: 1 }), [measured(cellOf('epoll'), 1)]);
}

/**
 * Eleven models at three loads, two workloads; one model is unsupported, one failed at one load; an open
 * load.
 */
export function elevenModels(): StoredRun {
  const loads = [closed(1), closed(8), closed(64)];
  const isLeftOut = ({ cell }: TrialRecord) =>
    cell.model === 'io-uring' ||
    (cell.model === 'poll' && cell.load.kind === 'closed' && cell.load.concurrency === 64);
  const echo = sweep(ALL_MODELS, loads).filter((trial) => !isLeftOut(trial));
  const files = sweep(
    ALL_MODELS,
    [closed(8)],
    { workload: 'file-read', params: { fileSize: 64 * 1024 ** 2, blockSize: 4096 } },
    2e3,
  );
  return runOf(headerOf(ALL_MODELS), [
    ...echo,
    ...loads.map((load) =>
      refused(
        cellOf('io-uring', load),
        'unsupported',
        'io_uring_setup(2) is not permitted here (EPERM): the container forbids it.',
      ),
    ),
    refused(
      cellOf('poll', closed(64)),
      'failed',
      'The peer closed the connection (ECONNRESET) before the first request of the trial.',
    ),
    ...files.filter((trial) => trial.cell.model !== 'signal-driven'),
    refused(
      cellOf('signal-driven', closed(8), {
        workload: 'file-read',
        params: { fileSize: 64 * 1024 ** 2, blockSize: 4096 },
      }),
      'unsupported',
      'A regular file never raises SIGIO: it is always ready.',
    ),
    ...sweep(FIVE_MODELS, [open(5000)]),
  ]);
}

/** From nanoseconds to minutes, and a model with so few requests that it has no percentile. */
export function extremes(): StoredRun {
  const medians = {
    'sync-blocking': 90,
    'event-loop': 40e3,
    'async-promise': 12e6,
    epoll: 3e9,
    'thread-per-request': 150e9,
  };
  const trials = Object.entries(medians).flatMap(([model, medianNs]) =>
    [1, 2, 3].map((trial) =>
      measured(cellOf(model, closed(1)), trial, { medianNs, count: medianNs > 1e9 ? 15 : 4000 }),
    ),
  );
  const few = measured(cellOf('poll', closed(1)), 1, { values: [2e6, 3e6, 4e6] });
  return runOf(headerOf([...Object.keys(medians), 'poll'], { trials: 3 }), [...trials, few]);
}

/**
 * Everything that makes a reader doubt: a saturated peer, failed requests and trials, a wide interval, shed
 * requests.
 */
export function doubtful(): StoredRun {
  const cell = cellOf('epoll');
  const trials = [1, 2, 3].map((trial) =>
    measured(cell, trial, {
      windowNs: 1e9 * trial,
      failed: 2,
      errors: { ECONNRESET: 2 },
      peers: [{ name: 'echo-server', cpuNs: 0.97e9, wallNs: 1e9 }],
    }),
  );
  const late = measured(cellOf('poll', open(9000)), 1, { shed: 40, unfinished: 1 });
  const lawless = [1, 2, 3, 4, 5].map((trial) =>
    measured(cellOf('event-loop'), trial, { windowNs: 1e9, medianNs: 20e6 }),
  );
  return runOf(
    headerOf(['epoll', 'poll', 'event-loop'], { trials: 5 }),
    [...trials, refused(cell, 'failed', 'The peer did not start.', 4), late, ...lawless],
    ['The last line is cut off: the trial that was being written is left out.'],
  );
}

/** Where a thread's time goes under each model, about as it does. */
const THREAD_TIME: Readonly<Record<string, ThreadTime>> = {
  'sync-blocking': { user: 0.012, system: 0.006, runnable: 0.002, blocked: 0.98, waiting: 0, idle: 0 },
  'sync-nonblocking': { user: 0.41, system: 0.55, runnable: 0.04, blocked: 0, waiting: 0, idle: 0 },
};
const OTHERS_TIME: ThreadTime = {
  user: 0.22,
  system: 0.16,
  runnable: 0.02,
  blocked: 0,
  waiting: 0.6,
  idle: 0,
};

/**
 * A server that takes 5 ms a request, at three loads: what waits for one answer falls behind; with every
 * figure that a trial may have.
 */
/** The first takes 20 µs, each other one twice as long as the one before; and a tenth of a µs in the end. */
const phasesOf = (names: readonly string[]) =>
  names.map((name, place) => ({
    name,
    count: 3000,
    ...histogramOf(Array.from({ length: 3000 }, () => (name === 'rest' ? 100 : 20e3 * 2 ** place))),
  }));

/** What the phases of `page-visit` are, as messages between parties. */
export const CONVERSATION: DescribedPhase[] = [
  { name: 'dns', from: 'browser', to: 'name server', says: 'where is it?', answers: 'here' },
  { name: 'connect', from: 'browser', to: 'server', says: 'SYN' },
];

/** What was seen on the way through a network: a deed of one, and a question with its answer. */
export const STEPS: StoryStep[] = [
  { name: 'route', from: 'client', to: 'client', says: 'which way?', ns: 650, evidence: 'ip route get' },
  {
    name: 'ARP',
    from: 'client',
    to: 'router',
    says: 'who has it?',
    answers: 'I have',
    ns: 12e3,
    evidence: 'packets',
    explains: 'Asked once.',
  },
];

export function everyFigure(): StoredRun {
  const loads = [closed(1), closed(8), closed(64)];
  const more = { workload: 'http-get', params: { delay: 5e6, responseSize: 128 } };
  const trials = loads.flatMap((load) =>
    ALL_MODELS.flatMap((model, index) =>
      model === 'poll'
        ? []
        : [1, 2, 3, 4, 5].map((trial) => observed(cellOf(model, load, more), trial, index)),
    ),
  );
  const refusals = loads.map((load) =>
    refused(cellOf('poll', load, more), 'unsupported', 'poll(2) is not there on this system'),
  );
  const misses = [0, 0.01, 0.1].flatMap((missRatio, step) =>
    sweep(
      FIVE_MODELS,
      [closed(8)],
      { workload: 'file-read', params: { fileSize: 64 * 1024 ** 2, missRatio } },
      2e3 * 3 ** step,
    ),
  );
  const parts = [1, 2, 3].flatMap((trial) =>
    ['epoll', 'thread-per-request'].map((model, index) =>
      measured(cellOf(model, closed(8), { workload: 'page-visit', params: {} }), trial, {
        phases: phasesOf(index === 1 ? ['dispatch', 'dns', 'connect', 'rest'] : ['dns', 'connect', 'rest']),
      }),
    ),
  );
  const counted = sweep(['epoll', 'sync-blocking'], [1, 2, 4, 8, 16, 32].map(closed), {
    workload: 'tcp-echo',
    params: { messageSize: 64 },
  });
  const balanced = [1, 2, 3].map((trial) =>
    measured(cellOf('epoll', closed(8), { workload: 'load-balance', params: {} }), trial, {
      peers: [600, 300, 100].map((requests, number) => ({
        name: `backend ${number + 1}`,
        cpuNs: 1e8,
        wallNs: 1e9,
        requests,
      })),
    }),
  );
  // At the size of messages and the load of `counted`.
  const framed = sweep(['epoll', 'sync-blocking'], [closed(8)], { workload: 'websocket-echo' }, 30e3);
  const header = headerOf(ALL_MODELS, { name: 'every-figure' });
  const http = {
    name: 'http-get',
    summary: 'GET over a kept-alive connection',
    units: { delay: 'ns', responseSize: 'bytes' },
  };
  const [echo, files] = header.workloads as [DescribedWorkload, DescribedWorkload];
  const echoes = ['tcp-echo', 'websocket-echo'].map((name) => ({ ...echo, name, message: 'messageSize' }));
  const page = { name: 'page-visit', summary: 'Visit a page', phases: CONVERSATION };
  return {
    ...runOf({ ...header, workloads: [http, files, ...echoes, page] }, [
      ...trials,
      ...refusals,
      ...misses,
      ...counted,
      ...parts,
      ...balanced,
      ...framed,
    ]),
    capacities: capacities(more),
  };
}

function observed(cell: CellSpec, trial: number, index: number): MeasuredTrial {
  const clients = cell.load.kind === 'closed' ? cell.load.concurrency : 1;
  const isAlone = cell.model === 'sync-blocking';
  const medianNs = (isAlone ? clients : 1) * 5.2e6 * (1 + 0.01 * index);
  const base = measured(cell, trial, { medianNs, count: isAlone ? 1200 : 1200 * Math.min(4, clients) });
  const time = THREAD_TIME[cell.model] ?? OTHERS_TIME;
  return {
    ...base,
    threadTime: time,
    submit: isAlone ? base.service : histogramOf([20e3, 30e3, 60e3 * (index + 1)]),
    reorderedShare: isAlone ? 0 : 0.2,
    inFlightMean: clients,
    threads: cell.model === 'thread-per-request' ? clients + 6 : 6,
    pageFaults: { minor: 1200, major: 0 },
    timeline: Array.from({ length: 10 }, (_, step) => ({
      atNs: step * 1e8,
      throughputPerSecond: (base.completed / (base.windowNs / 1e9)) * (1 + 0.02 * Math.sin(step + index)),
      p50Ns: medianNs,
      p99Ns: step === 3 ? null : medianNs * (1.6 + 0.2 * Math.cos(step * 2 + index)),
      inFlight: clients,
    })),
  };
}

function capacities({ workload, params }: Pick<CellSpec, 'workload' | 'params'>): CapacityRecord[] {
  const rates = { 'sync-blocking': 180, 'async-promise': 9200, epoll: 12000 };
  const known = Object.entries(rates).map(([model, ratePerSecond]) => ({
    model,
    ratePerSecond,
    failedAtPerSecond: ratePerSecond * 1.1,
  }));
  return [...known, { model: 'poll', reason: 'poll(2) is not there on this system' }].map(
    ({ model, ...rest }) => ({
      kind: 'capacity',
      cell: { model, workload, params },
      objective: 'p99<20ms',
      ...rest,
    }),
  );
}

/** All of them, by name. */
export const SAMPLES = { fiveModels, oneModel, elevenModels, extremes, doubtful, everyFigure } as const;
export const SAMPLE_NAMES = Object.keys(SAMPLES) as (keyof typeof SAMPLES)[];

function lehmer(seed: number): () => number {
  let state = (seed * 48271) % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
