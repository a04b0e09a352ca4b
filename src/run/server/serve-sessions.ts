/**
 * Serves in this thread, or in threads of the model's own: listens, and performs sessions until it is ended.
 */
import { blocking } from '../../engines/blocking.ts';
import { nowNs } from '../../load/clock.ts';
import { randomFrom } from '../../load/random.ts';
import type { Model, Setting, Started } from '../../models/model.ts';
import { close, type Listener, listen, type Steps, UnsupportedError } from '../../operations.ts';
import { sentenceOf } from '../../reasons.ts';
import { parseParams } from '../../workloads/parameters.ts';
import type { Workload } from '../../workloads/workload.ts';
import { errands } from '../trial/errands.ts';
import { BACKLOG, HOST, type ServerPlan } from './server-plan.ts';
import { session } from './session.ts';
import type { SessionCounts } from './session-counts.ts';
import { Sessions } from './sessions.ts';
import type { SessionThreadData } from './thread.sessions.ts';

export interface Serving {
  readonly plan: ServerPlan;
  readonly model: Model;
  readonly workload: Workload;
  readonly counts: SessionCounts;
  /** With a port, it shares that with other loops. */
  readonly port?: number;
  readonly reports: {
    listening(port: number): void;
    failed(error: unknown): void;
    /** Registers what closes a listener that only this thread can close. */
    stopped(stop: () => void): void;
  };
}

/** Returns when the server was ended, and every session is over. */
export async function serveSessions(serving: Serving): Promise<void> {
  const { plan, model, workload, counts, reports } = serving;
  const threads = plan.cell.threads ?? plan.connections;
  requireThreads(serving);
  const { isElsewhere = false } = model;
  // Threads of the model's own get the listener as they start, so that it has to be there before.
  const early = isElsewhere ? listenBlocking() : undefined;
  const started = await model.start(settingOf(serving, threads, early));
  const listener = early ?? (await listenBy(started, serving.port));
  const { fd } = listener as Partial<{ fd: number }>;
  if (fd !== undefined) counts.addListener(fd);
  else reports.stopped(() => void started.run(errands([() => closing(listener)])));
  reports.listening(listener.port);
  const serve = workload.serve as NonNullable<Workload['serve']>;
  const random = randomFrom(plan.seed, counts.nextStream());
  const sessions = new Sessions({
    acceptors: isElsewhere ? threads : 1,
    counts,
    clock: nowNs,
    isElsewhere,
    begin: (left) => session({ listener, serve, fixture: plan.fixture, counts, random, left }),
    failed: reports.failed,
  });
  await started.run(sessions);
  await started.stop?.();
}

/**
 * Idle connections take a thread each, too, where every connection has one: the plan knew only of the
 * clients.
 * @throws UnsupportedError with the model's reason.
 */
function requireThreads({ plan: { connections, cell }, model }: Serving): void {
  const refusal = model.refuses({
    form: 'operations',
    uses: ['sockets'],
    concurrency: connections,
    threads: cell.threads,
  });
  if (refusal !== undefined) throw new UnsupportedError(sentenceOf(refusal));
}

/** By the model's own engine: only that knows its sockets. */
async function listenBy({ run }: Started, port?: number): Promise<Listener> {
  let listener: Listener | undefined;
  const begun = errands([
    function* (): Steps<void> {
      listener = yield* listen(HOST, port ?? 0, { backlog: BACKLOG, reusePort: port !== undefined });
    },
  ]);
  await run(begun);
  if (begun.failure !== undefined) throw begun.failure;
  return listener as Listener;
}

const listenBlocking = (): Listener =>
  listen(HOST, 0, { backlog: BACKLOG }).performBy(blocking, {}) as Listener;

function* closing(listener: Listener): Steps<void> {
  yield* close(listener);
}

function settingOf({ plan, model, counts }: Serving, threads: number, listener?: Listener): Setting {
  const { shared, waitedNs } = counts;
  const threadData: SessionThreadData = { plan, listener, counts: { shared, waitedNs } };
  return {
    workload: plan.workload,
    form: 'operations',
    fixture: plan.fixture,
    seed: plan.seed,
    concurrency: threads,
    threads: plan.cell.threads,
    params: model.params && parseParams(model.params, plan.cell.modelParams ?? {}).data,
    threadData,
    threadModules: {
      requests: new URL('./thread.sessions.js', import.meta.url).href,
      helper: new URL('../trial/thread.helper.js', import.meta.url).href,
    },
    note() {},
    async measureDispatch() {},
  };
}
