/** A server's process, as the run sees it: started, read when the window turns, ended. */
import * as z from 'zod/mini';
import { UserError } from '../../errors.ts';
import { UnsupportedError } from '../../operations.ts';
import type { Place } from '../placement.ts';
import { startChild, straceTo } from '../processes/child.ts';
import { within } from '../processes/within.ts';
import type { ServerAccounts, ServerUse } from './accounts.ts';
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

const reason = z.object({ kind: z.enum(['failed', 'unsupported']), reason: z.string() });
const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), pid: z.int().check(z.minimum(2)) }),
  z.object({ kind: z.literal('listening'), port: z.int().check(z.minimum(1), z.maximum(65_535)) }),
  z.object({ kind: z.literal('session-failed'), code: z.string(), message: z.string() }),
  reason,
]);
const figure = z.number().check(z.nonnegative());
const answer = z.object({
  id: z.number(),
  accounts: z.object({
    wallNs: figure,
    userNs: figure,
    systemNs: figure,
    voluntarySwitches: figure,
    involuntarySwitches: figure,
    minorFaults: figure,
    majorFaults: figure,
    maxRssBytes: figure,
    threads: z.optional(figure),
    apart: z.optional(
      z.object({
        cpuNs: figure,
        contextSwitches: z.object({ voluntary: figure, involuntary: figure }),
      }),
    ),
    mainThread: z.object({ onCpuNs: figure, runnableNs: figure, waitedNs: figure }),
    connections: z.object({
      accepted: figure,
      served: figure,
      failed: figure,
      open: z.number(),
      refused: figure,
    }),
    listenOverflows: figure,
  }),
});

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
  const refused = (why: string) => new UserError(`${called} cannot serve: ${why}`, { exitCode: 3 });
  const asked = new Map<number, (accounts: ServerAccounts | undefined) => void>();
  let lastId = 0;
  let pid = 0;
  let ending: string | undefined;
  let firstFailure: string | undefined;
  let refusal: string | undefined;
  let settle: (outcome: { port: number } | Error) => void = () => {};
  const first = new Promise<{ port: number } | Error>((resolve) => {
    settle = resolve;
  });
  const child = startChild({
    module: SERVER_MAIN,
    under: tracedTo === undefined ? undefined : straceTo(tracedTo),
    place,
    output,
    lines(line) {
      const { data } = answer.safeParse(parsed(line));
      if (data) asked.get(data.id)?.(data.accounts);
    },
    received(sent) {
      const { data } = message.safeParse(sent);
      if (data?.kind === 'ready') {
        pid = data.pid;
        child.lead(pid);
        child.send(plan);
      } else if (data?.kind === 'listening') settle({ port: data.port });
      else if (data?.kind === 'session-failed') {
        firstFailure ??= data.message;
        if (data.code === UnsupportedError.name) refusal ??= data.message;
      } else if (data?.kind === 'unsupported') settle(new UnsupportedError(data.reason));
      else if (data?.kind === 'failed') {
        ending ??= `${called} failed: ${data.reason}`;
        settle(refused(data.reason));
      }
    },
  });
  void child.ended.then(({ how, lastWords }) => {
    ending ??= `${called} ended (${how})${lastWords ? `: ${lastWords}` : ''}`;
    settle(new UserError(ending, { exitCode: 3 }));
    for (const resolve of asked.values()) resolve(undefined);
    asked.clear();
  });
  const giveUp = () => settle(refused('it is not waited for any longer'));
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  const outcome = await within(START_LIMIT_MS, first);
  signal.removeEventListener('abort', giveUp);
  if (outcome === undefined || outcome instanceof Error) {
    child.kill();
    await child.ended;
    throw outcome ?? refused(`it did not listen within ${START_LIMIT_MS / 1000} s`);
  }
  const ask = (request: AccountsRequest) => child.write(JSON.stringify(request));
  return {
    pid,
    address: { host: HOST, port: outcome.port },
    get ending() {
      return ending;
    },
    get firstFailure() {
      return firstFailure;
    },
    get refusal() {
      return refusal;
    },
    async read() {
      if (ending !== undefined) return undefined;
      const id = ++lastId;
      const accounts = new Promise<ServerAccounts | undefined>((resolve) => asked.set(id, resolve));
      ask({ kind: 'read', id });
      const found = await accounts;
      asked.delete(id);
      return found;
    },
    async stop() {
      if (ending === undefined) ask({ kind: 'stop' });
      const limitMs = tracedTo === undefined ? STOP_LIMIT_MS : TRACED_STOP_LIMIT_MS;
      if ((await within(limitMs, child.ended)) === undefined) child.kill();
      await child.ended;
    },
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
