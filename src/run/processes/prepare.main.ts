/**
 * The process in which a workload's `prepare` runs, apart from the command: it may loop, end its process, or
 * leave something running there, which goes on until the run no longer needs it.
 */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { inspect } from 'node:util';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';
import { messageOf, namedMessageOf, textIn, UserError } from '../../errors.ts';
import { performSteps } from '../../models/async-promise.ts';
import { UnsupportedError } from '../../operations.ts';
import type { Disturbance } from '../../workloads/disturbance.ts';
import { workloads } from '../../workloads/index.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import { type Params, parseParams, shapeOf } from '../../workloads/parameters.ts';
import type { Program } from '../../workloads/peers/program.ts';
import type { PeerAddress, Preparation, Workload, WorkloadReference } from '../../workloads/workload.ts';
import { findNamed } from '../plan.ts';
import { inOneLine } from './in-one-line.ts';
import { programToStart } from './installed-programs.ts';
import type { StartedProgram } from './program.main.ts';

export type PrepareRequest =
  | {
      readonly kind: 'prepare';
      readonly workload: WorkloadReference;
      readonly params: Readonly<Record<string, unknown>>;
      /** An empty folder. */
      readonly directory: string;
    }
  | { readonly kind: 'started'; readonly id: number; readonly address: PeerAddress }
  | {
      readonly kind: 'refused';
      readonly id: number;
      readonly reason: string;
      /** It cannot work here. */
      readonly isUnsupported: boolean;
    }
  /** The preparation is not waited for any longer. */
  | { readonly kind: 'give up'; readonly reason: string };

export type PrepareAnswer =
  /** From now on it ends with its parent, and leads its own process group. */
  | { readonly kind: 'ready'; readonly pid: number }
  /** The run starts the peers, and knows when they have ended. */
  | {
      readonly kind: 'start';
      readonly id: number;
      readonly what:
        | { readonly peer: string; readonly options: Readonly<Record<string, unknown>> }
        /** One of iobench's servers, and what it has prepared. */
        | { readonly workload: WorkloadReference; readonly fixture: unknown }
        /** A server that is installed on the system. */
        | { readonly program: StartedProgram }
        /** A network, in which the server has these names. */
        | { readonly names: readonly string[] };
    }
  | {
      readonly kind: 'prepared';
      readonly value: unknown;
      readonly disturbances: readonly Disturbance[];
    }
  | { readonly kind: 'failed' | 'unsupported'; readonly reason: string };

const waiting = new Map<number, { resolve(address: PeerAddress): void; reject(error: Error): void }>();
const given = new AbortController();
let lastId = 0;
let isOver = false;

/** Its parent may have ended: that is no error of this process. */
const send = (answer: PrepareAnswer) => process.send?.(answer, () => {});

process.on('message', (request: PrepareRequest) => {
  if (request.kind === 'prepare') void prepare(request).catch(fail);
  else if (request.kind === 'give up') given.abort(new Error(request.reason));
  else {
    const asked = waiting.get(request.id);
    waiting.delete(request.id);
    if (request.kind === 'started') asked?.resolve(request.address);
    else asked?.reject(new (request.isUnsupported ? UnsupportedError : Error)(request.reason));
  }
});
// An error in a timer or a promise of the workload arrives here and not in `prepare`: until that is over, it
// is its failure all the same.
process.on('uncaughtException', (error) => {
  if (isOver) process.stderr.write(`iobench: uncaught error: ${namedMessageOf(error)}\n`);
  else fail(error);
});
process.on('disconnect', () => process.exit());
leadOwnGroup();
dieWithParent();
send({ kind: 'ready', pid: process.pid });

async function prepare({
  workload: reference,
  params,
  directory,
}: Extract<PrepareRequest, { kind: 'prepare' }>): Promise<void> {
  const workload = await loadWorkload(reference);
  const value = await workload.prepare?.(preparationIn(directory, params, workload));
  if (isOver) return;
  const disturbances = workload.disturbances?.(value) ?? [];
  // Throws if the value is not plain data; then `prepare` has failed.
  process.send?.({ kind: 'prepared', value, disturbances } satisfies PrepareAnswer, () => {
    // iobench's own workloads leave nothing running here; a user's may.
    if (reference.file === undefined) process.exit();
  });
  isOver = true;
}

function preparationIn(
  directory: string,
  params: unknown,
  { serve }: Pick<Workload, 'serve'>,
): Preparation<unknown> {
  const startPeer = async (peer: string | URL, options?: Record<string, unknown> | null) => {
    given.signal.throwIfAborted();
    const named = typeof peer === 'string' || peer instanceof URL ? String(peer) : inspect(peer);
    const server = workloads.find(({ name, serve }) => serve && name === named);
    return start(
      server
        ? { workload: { name: server.name }, fixture: await preparedServer(server, options ?? {}, directory) }
        : { peer: named, options: options ?? {} },
    );
  };
  const startProgram = async (program: Program) => {
    given.signal.throwIfAborted();
    return start({ program: await programToStart(program, { directory, signal: given.signal }) });
  };
  const startNetwork = async (names: readonly string[]) => {
    given.signal.throwIfAborted();
    if (serve !== undefined)
      throw new Error('startNetwork is for workloads of clients: a server (serve) listens on this machine');
    return start({ names });
  };
  return {
    params,
    directory,
    signal: given.signal,
    startPeer,
    startProgram,
    startNetwork,
    perform: performSteps,
  };
}

/** Its options are its parameters. @throws UserError for those that it does not have, or refuses. */
function preparedServer(server: Workload, options: Record<string, unknown>, directory: string): unknown {
  const keys = Object.keys(shapeOf(server.params)).map((name) => ({ name }));
  for (const key of Object.keys(options)) findNamed(`parameter of ${server.name}`, keys, key);
  const { data, error } = parseParams(server.params as Params, options);
  const issue = error?.issues[0];
  if (issue) throw new UserError(`${server.name}.${issue.path.join('.')}: ${issue.message}`);
  // Its files are not those of the workload that asks for it.
  return (
    server.prepare?.(preparationIn(mkdtempSync(path.join(directory, `${server.name}-`)), data, server)) ??
    data
  );
}

function start(what: Extract<PrepareAnswer, { kind: 'start' }>['what']): Promise<PeerAddress> {
  return new Promise((resolve, reject) => {
    waiting.set(++lastId, { resolve, reject });
    send({ kind: 'start', id: lastId, what });
  });
}

function fail(error: unknown): void {
  if (isOver) return;
  isOver = true;
  if (process.env.DEBUG) console.error(error);
  // A workload file may have its own copy of the class, with the same name.
  const isUnsupported = textIn(error, 'name') === UnsupportedError.name;
  send({
    kind: isUnsupported ? 'unsupported' : 'failed',
    reason: isUnsupported ? messageOf(error) : inOneLine(error),
  });
}
