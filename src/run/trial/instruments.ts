/** All instruments of a window: those that observe requests, and the accounts of the kernel and of Node. */
import { nowNs } from '../../load/clock.ts';
import { type Counts, Histogram } from '../../stats/histogram.ts';
import type { CountedResult } from '../loop-result.ts';
import { Account } from './conservation.ts';
import { type CounterSources, Counters } from './counters.ts';
import { Flow } from './flow.ts';
import type { InFlight } from './in-flight.ts';
import { OwnAccounts, type OwnAccountsOptions } from './own-accounts.ts';
import { Prediction } from './prediction.ts';
import { Recorder } from './recorder.ts';
import { RequestCounts } from './request-counts.ts';
import { Stages, type WindowLimits } from './stages.ts';
import type { TrialLoad } from './trial-load.ts';
import { Window } from './window.ts';

export interface InstrumentOptions extends OwnAccountsOptions, CounterSources {
  readonly limits: WindowLimits;
  readonly load: TrialLoad;
  /** How many requests are served at once, if that is known. */
  readonly servers: number | undefined;
  readonly inFlight: InFlight;
  /** How many requests an open load's schedule has between two times: counted from that alone. */
  readonly scheduled: ((afterNs: number, untilNs: number) => number) | undefined;
  /** The parts of a request that the workload marks. */
  readonly phases?: readonly string[] | undefined;
  /** Other loops measure the same load: the timelines are merged later. */
  readonly keepsSlots?: boolean | undefined;
  turned(stage: 'open' | 'closed'): void;
}

type Read = Omit<CountedResult, 'startedAt' | 'notes' | 'dispatch'>;

export interface Instruments {
  readonly stages: Stages;
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
  const { limits, load, servers, inFlight, scheduled } = options;
  const { startNs } = limits;
  const stages = new Stages(limits);
  const recorder = new Recorder((nowNs) => inFlight.count + load.waiting(nowNs), options);
  const counts = new RequestCounts();
  const flow = new Flow(() => recorder.latency.sumNs + recorder.early.sumNs + counts.failedNs);
  const prediction = servers === undefined ? undefined : new Prediction(servers);
  const account = new Account(load);
  const counters = new Counters(options);
  const accounts = new OwnAccounts(options);
  const window = new Window({
    stages,
    load,
    inFlight,
    recorder,
    counts,
    flow,
    prediction,
    accounts,
    atTurns: [counters, account],
    startNs,
    turned: options.turned,
  });

  return {
    stages,
    window,
    slots: recorder.slots,
    latency: recorder.latency,
    read(leftSinceNs) {
      const leftNs = [...leftSinceNs];
      const { openedNs, closedNs } = stages;
      const conservation = account.read(counts, scheduled?.(openedNs, closedNs), leftNs.length);
      return {
        windowNs: closedNs - openedNs,
        warmupNs: openedNs - startNs,
        ...(stages.isCold ? { isCold: true } : {}),
        shed: conservation.shed,
        unfinished: conservation.unfinished,
        conservation,
        unfinishedAge: unfinishedAges(leftNs.filter((intendedNs) => intendedNs > openedNs)),
        ...counts.read(),
        ...counters.read(),
        ...recorder.read(),
        ...flow.read(),
        ...prediction?.read(),
        ...accounts.read(),
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
