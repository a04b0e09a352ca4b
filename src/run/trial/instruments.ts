/**
 * All instruments of a window: the records of every request, and the accounts of the kernel and of Node over
 * it.
 */
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { nowNs } from '../../load/clock.ts';
import type { MeasuredTrial } from '../../result.ts';
import { type Counts, Histogram } from '../../stats/histogram.ts';
import { OrderedOracle } from '../../stats/kiefer-wolfowitz.ts';
import { type Tally, tallyBetween } from '../../workloads/tally.ts';
import type { CountedResult } from '../loop-result.ts';
import type { Alarm } from './alarm.ts';
import { conservationFailure, conserved, type SystemCounts } from './conservation.ts';
import type { FlowResult } from './flow.ts';
import type { InFlight } from './in-flight.ts';
import { Recorder } from './recorder.ts';
import { readThreadAccounts, shareThreadTime } from './thread-time.ts';
import type { TrialLoad } from './trial-load.ts';
import { type Phase, Window, type WindowLimits } from './window.ts';

export interface InstrumentOptions {
  readonly limits: WindowLimits;
  readonly load: TrialLoad;
  /** Further counts of this thread's requests. */
  readonly tally?: Tally;
  /** The bytes that requests have moved in and out so far, if that is known. */
  readonly movedBytes?: (() => readonly [number, number]) | undefined;
  /** How many requests are served at once, if that is known. */
  readonly servers: number | undefined;
  readonly inFlight: InFlight;
  /** How many requests an open load's schedule has between two times: counted from that alone. */
  readonly scheduled: ((afterNs: number, untilNs: number) => number) | undefined;
  /** The model waits in its own calls, not in Node's loop. */
  readonly timesWaits: boolean;
  /** None of the model's calls waits. */
  readonly neverBlocks: boolean;
  /** The thread that keeps the schedule, if there is one: its usage is not the model's. */
  readonly pacing?: Pick<Alarm, 'used'> | undefined;
  /** The parts of a request that the workload marks. */
  readonly phases?: readonly string[] | undefined;
  /** Other loops measure the same load: the timelines are merged later. */
  readonly keepsSlots?: boolean | undefined;
  turned(phase: Phase): void;
}

type Read = Omit<CountedResult, 'startedAt' | 'notes' | 'dispatch'>;

export interface Instruments {
  readonly window: Window;
  /**
   * The measurement. `leftSinceNs` are the intended starts of requests that have not ended and are not waited
   * for any longer.
   * @throws Error if a request that was due is in no figure, or in two.
   */
  read(leftSinceNs: Iterable<number>): Read;
  /** The counts of each slot of the timeline, if they are kept. */
  readonly slots: readonly Counts[];
  readonly latency: Histogram;
}

export function createInstruments(options: InstrumentOptions): Instruments {
  const { limits, load, servers, inFlight } = options;
  const recorder = new Recorder((nowNs) => inFlight.count + load.waiting(nowNs), options);
  const oracle = servers === undefined ? undefined : new OrderedOracle(servers);
  const snapshots: Partial<Record<Phase, Snapshot>> = {};
  let flow: FlowResult = { inFlightMean: 0, inFlightMeanByTimes: 0 };
  const counts: Partial<Record<Phase, SystemCounts>> = {};

  const window = new Window(
    limits,
    recorder,
    (phase, turnedNs) => {
      snapshots[phase] = snapshot(options);
      const line = [...load.line(turnedNs)];
      const taken = inFlight.sinceNs();
      if (phase === 'open') window.flow.open(turnedNs, line, taken);
      else
        flow = window.flow.close(
          turnedNs,
          inFlight.count,
          line,
          taken,
          recorder.latency.sumNs + recorder.early.sumNs + window.failedNs,
        );
      counts[phase] = {
        inSystem: inFlight.count + line.length,
        shed: load.shed?.() ?? 0,
        arrived: load.arrived?.(turnedNs) ?? 0,
      };
      options.turned(phase);
    },
    oracle,
  );
  window.timesWaits = options.timesWaits;
  // Read once before it counts: the first reading takes longest, and requests would be late for it.
  snapshot(options);

  return {
    window,
    slots: recorder.slots,
    latency: recorder.latency,
    read(leftSinceNs) {
      const { open: before, closed: after } = snapshots;
      if (!before || !after || !counts.open || !counts.closed) throw new Error('the window has not closed');
      recorder.finish();
      const leftNs = [...leftSinceNs];
      const { openedNs, closedNs } = window;
      const due = options.scheduled?.(openedNs, closedNs) ?? counts.closed.arrived - counts.open.arrived;
      const conservation = conserved(window, counts.open, counts.closed, due, leftNs.length);
      const failure = conservationFailure(conservation);
      if (failure !== undefined) throw new Error(failure);
      return {
        windowNs: window.closedNs - window.openedNs,
        warmupNs: window.openedNs - limits.startNs,
        ...(window.isCold ? { isCold: true } : {}),
        completed: window.completed,
        failed: window.failed,
        errors: Object.fromEntries(window.errors),
        shed: conservation.shed,
        ...(before.tally && after.tally ? tallyBetween(before.tally, after.tally) : {}),
        unfinished: conservation.unfinished,
        conservation,
        unfinishedAge: unfinishedAges(leftNs.filter((intendedNs) => intendedNs > openedNs)),
        latency: recorder.latency.toCounts(),
        service: recorder.service.toCounts(),
        lag: recorder.lag.toCounts(),
        ...(recorder.phases ? { phases: recorder.phases.read() } : {}),
        submit: recorder.submit.count > 0 ? recorder.submit.toCounts() : undefined,
        ...flow,
        reorderedShare: window.completed === 0 ? 0 : window.reordered / window.completed,
        ...predicted(oracle),
        timeline: recorder.timeline,
        ...bytesBetween(before, after),
        ...usageBetween(before, after),
        ...threadTimeBetween(before, after, window, options),
      };
    },
  };
}

/**
 * How long requests that were due in the window, and are no longer waited for, have been in the system: their
 * latencies are longer.
 */
function unfinishedAges(sinceNs: readonly number[]): Counts | undefined {
  if (sinceNs.length === 0) return undefined;
  const ages = new Histogram();
  const givenUpNs = nowNs();
  for (const intendedNs of sinceNs) ages.record(givenUpNs - intendedNs);
  return ages.toCounts();
}

/**
 * The prediction of Kiefer and Wolfowitz's recursion from the measured occupancies, beside the measured wait.
 */
function predicted(oracle: OrderedOracle | undefined): Pick<MeasuredTrial, 'oracle'> {
  if (!oracle || oracle.hasGivenUp || oracle.count === 0) return {};
  const { servers, count, predictedWaitNs, measuredWaitNs } = oracle;
  return { oracle: { servers, requests: count, predictedWaitNs, measuredWaitNs } };
}

type Snapshot = ReturnType<typeof snapshot>;

const snapshot = ({
  pacing,
  tally,
  movedBytes,
}: Pick<InstrumentOptions, 'pacing' | 'tally' | 'movedBytes'>) => ({
  tally: tally?.read(),
  bytes: movedBytes?.(),
  process: process.resourceUsage(),
  thread: readThreadAccounts(),
  pacing: pacing?.used(),
});

function bytesBetween({ bytes: before }: Snapshot, { bytes: after }: Snapshot): Pick<MeasuredTrial, 'bytes'> {
  return before && after ? { bytes: { in: after[0] - before[0], out: after[1] - before[1] } } : {};
}

/** The process's own accounts (getrusage(2)), less the usage of the thread that keeps the schedule. */
function usageBetween(before: Snapshot, after: Snapshot) {
  const { process: first, pacing: pacedBefore } = before;
  const { process: last, pacing: pacedAfter } = after;
  const paced = pacedBefore && pacedAfter ? { before: pacedBefore, after: pacedAfter } : undefined;
  const pacingCpuNs = paced ? paced.after.cpuNs - paced.before.cpuNs : 0;
  const switches = (kind: 'voluntary' | 'involuntary') =>
    last[`${kind}ContextSwitches`] -
    first[`${kind}ContextSwitches`] -
    (paced ? paced.after.contextSwitches[kind] - paced.before.contextSwitches[kind] : 0);
  const [userNs, systemNs] = [
    (last.userCPUTime - first.userCPUTime) * 1e3,
    (last.systemCPUTime - first.systemCPUTime) * 1e3,
  ];
  // The kernel accounts a thread's time as a whole: it is subtracted from both parts in their proportion.
  const kept = paced ? Math.max(0, 1 - pacingCpuNs / Math.max(1, userNs + systemNs)) : 1;
  return {
    cpu: { userNs: userNs * kept, systemNs: systemNs * kept },
    ...(paced ? { pacingCpuNs } : {}),
    contextSwitches: {
      voluntary: Math.max(0, switches('voluntary')),
      involuntary: Math.max(0, switches('involuntary')),
    },
    pageFaults: {
      minor: last.minorPageFault - first.minorPageFault,
      major: last.majorPageFault - first.majorPageFault,
    },
    maxRssBytes: last.maxRSS * 1024,
    ...threadCount(paced ? 1 : 0),
  };
}

/** All threads but those that are not the model's. */
function threadCount(others: number): { threads?: number } {
  try {
    return { threads: readdirSync('/proc/self/task').length - others };
  } catch {
    return {};
  }
}

function threadTimeBetween(
  { thread: before }: Snapshot,
  { thread: after }: Snapshot,
  { waitingNs, idleNs }: Window,
  { timesWaits, neverBlocks }: InstrumentOptions,
): Pick<MeasuredTrial, 'threadTime'> {
  if (!before || !after) return {};
  return {
    threadTime: shareThreadTime(before, after, {
      waitingNs: neverBlocks ? Number.POSITIVE_INFINITY : waitingNs,
      idleNs,
      timesWaits,
    }),
  };
}
