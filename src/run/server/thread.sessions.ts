/**
 * The code of a `thread-per-request` thread that serves: whole sessions, one at a time, each from its own
 * `accept` on the one listener. Piscina calls the exported functions.
 */
import { workerData } from 'node:worker_threads';
import { nowNs } from '../../load/clock.ts';
import { randomFrom } from '../../load/random.ts';
import type { Outcome } from '../../models/model.ts';
import type { Listener } from '../../operations.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import type { Workload } from '../../workloads/workload.ts';
import { type Meeting, meet } from '../trial/meeting.ts';
import { errorCode, errorMessage } from '../trial/requests.ts';
import { toItsEnd } from '../trial/to-its-end.ts';
import type { ServerPlan } from './server-plan.ts';
import { session } from './session.ts';
import { SessionCounts, type SharedCounts } from './session-counts.ts';

export interface SessionThreadData {
  readonly plan: ServerPlan;
  /** `undefined` where the model serves in its own thread. */
  readonly listener: Listener | undefined;
  readonly counts: SharedCounts;
}

const { plan, listener, counts: shared } = workerData as SessionThreadData;
const counts = new SessionCounts(shared);
const random = randomFrom(plan.seed, counts.nextStream());
let serve: NonNullable<Workload['serve']>;

/** Loads the workload; returns when every thread has. */
export async function arrive(meeting: Meeting): Promise<void> {
  serve = (await loadWorkload(plan.workload)).serve as NonNullable<Workload['serve']>;
  meet(meeting);
}

/** An empty task: its round trip is the cost of dispatching. */
export function empty(): void {}

/** Performs one session; returns when it ended: the clock is the same in all threads. */
export function request(): Outcome {
  try {
    const accepting = { listener: listener as Listener, serve, fixture: plan.fixture, counts, random };
    toItsEnd('operations', session(accepting));
    return nowNs();
  } catch (error) {
    return { endedNs: nowNs(), error: { code: errorCode(error), message: errorMessage(error) } };
  }
}

/** Returns when every thread is about to end. */
export function leave(meeting: Meeting): void {
  meet(meeting);
}
