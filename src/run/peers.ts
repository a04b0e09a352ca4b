/** The peers of a workload, as the run sees them: started, asked for the CPU time they used, ended. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import { peers as ourPeers } from '../workloads/peers/index.ts';
import type { PeerAnswer, PeerRequest } from '../workloads/peers/peer.ts';
import type { PeerAddress } from '../workloads/workload.ts';

export interface PeerUsage {
  readonly name: string;
  readonly cpuNs: number;
  readonly wallNs: number;
}

export interface Peer {
  readonly name: string;
  readonly address: PeerAddress;
  /** Why it is there no more, in words; nothing while it lives. */
  readonly ending: string | undefined;
  /** CPU time and clock, as the peer itself reads them; nothing if it has ended. */
  usage(): Promise<PeerUsage | undefined>;
  stop(): Promise<void>;
}

/** Loads a peer of the user's own, which may be TypeScript, and may import `iobench`. */
const PEER_MAIN = new URL('./peer.main.js', import.meta.url);
const START_LIMIT_MS = 10_000;

/**
 * Starts a peer and waits until it listens, or the signal aborts.
 * @throws UserError if it ends, refuses, or does not answer in time.
 */
export async function startPeer(module: URL, options: Record<string, unknown>, signal?: AbortSignal): Promise<Peer> {
  const name = path.basename(fileURLToPath(module)).replace(/(\.main)?\.[cm]?[jt]s$/, '');
  const isOurs = Object.values(ourPeers).some(({ href }) => href === module.href);
  const [file, words] = isOurs ? [module, []] : [PEER_MAIN, [module.href]];
  const child = fork(file, words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let ending: string | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      ending = `its peer ${name} ended (${signal ?? `exit code ${code}`})`;
      resolve();
    });
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const started = listening(child, name, exited, signal);
  child.send({ kind: 'start', options } satisfies PeerRequest);
  const address = await started.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const usage = usageOf(child, name, exited);
  return {
    name,
    address,
    get ending() {
      return ending;
    },
    usage: () => (ending === undefined ? usage() : Promise.resolve(undefined)),
    stop,
  };
}

function listening(child: ChildProcess, name: string, exited: Promise<void>, signal?: AbortSignal): Promise<PeerAddress> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string) => reject(new UserError(`the peer ${name} ${why}`, { exitCode: 3 }));
    const limit = setTimeout(() => refuse('did not say within 10 s where it listens'), START_LIMIT_MS);
    signal?.addEventListener('abort', () => {
      clearTimeout(limit);
      refuse('is not waited for any longer');
    });
    child.once('message', (answer: PeerAnswer) => {
      clearTimeout(limit);
      if (answer.kind === 'listening') resolve({ host: answer.host, port: answer.port });
      else refuse(answer.kind === 'refused' ? `cannot serve: ${answer.reason}` : 'answered something else');
    });
    void exited.then(() => {
      clearTimeout(limit);
      refuse('ended before it listened');
    });
  });
}

function usageOf(child: ChildProcess, name: string, exited: Promise<void>): () => Promise<PeerUsage | undefined> {
  const asked = new Map<number, (usage: PeerUsage | undefined) => void>();
  let lastId = 0;
  child.on('message', (answer: PeerAnswer) => {
    if (answer.kind !== 'usage') return;
    asked.get(answer.id)?.({ name, cpuNs: answer.cpuNs, wallNs: answer.wallNs });
    asked.delete(answer.id);
  });
  void exited.then(() => {
    for (const tell of asked.values()) tell(undefined);
  });
  return () =>
    new Promise((resolve) => {
      asked.set(++lastId, resolve);
      child.send({ kind: 'usage', id: lastId } satisfies PeerRequest, (error) => error && resolve(undefined));
    });
}
