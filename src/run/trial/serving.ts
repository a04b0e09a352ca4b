/** One load of a started model: the requests that it serves, and the instruments. */
import { nowNs } from '../../load/clock.ts';
import { randomFrom } from '../../load/random.ts';
import type { Started } from '../../models/model.ts';
import type { LoadSpec } from '../../result.ts';
import { Client } from '../../workloads/client.ts';
import { phaseName } from '../../workloads/marks.ts';
import { Tally } from '../../workloads/tally.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { Alarm } from './alarm.ts';
import type { TrialPlan } from './cell.ts';
import { errands } from './errands.ts';
import { InFlight } from './in-flight.ts';
import { createInstruments, type InstrumentOptions } from './instruments.ts';
import { WindowedRequests } from './requests.ts';
import type { WindowLimits } from './stages.ts';
import { arrivalsBetween, createLoad } from './trial-load.ts';

/** The drain is long enough to wait for a stall as long as the window. */
const LEAST_DRAIN_NS = 2e9;

/** What a load's window is limited to; the rest follows from when it begins, and from the plan. */
export type LoadLimits = Omit<WindowLimits, 'startNs' | 'drainNs'>;

export interface Serving extends Pick<InstrumentOptions, 'servers' | 'movedBytes' | 'keepsSlots' | 'turned'> {
  readonly plan: Pick<TrialPlan, 'seed' | 'maxInFlight' | 'loop' | 'durationNs'>;
  readonly spec: LoadSpec;
  readonly workload: Workload;
  readonly fixture: unknown;
  readonly started: Started;
  readonly limits: LoadLimits;
  readonly pacing: Alarm | undefined;
}

/** Begins the load. */
export function serve({ plan, spec, workload, fixture, started, limits, pacing, ...looks }: Serving) {
  const startNs = nowNs();
  const load = createLoad(spec, { ...plan, startNs });
  const inFlight = new InFlight();
  const tally = new Tally();
  const timesWaits = !started.isOnNodeLoop;
  const instruments = createInstruments({
    tally,
    limits: { startNs, drainNs: Math.max(LEAST_DRAIN_NS, plan.durationNs), ...limits },
    load,
    inFlight,
    scheduled:
      spec.kind === 'open'
        ? (...window) => arrivalsBetween(spec, { ...plan, startNs }, ...window)
        : undefined,
    timesWaits,
    neverBlocks: started.neverBlocks ?? false,
    phases: workload.phases?.map(phaseName),
    pacing,
    ...looks,
  });
  const random = randomFrom(plan.seed);
  const requests = new WindowedRequests({
    load,
    clock: nowNs,
    stages: instruments.stages,
    window: instruments.window,
    timesWaits,
    inFlight,
    newClient: () => new Client(workload, fixture, random, tally, nowNs),
    tally,
    alarm: pacing,
  });
  return { requests, instruments, inFlight };
}

/** Disconnects the clients that are connected, by the model's own engine. */
export async function disconnectAll(
  requests: WindowedRequests,
  workload: Workload,
  { run }: Started,
): Promise<void> {
  const connected = requests.clients.filter((client) => client.isConnected);
  if (workload.disconnect) await run(errands(connected.map((client) => () => client.disconnect())));
}
