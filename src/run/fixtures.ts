/** What `prepare` makes, once a run for each workload and its parameters: files in a folder of the run's own, and peers. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { peers as ourPeers } from '../workloads/peers/index.ts';
import type { Workload } from '../workloads/workload.ts';
import { type Peer, startPeer } from './peers.ts';

export interface Fixture {
  readonly value: unknown;
  readonly peers: readonly Peer[];
}

export interface Fixtures {
  /** The folder that holds the workloads' files. */
  readonly directory: string;
  /** What the workload prepared; prepared anew if one of its peers has ended. */
  get(workload: Workload, params: Record<string, unknown>): Promise<Fixture>;
  /** Ends the peers and removes the files. */
  remove(): Promise<void>;
}

const PREFIX = 'iobench-';
const PREPARE_LIMIT_MS = 120_000;

export function createFixtures(root = os.tmpdir()): Fixtures {
  const directory = makeDirectory(root);
  removeLeftovers(root);
  // Whatever way this process ends by itself, nothing stays behind; what a kill -9 leaves, the next run removes.
  const removeFiles = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', removeFiles);
  const prepared = new Map<string, Promise<Fixture>>();
  let last = 0;

  const make = async (workload: Workload, params: Record<string, unknown>): Promise<Fixture> => {
    const peers: Peer[] = [];
    const own = path.join(directory, String(++last));
    mkdirSync(own);
    try {
      const preparing = workload.prepare?.({
        params,
        directory: own,
        async startPeer(named, options = {}) {
          const peer = await startPeer(typeof named === 'string' ? ourPeers[named] : named, options);
          peers.push(peer);
          return peer.address;
        },
      });
      return { value: workload.prepare ? await within(preparing) : params, peers };
    } catch (error) {
      await stopAll(peers);
      throw error;
    }
  };

  return {
    directory,
    async get(workload, params) {
      const key = JSON.stringify([workload.name, params]);
      const known = await prepared.get(key)?.catch(() => undefined);
      if (known?.peers.some(({ ending }) => ending !== undefined)) {
        await stopAll(known.peers);
        prepared.delete(key);
      }
      const fixture = prepared.get(key) ?? make(workload, params);
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

const stopAll = (peers: readonly Peer[]) => Promise.all(peers.map((peer) => peer.stop()));

async function within<Value>(preparing: Value | Promise<Value>): Promise<Value> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    limit = setTimeout(() => reject(new Error(`it did not end within ${PREPARE_LIMIT_MS / 1000} s`)), PREPARE_LIMIT_MS);
  });
  try {
    return await Promise.race([preparing, late]);
  } finally {
    clearTimeout(limit);
  }
}

function makeDirectory(root: string): string {
  try {
    return mkdtempSync(path.join(root, `${PREFIX}${process.pid}-`));
  } catch (error) {
    throw new UserError(`no files can be made in ${root}: ${(error as NodeJS.ErrnoException).code}`, {
      hint: 'name another folder with --data DIR',
      cause: error,
    });
  }
}

/** Removes the folders of runs whose process is no more; another user's stay, as they have to. */
function removeLeftovers(root: string): void {
  for (const entry of readdirSync(root)) {
    const pid = /^iobench-(\d+)-/.exec(entry)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    try {
      rmSync(path.join(root, entry), { recursive: true, force: true });
    } catch {}
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
