/** Loads whose measurements are discarded: they prepare code for the load that is measured. */
import type { Model, Started } from '../../models/model.ts';
import type { LoadSpec } from '../../result.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { TrialPlan } from './cell.ts';
import { codeBytes } from './compiled-code.ts';
import { disconnectAll, type LoadLimits, serve } from './serving.ts';

export interface Unmeasured {
  readonly plan: TrialPlan;
  readonly model: Pick<Model, 'isElsewhere'>;
  readonly workload: Workload;
  readonly started: Started;
  /** The first request has ended. */
  firstEnded(): void;
}

const WARMUP_NS = 2e6;
const WINDOW_NS = 5e6;
/** A server may serve one connection at a time, until its client leaves: others would wait for that. */
export const ONE_CLIENT: LoadSpec = { kind: 'closed', concurrency: 1 };
const LEAST_RATE_PER_SECOND = 1000;
const LONGEST_THINK_NS = 1e6;

/**
 * The load that will be measured, for a few requests: warm-up, window and drain. V8 compiles code for the
 * objects and the values that it has met: a function of which there was one closure, a field that never
 * changed. Code that was compiled before it has met the second load, or the end of a window, is thrown away
 * when it does, and the window is spent on compiling it again.
 */
export async function rehearse(
  unmeasured: Unmeasured,
  v8ThreadsNs: (() => number) | undefined,
): Promise<void> {
  const { plan } = unmeasured;
  const spec = plan.server ? ONE_CLIENT : hurried(plan.cell.load);
  await runUnmeasured({
    ...unmeasured,
    spec,
    fixture: undelayed(unmeasured),
    limits: {
      warmupNs: WARMUP_NS,
      warmupRequests: 1,
      codeBytes,
      v8ThreadsNs,
      longestNs: WARMUP_NS,
      durationNs: WINDOW_NS,
      requests: Number.POSITIVE_INFINITY,
      closesOnTime: spec.kind === 'open',
    },
  });
}

/**
 * The same kind of load, with so little time between requests that a rehearsal takes none worth a mention.
 */
function hurried(load: LoadSpec): LoadSpec {
  if (load.kind === 'open')
    return { ...load, ratePerSecond: Math.max(load.ratePerSecond, LEAST_RATE_PER_SECOND) };
  return load.thinkNs === undefined ? load : { ...load, thinkNs: Math.min(load.thinkNs, LONGEST_THINK_NS) };
}

/**
 * The fixture of a workload without avoidable waits. Requests that other threads perform have fixtures of
 * their own.
 */
export const undelayed = ({ plan, workload, model }: Unmeasured): unknown =>
  workload.undelayed && !model.isElsewhere ? workload.undelayed(plan.fixture) : plan.fixture;

/** Runs a load to its end, with clients of its own. */
export async function runUnmeasured({
  plan,
  workload,
  started,
  spec,
  fixture,
  limits,
  firstEnded,
}: Unmeasured & {
  readonly spec: LoadSpec;
  readonly fixture: unknown;
  readonly limits: Omit<LoadLimits, 'firstEnded'>;
}): Promise<void> {
  const { requests, inFlight } = serve({
    plan: { ...plan, durationNs: 0 },
    spec,
    workload,
    fixture,
    started,
    limits: { ...limits, firstEnded },
    servers: undefined,
    pacing: undefined,
    keepsSlots: false,
    turned() {},
  });
  await started.run(requests);
  if (inFlight.count === 0) await disconnectAll(requests, workload, started);
}
