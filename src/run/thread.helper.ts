/** The helper thread behind a thread that stands still for an async function: runs one request a message, then wakes the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { randomFrom } from '../load/random.ts';
import type { HelperAnswer, HelperData } from '../models/async-bridge.ts';
import { Client } from '../workloads/client.ts';
import { loadWorkload } from '../workloads/load-file.ts';
import { Tally } from '../workloads/tally.ts';
import { errorCode, errorMessage } from './requests.ts';

const { workload: reference, fixture, seed, port, done } = workerData as HelperData;
const tally = new Tally();
const client = new Client(await loadWorkload(reference), fixture, randomFrom(seed, 1), tally);

port.on('message', async (what: 'request' | 'disconnect') => {
  const answer = await answerTo(what);
  const counted = tally.take();
  port.postMessage(counted ? { ...answer, counted } : answer);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});
parentPort?.postMessage('ready');

async function answerTo(what: 'request' | 'disconnect'): Promise<HelperAnswer> {
  try {
    await (what === 'request' ? client.request() : client.disconnect());
    return {};
  } catch (error) {
    client.discard();
    return { errorCode: errorCode(error), message: errorMessage(error) };
  }
}
