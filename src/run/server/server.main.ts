/**
 * A server's process: the model that is measured runs `serve`, once per connection. It reports where it
 * listens; its thread of accounts answers what it has used, and ends it.
 */
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';
import { messageOf, namedMessageOf, textIn } from '../../errors.ts';
import { nowNs } from '../../load/clock.ts';
import { models } from '../../models/index.ts';
import { UnsupportedError } from '../../operations.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import type { Workload } from '../../workloads/workload.ts';
import { learnFromFirstCall } from '../trial/compiled-code.ts';
import { errorCode, errorMessage } from '../trial/requests.ts';
import { serveInLoops } from './loops.ts';
import { serveSessions } from './serve-sessions.ts';
import type { ServerMessage, ServerPlan } from './server-plan.ts';
import { SessionCounts } from './session-counts.ts';

/** So many failed sessions are described; all are counted. */
const MOST_REPORTED = 20;

const send = (message: ServerMessage) => process.send?.(message, () => {});

process.once('message', (plan: ServerPlan) => {
  perform(plan).then(() => process.exit(0), fail);
});
process.on('uncaughtException', fail);
process.on('disconnect', () => process.exit());
// A Ctrl-C reaches the whole group of processes; the run decides when its servers end.
process.on('SIGINT', () => {});
leadOwnGroup();
dieWithParent();
send({ kind: 'ready', pid: process.pid });

async function perform(given: ServerPlan): Promise<void> {
  const model = models.find(({ name }) => name === given.cell.model);
  if (!model) throw new Error(`there is no model ${given.cell.model}`);
  const workload = await loadWorkload(given.workload);
  if (!workload.serve) throw new Error(`${workload.name} has no serve`);
  // Made here, so that all threads get the same memory.
  const plan = workload.share ? { ...given, fixture: workload.share(given.fixture) } : given;
  learnFromFirstCall();
  const counts = new SessionCounts();
  const accounts = await startAccounts(counts);
  await startHousekeeping(workload, plan);
  let reported = 0;
  const reports = {
    listening: (port: number) => void send({ kind: 'listening', port }),
    failed(error: unknown) {
      if (reported++ < MOST_REPORTED)
        send({ kind: 'session-failed', code: errorCode(error), message: errorMessage(error) });
    },
    stopped: (stop: () => void) => void accounts.on('message', (message) => message === 'stop' && stop()),
  };
  const loops = model.loops?.({
    form: 'operations',
    uses: ['sockets'],
    concurrency: plan.connections,
    threads: plan.cell.threads,
  });
  await (loops === undefined
    ? serveSessions({ plan, model, workload, counts, reports })
    : serveInLoops({ plan, loops, counts, reports }));
}

/** Returns once it can be asked. */
async function startAccounts(counts: SessionCounts): Promise<Worker> {
  const { shared, waitedNs } = counts;
  return startThread(new URL('./thread.accounts.js', import.meta.url), { shared, waitedNs });
}

/** In one place for all threads and loops, if there is any; returns once it is about to begin. */
async function startHousekeeping(
  { housekeeping }: Workload,
  { workload, fixture }: ServerPlan,
): Promise<void> {
  if ((housekeeping?.(fixture, nowNs) ?? []).length === 0) return;
  await startThread(new URL('./thread.housekeeping.js', import.meta.url), { workload, fixture });
}

/** Returns once it has sent its first message. Its failure is the server's. */
async function startThread(module: URL, workerData: object): Promise<Worker> {
  const thread = new Worker(module, { workerData });
  thread.on('error', fail);
  await new Promise((resolve) => thread.once('message', resolve));
  return thread;
}

function fail(error: unknown): void {
  if (process.env.DEBUG) console.error(error);
  const isUnsupported = textIn(error, 'name') === UnsupportedError.name;
  const message: ServerMessage = isUnsupported
    ? { kind: 'unsupported', reason: messageOf(error) }
    : { kind: 'failed', reason: namedMessageOf(error) };
  if (process.connected) process.send?.(message, () => process.exit(1));
  else process.exit(1);
}
