/**
 * Measures one load of one cell: the model serves its requests, through warm-up and window, and the window is
 * read out.
 */

import { askForShortTurns, askForUsualTurns, wakeOnTime } from '../../engines/process.ts';
import { messageOf } from '../../errors.ts';
import { nowNs } from '../../load/clock.ts';
import type { Model, Setting, Started } from '../../models/model.ts';
import { readConnectionsMade, readMovedBytes, type Steps } from '../../operations.ts';
import type { Reason } from '../../reasons.ts';
import type { CellSpec, MeasuredTrial } from '../../result.ts';
import { Histogram } from '../../stats/histogram.ts';
import { parseParams } from '../../workloads/parameters.ts';
import type { Workload, WorkloadReference } from '../../workloads/workload.ts';
import type { CountedResult, LoopResult } from '../loop-result.ts';
import { createAlarm } from './alarm.ts';
import { alongside } from './alongside.ts';
import { partOf, runBackground } from './background.ts';
import { codeBytes } from './compiled-code.ts';
import type { WindowedRequests } from './requests.ts';
import { disconnectAll, type LoadLimits, serve } from './serving.ts';
import type { ThreadData } from './thread.requests.ts';
import { isPaced, type LoadOptions, requestsAtOnce } from './trial-load.ts';
import type { Warmth } from './warmth.ts';

/** The plan of one load, for the measured process. Plain data. */
export interface TrialPlan {
  readonly cell: CellSpec;
  readonly workload: WorkloadReference;
  readonly fixture: unknown;
  readonly trial: number;
  readonly seed: number;
  readonly warmupNs: number;
  /** The longest wait for code to be compiled before this load; 0 to measure cold code. */
  readonly longestWarmupNs: number;
  readonly durationNs: number;
  /** The window ends with this many requests, if that comes first. */
  readonly requests?: number;
  /** Under an open load, requests beyond this number are shed. */
  readonly maxInFlight: number;
  /** It is one of several loops that divide a load: each keeps the counts of each slot of its timeline. */
  readonly loop?: NonNullable<LoadOptions['loop']>;
  /**
   * It sends the requests that a server serves: this process, if it is one of Node. With others, each its
   * share, where there are several.
   */
  readonly server?: { readonly pid?: number; readonly isShared?: boolean };
}

/** The phase of a trial. `connecting` lasts until the first request has ended. */
export type TrialPhase = 'starting' | 'connecting' | 'warming up' | 'measuring' | 'draining' | 'leaving';

export interface Observer {
  /** The model has started, or the first request has ended. */
  reached?(phase: TrialPhase & ('connecting' | 'warming up')): void;
  /**
   * The code is compiled, as far as is known, and the load is about to begin: when this has returned, or
   * resolved.
   */
  warm?(): void | Promise<void>;
  /** The window has just opened, or closed. */
  turned(phase: 'open' | 'closed'): void;
}

export interface Measurement {
  /** One result, or those of loops that measured at the same time. */
  readonly loops: readonly LoopResult[];
  /** Disconnects the clients and ends the threads. */
  leave(): Promise<void>;
}

const DISPATCH_SAMPLES = 200;
export const threadModules: Setting['threadModules'] = {
  requests: new URL('./thread.requests.js', import.meta.url).href,
  helper: new URL('./thread.helper.js', import.meta.url).href,
};

/**
 * Measures one load in this thread. `warmth` knows what the thread has run before: it is passed from one load
 * to the next.
 * @throws the error that the model or the workload throws outside of a request.
 */
export async function measureCell(
  plan: TrialPlan,
  model: Model,
  workload: Workload,
  observer: Observer,
  warmth: Warmth,
): Promise<Measurement> {
  wakeOnTime();
  const { load: spec } = plan.cell;
  const reports = listener();
  const { fixture } = plan;
  const threadData = threadDataOf(plan, plan.cell.threads ?? requestsAtOnce(spec));
  const started = await startModel(plan, model, workload, threadData, reports);
  warmth.threadsWarmed(threadData.warmedNs[0] as number);
  observer.reached?.('connecting');
  if (workload.background)
    await runBackground(partOf(workload.background(plan.fixture), plan.loop), started, model);
  const firstEnded = () => observer.reached?.('warming up');
  await warmth.warmUp({ plan, model, workload, started, firstEnded });
  await observer.warm?.();
  const paced = isPaced(spec);
  const alarm = started.isOnNodeLoop && paced ? await createAlarm() : undefined;
  if (paced && !alarm) askForShortTurns();
  const startedAt = new Date().toISOString();
  const served = serve({
    plan,
    spec,
    workload,
    fixture,
    started,
    limits: limitsOf(plan, warmth, firstEnded),
    // A closed load's servers never rest: the gaps between requests would add up in the prediction without
    // bound.
    servers: spec.kind === 'open' ? serversOf(model.servers?.(traitsOf(plan, workload)), spec) : undefined,
    ...(workload.form === 'operations'
      ? { movedBytes: () => sumOfMoved(readMovedBytes(), threadData.movedBytes) }
      : {}),
    pacing: alarm,
    keepsSlots: plan.loop !== undefined,
    turned: observer.turned,
  });
  const { requests, instruments, inFlight } = served;
  await runBeside(requests, partOf(workload.lasting?.(fixture) ?? [], plan.loop), started);
  const result: CountedResult = {
    startedAt,
    ...instruments.read(requests.leftSinceNs()),
    ...warmth.read(),
    ...firstFailure(requests),
    ...(workload.serve ? { connectionsMade: readConnectionsMade() } : {}),
    ...reports.reported(),
  };
  const leave = async () => {
    if (inFlight.count === 0) await disconnectAll(requests, workload, started);
    await alarm?.stop();
    if (paced && !alarm) askForUsualTurns();
    await started.stop?.();
  };
  return { loops: [{ result, slots: instruments.slots }], leave };
}

/** Runs the load, with what lasts as long. @throws Error if that failed. */
async function runBeside(
  requests: WindowedRequests,
  lasting: readonly Steps[],
  { run }: Started,
): Promise<void> {
  if (lasting.length === 0) return await run(requests);
  const both = alongside(requests, lasting);
  await run(both);
  if (both.failure !== undefined)
    throw new Error(`a client beside the load failed: ${messageOf(both.failure)}`);
}

/** A pool of clients that is smaller than the model's own is what requests wait for. */
const serversOf = (
  servers: number | undefined,
  { clients = Number.POSITIVE_INFINITY }: { readonly clients?: number | undefined },
) => servers && Math.min(servers, clients);

/** A warm-up that does not wait for code ends when its time is over. */
function limitsOf(plan: TrialPlan, warmth: Warmth, firstEnded: () => void): LoadLimits {
  const { load } = plan.cell;
  return {
    warmupNs: plan.warmupNs,
    warmupRequests: load.kind === 'closed' ? load.concurrency : 1,
    ...(plan.longestWarmupNs > 0
      ? {
          codeBytes,
          v8ThreadsNs: warmth.v8ThreadsNs,
          longestNs: plan.longestWarmupNs,
          requestsPerReading: warmth.requestsPerReading,
          ...(plan.server?.isShared ? { longestNs: plan.warmupNs, warmsCodeAlone: true } : {}),
        }
      : {}),
    durationNs: plan.durationNs,
    requests: plan.requests ?? Number.POSITIVE_INFINITY,
    closesOnTime: load.kind === 'open',
    firstEnded,
  };
}

const traitsOf = ({ cell: { load, threads } }: TrialPlan, workload: Workload) => ({
  form: workload.form,
  uses: workload.uses ?? [],
  concurrency: requestsAtOnce(load),
  threads,
});

/** What `threads` threads that perform whole requests are given, and the memory that they share. */
export function threadDataOf(
  given: Pick<ThreadData, 'workload' | 'fixture' | 'seed' | 'longestWarmupNs'>,
  threads: number,
): ThreadData {
  const { workload, fixture, seed, longestWarmupNs } = given;
  return {
    workload,
    fixture,
    seed,
    longestWarmupNs,
    warmedNs: sharedNumbers(1),
    movedBytes: sharedNumbers(2 * threads),
  };
}

const sharedNumbers = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length));

/** Bytes in and out, of this thread and of threads that perform requests for it. */
function sumOfMoved(own: Float64Array, others: Float64Array): readonly [number, number] {
  let [bytesIn = 0, bytesOut = 0] = own;
  for (let thread = 0; thread < others.length; thread += 2) {
    bytesIn += others[thread] as number;
    bytesOut += others[thread + 1] as number;
  }
  return [bytesIn, bytesOut];
}

function startModel(
  plan: TrialPlan,
  model: Model,
  workload: Workload,
  threadData: ThreadData,
  reports: Pick<Setting, 'note' | 'measureDispatch'>,
): Promise<Started> | Started {
  return model.start({
    workload: plan.workload,
    form: workload.form,
    fixture: plan.fixture,
    seed: plan.seed,
    concurrency: requestsAtOnce(plan.cell.load),
    threads: plan.cell.threads,
    params: model.params && parseParams(model.params, plan.cell.modelParams ?? {}).data,
    threadData,
    threadModules,
    note: reports.note,
    measureDispatch: reports.measureDispatch,
  });
}

const firstFailure = ({ firstFailure }: WindowedRequests) =>
  firstFailure === undefined ? {} : { firstFailure };

/** Collects the notes and the dispatch cost that a model reports while it starts. */
function listener() {
  const notes: Reason[] = [];
  let dispatch: MeasuredTrial['dispatch'];
  return {
    note(reason: Reason) {
      notes.push(reason);
    },
    async measureDispatch(threads: number, dispatchEmpty: () => Promise<unknown>) {
      const costs = new Histogram();
      for (let sample = 0; sample < DISPATCH_SAMPLES; sample++) {
        const startNs = nowNs();
        await dispatchEmpty();
        costs.record(nowNs() - startNs);
      }
      dispatch = { meanNs: costs.meanNs, p99Ns: costs.percentile(99), threads };
    },
    reported: () => ({ notes, ...(dispatch ? { dispatch } : {}) }),
  };
}
