/** Doubts about the load: whether it was sent as planned, kept up with, and met a system at rest. */
import { queueGrowing, trendOf } from '../../stats/steady.ts';
import { formatDuration, formatRounded, formatShare } from '../formats/format.ts';
import { type Doubt, type Facts, together } from './doubt.ts';
import { requests } from './doubts-results.ts';

/** The tests of a trend have an answer from so many windows of 100 ms on. */
const FEWEST_WINDOWS = 8;
/** How often the thread may be busy before a late start at a percentile is its own doing; twice that is beyond the percentile. */
const IDLE_ENOUGH = [
  { busyShare: 0.25, percentile: 'p50' },
  { busyShare: 0.05, percentile: 'p90' },
  { busyShare: 0.005, percentile: 'p99' },
] as const;
const LATE_SHARE = 0.2;

const notKeptUp: Doubt = {
  code: 'not-kept-up',
  condition: 'requests were shed, or had not ended when the trial gave up waiting for them (2 s after the window, or as long as that was)',
  message: ({ cell }) =>
    together([
      ...(cell.shed > 0 ? [`${requests(cell.shed)} of the schedule not sent, too many were in flight`] : []),
      ...(cell.unfinished > 0 ? [unfinishedRequests(cell)] : []),
    ]),
  remedy: 'The load is more than this cell can serve, or it stood still: lower the rate (--rate), or look at the timeline for a stall.',
};

const queueIsGrowing: Doubt = {
  code: 'queue-growing',
  condition: 'under an open load the requests in flight drift upwards (Student’s t, 1 %) in more than half of the trials of 0.8 s or longer',
  message({ cell, trials }) {
    // Where requests were shed or left, that has been said already.
    if (cell.load.kind !== 'open' || cell.shed + cell.unfinished > 0) return undefined;
    const growths = timelines(trials).map((timeline) => queueGrowing(timeline.map(({ inFlight }) => inFlight)));
    const growing = growths.filter(({ isGrowing }) => isGrowing);
    if (growing.length * 2 <= growths.length) return undefined;
    const perSecond = middle(growing.map((growth) => growth.perSecond));
    return `requests in flight grow by ${formatRounded(perSecond)} a second${ofTrials(growing, growths)}: the p50 grows with the length of the run`;
  },
  remedy: 'More arrives than is served, and the latency says only how long the run was: lower the rate (--rate).',
};

const notWarm: Doubt = {
  code: 'not-warm',
  condition: 'V8 was still compiling as the window opened, in more than half of the trials',
  message({ trials }) {
    const cold = trials.filter(({ isCold }) => isCold);
    return cold.length * 2 <= trials.length ? undefined : `code was still being compiled as the window opened${ofTrials(cold, trials)}`;
  },
  remedy: 'It is slower, and takes more CPU time a request, than it would be warm: warm up for longer (--warmup 5s), or with more clients.',
};

const unsteady: Doubt = {
  code: 'unsteady',
  condition: 'the throughput has a trend of 2 % or more (Mann’s test, 3 %) in more than half of the trials of 0.8 s or longer',
  message({ trials }) {
    const trends = timelines(trials).map((timeline) => trendOf(timeline.map(({ throughputPerSecond }) => throughputPerSecond)));
    const trending = trends.filter(({ isTrending }) => isTrending);
    if (trending.length * 2 <= trends.length) return undefined;
    const change = middle(trending.map((trend) => trend.change));
    return `throughput ${change < 0 ? 'fell' : 'rose'} by ${formatShare(Math.abs(change))} within the window${ofTrials(trending, trends)}`;
  },
  remedy: 'There was no steady state to measure: warm up for longer (--warmup 2s); if it still moves, measure for longer (--duration 10s).',
};

const generatorLate: Doubt = {
  code: 'generator-late',
  condition:
    'under an open load a percentile of the lag is 20 % or more of the same percentile of the latency, although the measuring thread was busy too rarely to explain it',
  message({ cell }) {
    const { threadTime, lagNs, latencyNs } = cell;
    // Where the number of servers is known, the queueing oracle says how much of the lag is the line's.
    if (cell.load.kind !== 'open' || threadTime === undefined || cell.oracle !== undefined) return undefined;
    const busyShare = threadTime.user + threadTime.system + threadTime.blocked;
    const late = IDLE_ENOUGH.filter((idle) => busyShare < idle.busyShare).find(({ percentile }) => {
      const [lag, latency] = [lagNs[percentile], latencyNs[percentile]];
      return lag !== null && latency !== null && lag >= LATE_SHARE * latency;
    });
    if (late === undefined) return undefined;
    const figures = `the lag’s ${late.percentile} is ${formatDuration(lagNs[late.percentile])} of a latency of ${formatDuration(latencyNs[late.percentile])}`;
    return `${figures}, and the thread was busy ${formatShare(busyShare)} of the time only: requests were sent late`;
  },
  remedy:
    'Read service times, not latencies, for this cell; a quiet machine wakes on time, and what waits in system calls wakes soonest: compare with a model that does (iobench list).',
};

function unfinishedRequests({ unfinished, latencyNs: { atLeast = [] } }: Facts['cell']): string {
  const bounds = atLeast.length === 0 ? '' : `: ${new Intl.ListFormat('en').format(atLeast)} took longer than is known`;
  return `${requests(unfinished)} had not ended when the trial gave up${bounds}`;
}

export const loadDoubts: readonly Doubt[] = [notWarm, notKeptUp, queueIsGrowing, unsteady, generatorLate];

/** Of the trials that are long enough to say something. */
function timelines(trials: Facts['trials']) {
  return trials.flatMap(({ timeline }) => (timeline !== undefined && timeline.length >= FEWEST_WINDOWS ? [timeline] : []));
}

function ofTrials(some: readonly unknown[], all: readonly unknown[]): string {
  return all.length === 1 ? '' : ` in ${some.length} of ${all.length} trials`;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
