/**
 * The code of a `thread-per-request` thread: whole requests, one at a time. Piscina calls the exported
 * functions.
 */
import { workerData } from 'node:worker_threads';
import { nowNs } from '../../load/clock.ts';
import { randomFrom } from '../../load/random.ts';
import type { Outcome } from '../../models/model.ts';
import { countMovedBytesIn } from '../../operations.ts';
import { Client } from '../../workloads/client.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import { Tally } from '../../workloads/tally.ts';
import type { Form, Workload, WorkloadReference } from '../../workloads/workload.ts';
import { codeBytes, LEAST_WARMUP_NS, REHEARSALS, REQUESTS_PER_READING } from './compiled-code.ts';
import { type Meeting, meet } from './meeting.ts';
import { errorCode, errorMessage } from './requests.ts';
import { toItsEnd } from './to-its-end.ts';
import { createWarmUp } from './warm-up.ts';

export interface ThreadData {
  readonly workload: WorkloadReference;
  readonly fixture: unknown;
  readonly seed: number;
  readonly longestWarmupNs: number;
  /** Shared: one element, the time that the slowest thread took to warm its code, nanoseconds. */
  readonly warmedNs: Float64Array;
  /** Shared: how many bytes each thread has moved in and out, thread after thread. */
  readonly movedBytes: Float64Array;
}

const REHEARSED_REQUESTS = 4;

let form: Form;
let client: Client;
const tally = new Tally();

/** Loads the workload and warms its code; returns when every thread has. */
export async function arrive(meeting: Meeting): Promise<void> {
  const {
    workload: reference,
    fixture,
    seed,
    longestWarmupNs,
    warmedNs,
    movedBytes,
  } = workerData as ThreadData;
  const workload = await loadWorkload(reference);
  form = workload.form;
  const beganNs = nowNs();
  await warmUp(workload, fixture, seed, longestWarmupNs / 2);
  const turn = meet(meeting);
  // The last one to arrive is the slowest: its time counts.
  if (turn === meeting.threads - 1) warmedNs[0] = nowNs() - beganNs;
  countMovedBytesIn(movedBytes.subarray(2 * turn, 2 * turn + 2));
  client = new Client(workload, fixture, randomFrom(seed, 1 + turn), tally, nowNs);
}

/**
 * Every thread compiles its own code, so each of them sends requests until that is done, after short
 * rehearsals (`rehearse` in unmeasured.ts says why). All do so at the same time, and on fewer CPUs than
 * threads that may take longer than the longest warm-up.
 */
async function warmUp(workload: Workload, fixture: unknown, seed: number, longestNs: number): Promise<void> {
  if (longestNs === 0) return;
  const newClient = (itsFixture: unknown) => new Client(workload, itsFixture, randomFrom(seed), new Tally());
  for (let time = 0; time < REHEARSALS; time++) {
    let left = REHEARSED_REQUESTS;
    await performUntil(newClient(fixture), () => --left === 0);
  }
  const warm = createWarmUp({
    startNs: nowNs(),
    warmupNs: Math.min(LEAST_WARMUP_NS, longestNs),
    warmupRequests: 1,
    codeBytes,
    requestsPerReading: REQUESTS_PER_READING,
    warmsCodeAlone: true,
    longestNs,
  });
  await performUntil(newClient(workload.undelayed?.(fixture) ?? fixture), () => warm.ended(nowNs()));
}

/** Performs requests, one after another, until one of them was the last; failed ones count, too. */
async function performUntil(unmeasured: Client, isLast: () => boolean): Promise<void> {
  do {
    try {
      await toItsEnd(form, unmeasured.request());
    } catch {
      unmeasured.discard();
    }
  } while (!isLast());
  await toItsEnd(form, unmeasured.disconnect());
}

/** An empty task: its round trip is the cost of dispatching. */
export function empty(): void {}

/** Performs one request; returns when it ended: the clock is the same in all threads. */
export function request(): Outcome | Promise<Outcome> {
  client.marks?.begin(nowNs());
  if (form === 'async') {
    return (client.request() as Promise<unknown>).then(
      () => ended(),
      (error: unknown) => failed(error),
    );
  }
  try {
    toItsEnd(form, client.request());
    return ended();
  } catch (error) {
    return failed(error);
  }
}

function ended(): Outcome {
  const endedNs = nowNs();
  const counted = tally.take();
  const { marks } = client;
  if (marks === undefined) return counted ? { endedNs, counted } : endedNs;
  return { endedNs, marked: marks.read(), ...(counted ? { counted } : {}) };
}

function failed(error: unknown): Outcome {
  const endedNs = nowNs();
  client.discard();
  const counted = tally.take();
  return {
    endedNs,
    error: { code: errorCode(error), message: errorMessage(error) },
    ...(counted ? { counted } : {}),
  };
}

/** Disconnects; returns when every thread is about to. */
export async function leave(meeting: Meeting): Promise<void> {
  meet(meeting);
  await toItsEnd(form, client.disconnect());
}
