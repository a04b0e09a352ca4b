/** A server's process, as the run sees it: started, read when the window turns, ended. */
import { UserError } from '../../errors.ts';
import { UnsupportedError } from '../../operations.ts';
import type { Place } from '../placement.ts';
import { type Ending, startChild, straceTo } from '../processes/child.ts';
import { within } from '../processes/within.ts';
import type { ServerAccounts, ServerUse } from './accounts.ts';
import { createReadings, message } from './server-messages.ts';
import { type AccountsRequest, HOST, type ServerPlan } from './server-plan.ts';

const SERVER_MAIN = new URL('./server.main.js', import.meta.url);
const START_LIMIT_MS = 30_000;
/** Whoever serves a client that does not leave is killed. */
const STOP_LIMIT_MS = 1_000;
/** A process that is killed leaves no table of its system calls, and under strace all takes its time. */
const TRACED_STOP_LIMIT_MS = 10_000;

/** A server that listens: a model that serves, or a program in its place. */
export interface RunningServer<Use extends ServerUse = ServerUse> {
  /** Of a process of Node; `undefined` of a program. */
  readonly pid?: number;
  readonly address: { readonly host: string; readonly port: number };
  /** Why it has ended, in words; `undefined` while it lives. */
  readonly ending: string | undefined;
  /**
   * What it has used so far: as soon as it answers, which a stopped one does not; `undefined` if it has
   * ended.
   */
  read(): Promise<Use | undefined>;
  /** Ends it: first by itself, so that nobody is in the middle of a session, then whatever it does. */
  stop(): Promise<void>;
}

/** A model that serves. */
export interface ServerProcess extends RunningServer<ServerAccounts> {
  readonly pid: number;
  /** The first session that failed. */
  readonly firstFailure: string | undefined;
  /** Why its model cannot perform the sessions of its workload; `undefined` if none has reported that. */
  readonly refusal: string | undefined;
}

export interface ServerStart {
  readonly plan: ServerPlan;
  readonly signal: AbortSignal;
  /** Runs it under `strace -f -c`, which writes its table there when it has ended. */
  readonly tracedTo?: string | undefined;
  readonly place?: Place | undefined;
  /** Called with its output, as it arrives. */
  readonly output?: ((text: string) => void) | undefined;
  /** What messages call it. */
  readonly called?: string;
}

/**
 * Starts a server, and waits until it listens.
 * @throws UnsupportedError if it cannot serve here; UserError if it fails, or does not listen in time.
 */
export async function startServer({
  plan,
  signal,
  place,
  tracedTo,
  output,
  called = 'the server',
}: ServerStart): Promise<ServerProcess> {
  const readings = createReadings();
  const reports = followReports(called);
  const child = startChild({
    module: SERVER_MAIN,
    under: tracedTo === undefined ? undefined : straceTo(tracedTo),
    place,
    output,
    lines: readings.answered,
    received: (sent) =>
      reports.received(sent, (pid) => {
        child.lead(pid);
        child.send(plan);
      }),
  });
  void child.ended.then((ending) => {
    reports.ended(ending);
    readings.end();
  });
  const outcome = await reports.first(signal);
  if (outcome instanceof Error) {
    child.kill();
    await child.ended;
    throw outcome;
  }
  const ask = (request: AccountsRequest) => child.write(JSON.stringify(request));
  return {
    ...outcome,
    get ending() {
      return reports.known.ending;
    },
    get firstFailure() {
      return reports.known.firstFailure;
    },
    get refusal() {
      return reports.known.refusal;
    },
    read: async () =>
      reports.known.ending === undefined ? readings.read((id) => ask({ kind: 'read', id })) : undefined,
    async stop() {
      if (reports.known.ending === undefined) ask({ kind: 'stop' });
      const limitMs = tracedTo === undefined ? STOP_LIMIT_MS : TRACED_STOP_LIMIT_MS;
      if ((await within(limitMs, child.ended)) === undefined) child.kill();
      await child.ended;
    },
  };
}

/** What a server has reported so far, in its messages and by ending. */
interface Known {
  pid: number;
  ending?: string;
  firstFailure?: string;
  refusal?: string;
}

function followReports(called: string) {
  const refused = (why: string) => new UserError(`${called} cannot serve: ${why}`, { exitCode: 3 });
  const known: Known = { pid: 0 };
  let settle: (outcome: { port: number } | Error) => void = () => {};
  const settled = new Promise<{ port: number } | Error>((resolve) => {
    settle = resolve;
  });
  return {
    known: known as Readonly<Known>,
    received(sent: unknown, ready: (pid: number) => void): void {
      const { data } = message.safeParse(sent);
      if (data?.kind === 'ready') {
        known.pid = data.pid;
        ready(data.pid);
      } else if (data?.kind === 'listening') settle({ port: data.port });
      else if (data?.kind === 'session-failed') {
        known.firstFailure ??= data.message;
        if (data.code === UnsupportedError.name) known.refusal ??= data.message;
      } else if (data?.kind === 'unsupported') settle(new UnsupportedError(data.reason));
      else if (data?.kind === 'failed') {
        known.ending ??= `${called} failed: ${data.reason}`;
        settle(refused(data.reason));
      }
    },
    ended({ how, lastWords }: Ending): void {
      known.ending ??= `${called} ended (${how})${lastWords ? `: ${lastWords}` : ''}`;
      settle(new UserError(known.ending, { exitCode: 3 }));
    },
    /** Where it listens, or why it does not. */
    async first(signal: AbortSignal): Promise<Pick<ServerProcess, 'pid' | 'address'> | Error> {
      const giveUp = () => settle(refused('it is not waited for any longer'));
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
      const outcome = await within(START_LIMIT_MS, settled);
      signal.removeEventListener('abort', giveUp);
      if (outcome === undefined) return refused(`it did not listen within ${START_LIMIT_MS / 1000} s`);
      return outcome instanceof Error
        ? outcome
        : { pid: known.pid, address: { host: HOST, port: outcome.port } };
    },
  };
}
