/**
 * The helper of a thread that blocks on an async function: runs one request per message, then wakes that
 * thread.
 */
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { threadUsage } from '../../engines/thread-usage.ts';
import { nowNs } from '../../load/clock.ts';
import { randomFrom } from '../../load/random.ts';
import {
  ANSWERED,
  ENDED,
  type HelperAnswer,
  type HelperData,
  type HelperReady,
} from '../../models/async-bridge.ts';
import { Client } from '../../workloads/client.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import { Tally } from '../../workloads/tally.ts';
import { errorCode, errorMessage } from './requests.ts';

const { workload: reference, fixture, seed, port, done } = workerData as HelperData;
const tally = new Tally();
const client = new Client(await loadWorkload(reference), fixture, randomFrom(seed, 1), tally, nowNs);

function wake(word: number): void {
  Atomics.store(done, 0, word);
  Atomics.notify(done, 0);
}

port.on('message', async (what: 'request' | 'disconnect') => {
  const answer = await answerTo(what);
  const counted = tally.take();
  port.postMessage(counted ? { ...answer, counted } : answer);
  wake(ANSWERED);
});
// An uncaught error, or the workload, ends this thread: the other one would block for ever.
process.on('exit', () => wake(ENDED));
parentPort?.postMessage({ threadId: threadUsage()?.threadId } satisfies HelperReady);

async function answerTo(what: 'request' | 'disconnect'): Promise<HelperAnswer> {
  try {
    client.marks?.begin(nowNs());
    await (what === 'request' ? client.request() : client.disconnect());
    return client.marks ? { marked: client.marks.read() } : {};
  } catch (error) {
    client.discard();
    return { errorCode: errorCode(error), message: errorMessage(error) };
  }
}
