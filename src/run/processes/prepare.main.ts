/**
 * The process in which a workload's `prepare` runs, where the measured process runs too: it may loop, end its process, or leave something
 * running there. That goes on until the run needs it no more.
 */
import process from 'node:process';
import { inspect } from 'node:util';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';
import { messageOf, namedMessageOf, textIn } from '../../errors.ts';
import { UnsupportedError } from '../../operations.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import type { PeerAddress, WorkloadReference } from '../../workloads/workload.ts';
import { inOneLine } from './in-one-line.ts';

export type PrepareRequest =
  | {
      readonly kind: 'prepare';
      readonly workload: WorkloadReference;
      readonly params: Readonly<Record<string, unknown>>;
      /** An empty folder. */
      readonly directory: string;
    }
  | { readonly kind: 'started'; readonly id: number; readonly address: PeerAddress }
  | { readonly kind: 'refused'; readonly id: number; readonly reason: string }
  /** Nobody waits for it any longer. */
  | { readonly kind: 'give up'; readonly reason: string };

export type PrepareAnswer =
  /** From now on it ends with its parent, and leads a group of its own. */
  | { readonly kind: 'ready' }
  /** Peers are the run's: it starts them, and knows when they have ended. */
  | { readonly kind: 'start'; readonly id: number; readonly peer: string; readonly options: Readonly<Record<string, unknown>> }
  | { readonly kind: 'prepared'; readonly value: unknown }
  | { readonly kind: 'failed' | 'unsupported'; readonly reason: string };

const waiting = new Map<number, { resolve(address: PeerAddress): void; reject(error: Error): void }>();
const given = new AbortController();
let lastId = 0;
let isOver = false;

/** Its parent may be gone by now: that is no error of this process. */
const send = (answer: PrepareAnswer) => process.send?.(answer, () => {});

process.on('message', (request: PrepareRequest) => {
  if (request.kind === 'prepare') void prepare(request).catch(fail);
  else if (request.kind === 'give up') given.abort(new Error(request.reason));
  else {
    const asked = waiting.get(request.id);
    waiting.delete(request.id);
    if (request.kind === 'started') asked?.resolve(request.address);
    else asked?.reject(new Error(request.reason));
  }
});
// What the workload left to itself (a timer, a promise) throws here and not in `prepare`: it is its failure all the same, as long as that lasts.
process.on('uncaughtException', (error) => {
  if (isOver) process.stderr.write(`iobench: uncaught error: ${namedMessageOf(error)}\n`);
  else fail(error);
});
process.on('disconnect', () => process.exit());
leadOwnGroup();
dieWithParent();
send({ kind: 'ready' });

async function prepare({ workload: reference, params, directory }: Extract<PrepareRequest, { kind: 'prepare' }>): Promise<void> {
  const workload = await loadWorkload(reference);
  const value = await workload.prepare?.({ params, directory, signal: given.signal, startPeer });
  if (isOver) return;
  // Throws where the value is no plain data; then it has failed.
  process.send?.({ kind: 'prepared', value } satisfies PrepareAnswer, () => {
    // Ours leave nothing running here; what a user's own does is not known.
    if (reference.file === undefined) process.exit();
  });
  isOver = true;
}

function startPeer(peer: string | URL, options?: Record<string, unknown> | null): Promise<PeerAddress> {
  given.signal.throwIfAborted();
  const named = typeof peer === 'string' || peer instanceof URL ? String(peer) : inspect(peer);
  return new Promise((resolve, reject) => {
    waiting.set(++lastId, { resolve, reject });
    send({ kind: 'start', id: lastId, peer: named, options: options ?? {} });
  });
}

function fail(error: unknown): void {
  if (isOver) return;
  isOver = true;
  if (process.env.DEBUG) console.error(error);
  // A workload file has operations of its own: the class is another one there, and its name the same.
  const isUnsupported = textIn(error, 'name') === UnsupportedError.name;
  send({ kind: isUnsupported ? 'unsupported' : 'failed', reason: isUnsupported ? messageOf(error) : inOneLine(error) });
}
