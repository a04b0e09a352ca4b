/** What `prepare` makes, once a run for each workload and its parameters: files in a folder of the run's own, and peers. */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { peers as ourPeers } from '../workloads/peers/index.ts';
import type { Workload } from '../workloads/workload.ts';
import { makeOwnFolder, removeLeftovers } from './own-folder.ts';
import { type Peer, startPeer } from './peers.ts';

export interface Fixture {
  readonly value: unknown;
  readonly peers: readonly Peer[];
}

export interface Fixtures {
  /** The folder that holds the workloads' files. */
  readonly directory: string;
  /** What the workload prepared; prepared anew if one of its peers has ended. Nobody waits for it any longer once the signal aborts. */
  get(workload: Workload, params: Record<string, unknown>, interrupted?: AbortSignal): Promise<Fixture>;
  /** Ends the peers and removes the files. */
  remove(): Promise<void>;
}

const PREPARE_LIMIT_MS = 120_000;

export function createFixtures(data = os.tmpdir()): Fixtures {
  const root = path.resolve(data);
  const folder = makeOwnFolder(root);
  removeLeftovers(root);
  const directory = folder.path;
  // Whatever way this process ends by itself, nothing stays behind; what a kill -9 leaves, the next run removes.
  const removeFiles = () => folder.remove();
  process.once('exit', removeFiles);
  const prepared = new Map<string, Promise<Fixture>>();
  let last = 0;

  const make = async (workload: Workload, params: Record<string, unknown>, interrupted?: AbortSignal): Promise<Fixture> => {
    const starting: Promise<Peer>[] = [];
    const own = path.join(directory, String(++last));
    mkdirSync(own);
    const prepare = (signal: AbortSignal) =>
      workload.prepare?.({
        params,
        directory: own,
        signal,
        async startPeer(named, options = {}) {
          signal.throwIfAborted();
          const peer = startPeer(typeof named === 'string' ? ourPeers[named] : named, options, signal);
          starting.push(peer);
          return (await peer).address;
        },
      });
    try {
      const value = workload.prepare ? await within(prepare, interrupted) : params;
      return { value, peers: await started(starting) };
    } catch (error) {
      await stopAll(await started(starting));
      throw error;
    }
  };

  return {
    directory,
    async get(workload, params, interrupted) {
      const key = JSON.stringify([workload.name, params]);
      const known = await prepared.get(key)?.catch(() => undefined);
      if (known?.peers.some(({ ending }) => ending !== undefined)) {
        await stopAll(known.peers);
        prepared.delete(key);
      }
      const fixture = prepared.get(key) ?? make(workload, params, interrupted);
      prepared.set(key, fixture);
      return fixture;
    },
    async remove() {
      const fixtures = await Promise.allSettled(prepared.values());
      await Promise.all(fixtures.map((fixture) => (fixture.status === 'fulfilled' ? stopAll(fixture.value.peers) : undefined)));
      removeFiles();
      process.off('exit', removeFiles);
    },
  };
}

/** Those that were started, of all that were to be. */
async function started(starting: readonly Promise<Peer>[]): Promise<Peer[]> {
  const outcomes = await Promise.allSettled(starting);
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

const stopAll = (peers: readonly Peer[]) => Promise.all(peers.map((peer) => peer.stop()));

/** Prepares, and waits for that as long as it may take; what goes on after that is told by the signal that nobody waits for it. */
async function within(prepare: (signal: AbortSignal) => unknown, interrupted?: AbortSignal): Promise<unknown> {
  const given = new AbortController();
  const { signal } = given;
  const giveUp = (why: unknown) => given.abort(why instanceof Error ? why : new Error(String(why)));
  const interrupt = () => giveUp('it was interrupted');
  const limit = setTimeout(() => giveUp(`it did not end within ${PREPARE_LIMIT_MS / 1000} s`), PREPARE_LIMIT_MS);
  // What the workload left to itself (a timer, a promise) throws here and not in `prepare`: it is its failure all the same.
  process.on('uncaughtException', giveUp);
  interrupted?.addEventListener('abort', interrupt);
  try {
    const givenUp = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    return await Promise.race([prepare(signal), givenUp]);
  } catch (error) {
    // Peers that are being started end too.
    giveUp(error);
    throw error;
  } finally {
    clearTimeout(limit);
    process.off('uncaughtException', giveUp);
    interrupted?.removeEventListener('abort', interrupt);
  }
}
