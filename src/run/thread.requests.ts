/** What a thread of `thread-per-request` runs: whole requests, one at a time. Piscina calls the exported functions. */
import { workerData } from 'node:worker_threads';
import { nowNs } from '../load/clock.ts';
import { randomFrom } from '../load/random.ts';
import type { Outcome, Setting } from '../models/model.ts';
import { Client } from '../workloads/client.ts';
import { loadWorkload } from '../workloads/load-file.ts';
import { Tally } from '../workloads/tally.ts';
import type { Form } from '../workloads/workload.ts';
import { type Meeting, meet } from './meeting.ts';
import { errorCode, errorMessage } from './requests.ts';
import { toItsEnd } from './to-its-end.ts';

let form: Form;
let client: Client;
const tally = new Tally();

/** Loads the workload; returns when every thread has. */
export async function arrive(meeting: Meeting): Promise<void> {
  const { workload: reference, fixture, seed } = workerData as Pick<Setting, 'workload' | 'fixture' | 'seed'>;
  const workload = await loadWorkload(reference);
  form = workload.form;
  client = new Client(workload, fixture, randomFrom(seed, 1 + meet(meeting)), tally);
}

/** Nothing: what is left is the cost of being told. */
export function empty(): void {}

/** One request, and when it ended: the clock is the same in all threads. */
export function request(): Outcome | Promise<Outcome> {
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
  return counted ? [endedNs, undefined, undefined, counted] : endedNs;
}

function failed(error: unknown): Outcome {
  const endedNs = nowNs();
  client.discard();
  return [endedNs, errorCode(error), errorMessage(error), tally.take()];
}

/** Disconnects; returns when every thread is about to. */
export async function leave(meeting: Meeting): Promise<void> {
  meet(meeting);
  await toItsEnd(form, client.disconnect());
}
