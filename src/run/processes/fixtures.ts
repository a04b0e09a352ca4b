/**
 * The results of `prepare`, once per run for each workload and its parameters: files in the run's own folder,
 * and peers.
 */
import { mkdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { WorkloadReference } from '../../workloads/workload.ts';
import type { Place } from '../placement.ts';
import type { WorkloadDescription } from '../plan.ts';
import { makeOwnFolder, removeLeftovers } from './own-folder.ts';
import { type Prepared, type Preparing, prepare } from './prepare.ts';

export type Fixture = Pick<Prepared, 'value' | 'peers' | 'disturbances' | 'network' | 'ending'>;

/** Which workload, and where other processes find it. */
export interface Preparable {
  readonly workload: Pick<WorkloadDescription, 'name' | 'prepare'>;
  readonly reference: WorkloadReference;
}

export interface PrepareOptions {
  /** Once it aborts, the preparation is not waited for any longer. */
  readonly signal?: AbortSignal;
  /** Called with the output of `prepare` and of the peers, as it arrives. */
  output?(text: string): void;
}

export interface Fixtures {
  /** The folder that holds the workloads' files. */
  readonly directory: string;
  /**
   * The prepared fixture; prepared again if one of its peers has ended, or if preparing has failed before:
   * three times at most.
   * @throws Error with the reason, if that fails.
   */
  get(
    planned: Preparable,
    params: Readonly<Record<string, unknown>>,
    options?: PrepareOptions,
  ): Promise<Fixture>;
  /** Ends the peers and removes the files. */
  remove(): Promise<void>;
}

const PREPARE_LIMIT_MS = 120_000;
/** After this many failures it will fail again, and each attempt may take its whole limit. */
const TRIES = 3;

export interface FixturesOptions {
  readonly prepareLimitMs?: number;
  /** Of peers, and of what prepares them. */
  readonly peerPlace?: Place | undefined;
}

export function createFixtures(
  data = os.tmpdir(),
  { prepareLimitMs = PREPARE_LIMIT_MS, peerPlace }: FixturesOptions = {},
): Fixtures {
  const root = path.resolve(data);
  const folder = makeOwnFolder(root);
  removeLeftovers(root);
  const directory = folder.path;
  // However this process ends by itself, it removes its files; those that a kill -9 leaves, the next run
  // removes.
  const removeFiles = () => folder.remove();
  process.once('exit', removeFiles);
  const prepared = new Map<string, Prepared>();
  const failures = new Map<string, unknown[]>();
  let last = 0;

  const make = async (
    planned: Preparable,
    params: Readonly<Record<string, unknown>>,
    options: PrepareOptions,
  ): Promise<Prepared> => {
    if (!planned.workload.prepare)
      return { value: params, peers: [], disturbances: [], ending: undefined, stop: async () => {} };
    return prepareIn(
      path.join(directory, String(++last)),
      { limitMs: prepareLimitMs, place: peerPlace },
      planned,
      params,
      options,
    );
  };

  return {
    directory,
    async get(planned, params, options = {}) {
      const key = JSON.stringify([planned.workload.name, params]);
      const known = prepared.get(key);
      if (known && known.ending === undefined) return known;
      prepared.delete(key);
      await known?.stop();
      const failed = failures.get(key) ?? [];
      if (failed.length >= TRIES) throw failed.at(-1);
      try {
        const made = await make(planned, params, options);
        prepared.set(key, made);
        return made;
      } catch (error) {
        if (!options.signal?.aborted) failures.set(key, [...failed, error]);
        throw error;
      }
    },
    async remove() {
      await Promise.all([...prepared.values()].map((fixture) => fixture.stop()));
      prepared.clear();
      removeFiles();
      process.off('exit', removeFiles);
    },
  };
}

/** Prepares in a folder of its own, which is removed if that fails. */
async function prepareIn(
  own: string,
  how: Pick<Preparing, 'limitMs' | 'place'>,
  { reference }: Preparable,
  params: Readonly<Record<string, unknown>>,
  { signal: interrupted, output }: PrepareOptions,
): Promise<Prepared> {
  mkdirSync(own);
  try {
    return await prepare({ workload: reference, params, directory: own, ...how, interrupted, output });
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    throw error;
  }
}
