/** Measures one trial of one cell: the model serves the load's requests, through warm-up and window, and the window is read out. */
import { askForShortTurns, wakeOnTime } from '../engines/process.ts';
import { nowNs } from '../load/clock.ts';
import { randomFrom } from '../load/random.ts';
import type { Model, Setting, Started } from '../models/model.ts';
import type { Steps } from '../operations.ts';
import type { CellSpec, MeasuredTrial } from '../result.ts';
import { type Counts, Histogram } from '../stats/histogram.ts';
import { Client } from '../workloads/client.ts';
import { parseParams } from '../workloads/parameters.ts';
import { Tally } from '../workloads/tally.ts';
import type { Workload, WorkloadReference } from '../workloads/workload.ts';
import { createAlarm } from './alarm.ts';
import { errands } from './errands.ts';
import { InFlight } from './in-flight.ts';
import { createInstruments } from './instruments.ts';
import { arrivalsBetween, createLoad, type LoadOptions, requestsAtOnce } from './load.ts';
import { WindowedRequests } from './requests.ts';
import { toItsEnd } from './to-its-end.ts';

/** What the measured process is told. Plain data. */
export interface TrialPlan {
  readonly cell: CellSpec;
  readonly workload: WorkloadReference;
  readonly fixture: unknown;
  readonly trial: number;
  readonly seed: number;
  readonly warmupNs: number;
  readonly durationNs: number;
  /** The window ends with so many requests, if that comes first. */
  readonly requests?: number;
  /** More requests than these are not sent under an open load, but shed. */
  readonly maxInFlight: number;
  readonly hand?: NonNullable<LoadOptions['hand']>;
  /** One of several loops: what each slot of its timeline counted is needed, too. */
  readonly isShare?: boolean;
}

/** What a trial is doing. `connecting` lasts until the first request has ended. */
export type TrialPhase = 'starting' | 'connecting' | 'warming up' | 'measuring' | 'draining' | 'leaving';

export interface Observer {
  /** The model has started, or the first request has ended. */
  reached?(phase: TrialPhase & ('connecting' | 'warming up')): void;
  /** The window has just opened, or closed. */
  turned(phase: 'open' | 'closed'): void;
}

/** What the measured process can say of a trial; what the peers used is the runner's to add. */
export type CellResult = Omit<MeasuredTrial, 'kind' | 'cell' | 'trial' | 'status' | 'peers'>;

export interface CellMeasurement {
  readonly result: CellResult;
  /** What each slot of the timeline counted, where the plan is one loop's share. */
  readonly slots: readonly Counts[];
  /** Disconnects the clients and ends the threads. */
  leave(): Promise<void>;
}

/** A stall as long as the window can still be waited for. */
const LEAST_DRAIN_NS = 2e9;
const DISPATCH_SAMPLES = 200;
export const threadModules: Setting['threadModules'] = {
  requests: new URL('./thread.requests.js', import.meta.url).href,
  helper: new URL('./thread.helper.js', import.meta.url).href,
};

/**
 * Runs one trial in this thread.
 * @throws whatever the model or the workload throws outside of a request.
 */
export async function measureCell(plan: TrialPlan, model: Model, workload: Workload, observer: Observer): Promise<CellMeasurement> {
  wakeOnTime();
  const { load: spec, threads } = plan.cell;
  const concurrency = requestsAtOnce(spec);
  const told = listener();
  const started = await model.start({
    workload: plan.workload,
    form: workload.form,
    fixture: plan.fixture,
    seed: plan.seed,
    concurrency,
    threads,
    params: model.params && parseParams(model.params, plan.cell.modelParams ?? {}).data,
    threadModules,
    ...told,
  });
  observer.reached?.('connecting');
  if (workload.background) await runBackground(workload.background(plan.fixture), started);
  const isPaced = spec.kind === 'open' || (spec.thinkNs ?? 0) > 0;
  const alarm = started.isOnNodeLoop && isPaced ? await createAlarm() : undefined;
  if (isPaced && !alarm) askForShortTurns();
  const startedAt = new Date().toISOString();
  const startNs = nowNs();
  const load = createLoad(spec, { ...plan, startNs });
  const inFlight = new InFlight();
  const tally = new Tally();
  const instruments = createInstruments({
    tally,
    limits: {
      startNs,
      warmupNs: plan.warmupNs,
      warmupRequests: spec.kind === 'closed' ? spec.concurrency : 1,
      durationNs: plan.durationNs,
      requests: plan.requests ?? Number.POSITIVE_INFINITY,
      closesOnTime: spec.kind === 'open',
      firstEnded: () => observer.reached?.('warming up'),
    },
    load,
    // A closed load's servers never rest: what lies between two requests would add up in the prediction without end.
    servers: spec.kind === 'open' ? model.servers?.({ form: workload.form, uses: workload.uses ?? [], concurrency, threads }) : undefined,
    inFlight,
    scheduled: spec.kind === 'open' ? (...window) => arrivalsBetween(spec, { ...plan, startNs }, ...window) : undefined,
    timesWaits: !started.isOnNodeLoop,
    neverBlocks: started.neverBlocks ?? false,
    pacing: alarm,
    keepsSlots: plan.isShare,
    turned: observer.turned,
  });
  const random = randomFrom(plan.seed);
  const requests = new WindowedRequests({
    load,
    clock: nowNs,
    window: instruments.window,
    inFlight,
    newClient: () => new Client(workload, plan.fixture, random, tally),
    tally,
    drainNs: Math.max(LEAST_DRAIN_NS, plan.durationNs),
    alarm,
  });
  await started.run(requests);
  const result: CellResult = { startedAt, ...instruments.read(requests.leftSinceNs()), ...firstFailure(requests), ...told.heard() };
  const leave = async () => {
    const connected = requests.clients.filter((client) => client.isConnected);
    if (workload.disconnect && inFlight.count === 0) await started.run(errands(connected.map((client) => () => client.disconnect())));
    await alarm?.stop();
    await started.stop?.();
  };
  return { result, slots: instruments.slots, leave };
}

const firstFailure = ({ firstFailure }: WindowedRequests) => (firstFailure === undefined ? {} : { firstFailure });

/** What the workload has beside its clients, done by the model's own engine; where its requests run elsewhere, by a thread that blocks. */
async function runBackground(steps: Steps, { run, isElsewhere }: Started): Promise<void> {
  if (isElsewhere) return void toItsEnd('operations', steps);
  const background = errands([() => steps]);
  await run(background);
  if (background.failure !== undefined) throw background.failure;
}

/** What a model tells about itself while it starts. */
function listener() {
  const notes: string[] = [];
  let dispatch: MeasuredTrial['dispatch'];
  return {
    note(sentence: string) {
      notes.push(sentence);
    },
    async measureDispatch(threads: number, hand: () => Promise<unknown>) {
      const costs = new Histogram();
      for (let sample = 0; sample < DISPATCH_SAMPLES; sample++) {
        const startNs = nowNs();
        await hand();
        costs.record(nowNs() - startNs);
      }
      dispatch = { meanNs: costs.meanNs, p99Ns: costs.percentile(99), threads };
    },
    heard: () => ({ notes, ...(dispatch ? { dispatch } : {}) }),
  };
}
