/**
 * Warnings about the load: whether it was sent as planned, kept up with, and met a system in a steady state.
 */
import { counted } from '../../quantity.ts';
import { queueGrowing, trendOf } from '../../stats/steady.ts';
import { formatDuration, formatRounded, formatShare } from '../formats/format.ts';
import { isStarved } from '../summary/starved.ts';
import { requests } from './about-results.ts';
import { type Facts, together, type WarningRule } from './warning-rule.ts';

/** The fewest windows of 100 ms for which the tests of a trend are defined. */
const FEWEST_WINDOWS = 8;
/**
 * The share of time that the thread may be busy before it explains a late start at a percentile itself; twice
 * that is beyond the percentile.
 */
const IDLE_ENOUGH = [
  { busyShare: 0.25, percentile: 'p50' },
  { busyShare: 0.05, percentile: 'p90' },
  { busyShare: 0.005, percentile: 'p99' },
] as const;
const LATE_SHARE = 0.2;

const notKeptUp: WarningRule = {
  code: 'not-kept-up',
  condition:
    'requests were shed, or had not ended when the trial stopped waiting for them (2 s after the window, or as long as the window)',
  message: ({ cell }) =>
    together([
      ...(cell.shed > 0
        ? [`${requests(cell.shed)} of the schedule not sent, because too many were in flight`]
        : []),
      // A server whose clients wait for each other to leave is reported by `clients-starved`.
      ...(cell.unfinished > 0 && !isStarved(cell) ? [unfinishedRequests(cell)] : []),
    ]),
  remedy:
    'The load is more than this cell can serve, or the cell stalled: lower the rate (--rate), or look for a stall in the timeline.',
};

const starved: WarningRule = {
  code: 'clients-starved',
  condition:
    'a server had not answered some clients of a closed load when the trial stopped waiting for them',
  message({ cell }) {
    if (!isStarved(cell) || cell.load.kind !== 'closed') return undefined;
    const each = cell.unfinished / cell.trials;
    return `${formatRounded(each)} of ${counted(cell.load.concurrency, 'client')} were not answered: the server was busy with the others, and served none of these before one of those left`;
  },
  remedy:
    'Its throughput is that of the clients that were served, so the cell is not ranked. A server that serves one connection at a time, or has fewer threads than clients, needs clients that leave (the parameter connections=one-a-request, where the workload has it) or more threads (--threads).',
};

const queueIsGrowing: WarningRule = {
  code: 'queue-growing',
  condition:
    'under an open load the requests in flight drift upwards (Student’s t, 1 %) in more than half of the trials of 0.8 s or longer',
  message({ cell, trials }) {
    // If requests were shed or left unfinished, `not-kept-up` reports it.
    if (cell.load.kind !== 'open' || cell.shed + cell.unfinished > 0) return undefined;
    const growths = timelines(trials).map((timeline) =>
      queueGrowing(timeline.map(({ inFlight }) => inFlight)),
    );
    const growing = growths.filter(({ isGrowing }) => isGrowing);
    if (growing.length * 2 <= growths.length) return undefined;
    const perSecond = middle(growing.map((growth) => growth.perSecond));
    return `requests in flight grow by ${formatRounded(perSecond)} per second${ofTrials(growing, growths)}: the p50 grows with the length of the run`;
  },
  remedy:
    'More requests arrive than are served, so the latency depends on the length of the run only: lower the rate (--rate).',
};

const notWarm: WarningRule = {
  code: 'not-warm',
  condition: 'V8 was still compiling when the window opened, in more than half of the trials',
  message({ trials }) {
    const cold = trials.filter(({ isCold }) => isCold);
    return cold.length * 2 <= trials.length
      ? undefined
      : `code was still being compiled when the window opened${ofTrials(cold, trials)}`;
  },
  remedy:
    'Cold code is slower and takes more CPU time per request: warm up for longer (--warmup 5s), or with more clients.',
};

const unsteady: WarningRule = {
  code: 'unsteady',
  condition:
    'the throughput has a trend of 2 % or more (Mann’s test, 3 %) in more than half of the trials of 0.8 s or longer, where peers were not disturbed on purpose',
  message({ cell, trials }) {
    if (cell.disturbances !== undefined) return undefined;
    const trends = timelines(trials).map((timeline) =>
      trendOf(timeline.map(({ throughputPerSecond }) => throughputPerSecond)),
    );
    const trending = trends.filter(({ isTrending }) => isTrending);
    if (trending.length * 2 <= trends.length) return undefined;
    const change = middle(trending.map((trend) => trend.change));
    return `throughput ${change < 0 ? 'fell' : 'rose'} by ${formatShare(Math.abs(change))} within the window${ofTrials(trending, trends)}`;
  },
  remedy:
    'There was no steady state to measure: warm up for longer (--warmup 2s); if the trend remains, measure for longer (--duration 10s).',
};

const generatorLate: WarningRule = {
  code: 'generator-late',
  condition:
    'under an open load a percentile of the lag is 20 % or more of the same percentile of the latency, although the measuring thread was busy too rarely to explain it, and neither was half of a pool of clients',
  message({ cell }) {
    const { threadTime, lagNs, latencyNs } = cell;
    // Whoever sends a server its requests does nothing else.
    const isSender = cell.generator !== undefined;
    // If the number of servers is known, the queueing oracle computes how much of the lag is queueing.
    if (cell.load.kind !== 'open' || cell.oracle !== undefined || mayWaitForClient(cell)) return undefined;
    if (threadTime === undefined && !isSender) return undefined;
    const { user, system, blocked } = threadTime ?? { user: 0, system: 0, blocked: 0 };
    const busyShare = isSender ? 0 : user + system + blocked;
    const late = IDLE_ENOUGH.filter((idle) => busyShare < idle.busyShare).find(({ percentile }) => {
      const [lag, latency] = [lagNs[percentile], latencyNs[percentile]];
      return lag !== null && latency !== null && lag >= LATE_SHARE * latency;
    });
    if (late === undefined) return undefined;
    const figures = `the lag’s ${late.percentile} is ${formatDuration(lagNs[late.percentile])} of a latency of ${formatDuration(latencyNs[late.percentile])}`;
    return isSender
      ? `${figures}: requests were sent late`
      : `${figures}, and the thread was busy ${formatShare(busyShare)} of the time only: requests were sent late`;
  },
  remedy:
    'Read service times, not latencies, for this cell. A quiet machine wakes threads on time, and models that wait in system calls wake soonest: compare with such a model (iobench list).',
};

/** Of a pool of clients that is mostly busy, a lag is as a rule the wait for a free one. */
const mayWaitForClient = ({ load, inFlightMean = 0 }: Facts['cell']): boolean =>
  load.kind === 'open' && load.clients !== undefined && inFlightMean >= load.clients / 2;

function unfinishedRequests({ unfinished, latencyNs: { atLeast = [] } }: Facts['cell']): string {
  const bounds =
    atLeast.length === 0 ? '' : `: ${new Intl.ListFormat('en').format(atLeast)} are lower bounds`;
  return `${requests(unfinished)} had not ended when the trial stopped waiting${bounds}`;
}

export const loadRules: readonly WarningRule[] = [
  notWarm,
  notKeptUp,
  starved,
  queueIsGrowing,
  unsteady,
  generatorLate,
];

/** Of the trials that are long enough for the tests of a trend. */
function timelines(trials: Facts['trials']) {
  return trials.flatMap(({ timeline }) =>
    timeline !== undefined && timeline.length >= FEWEST_WINDOWS ? [timeline] : [],
  );
}

function ofTrials(some: readonly unknown[], all: readonly unknown[]): string {
  return all.length === 1 ? '' : ` in ${some.length} of ${all.length} trials`;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
