/** Runs a workload's `prepare` in its own process, which may request peers, and has a time limit. */
import * as z from 'zod/mini';
import { UnsupportedError } from '../../operations.ts';
import type { StoryStep } from '../../result.ts';
import { type Disturbance, requirePossible } from '../../workloads/disturbance.ts';
import type { WorkloadReference } from '../../workloads/workload.ts';
import type { PlannedDisturbance } from '../disturbing.ts';
import { type Network, startNetwork } from '../network/network.ts';
import type { Place } from '../placement.ts';
import { startChild } from './child.ts';
import type { DisturbedPeer } from './disturbed-peer.ts';
import { inOneLine } from './in-one-line.ts';
import { startNodePeer } from './node-peer.ts';
import { type Peer, startProgram } from './peers.ts';
import type { PrepareAnswer, PrepareRequest } from './prepare.main.ts';
import { startServerPeer } from './server-peer.ts';
import { within } from './within.ts';

const PREPARE_MAIN = new URL('./prepare.main.js', import.meta.url);
/** How long `prepare` may take to clean up once its signal has aborted. */
const CLEAN_UP_LIMIT_MS = 1_000;

export interface Preparing {
  readonly workload: WorkloadReference;
  readonly params: Readonly<Record<string, unknown>>;
  /** An empty folder for the workload's files. */
  readonly directory: string;
  readonly limitMs: number;
  readonly interrupted?: AbortSignal | undefined;
  /** Of its process and the peers. */
  readonly place?: Place | undefined;
  /** Called with its output, as it arrives. */
  readonly output?: ((text: string) => void) | undefined;
}

export interface Prepared {
  readonly value: unknown;
  readonly peers: readonly Peer[];
  /** What is done to them while requests are measured. */
  readonly disturbances: readonly PlannedDisturbance[];
  /** Where it has asked for a network: what starts a process on the client, and what was seen there. */
  readonly network?: PreparedNetwork | undefined;
  /**
   * Why a peer, or the process that `prepare` has left running, has ended, in words; `undefined` while all
   * live.
   */
  readonly ending: string | undefined;
  stop(): Promise<void>;
}

export interface PreparedNetwork {
  readonly launcher: readonly string[];
  readonly steps: readonly StoryStep[];
}

/** What a preparation has started. */
interface Begun {
  readonly peers: Promise<Peer>[];
  network: Promise<Network> | undefined;
}

/**
 * Prepares, and keeps the process of a user's file, which may have left something running.
 * @throws Error with the reason if it fails, is interrupted, or takes too long; all processes that it has
 * started have ended by then.
 */
export async function prepare(preparing: Preparing): Promise<Prepared> {
  const begun: Begun = { peers: [], network: undefined };
  const givenUp = new AbortController();
  const { child, answer } = ask(preparing, begun, givenUp.signal);
  const whole = answer.then(async (prepared) => ({
    ...prepared,
    network: await seen(await begun.network, preparing, prepared.value),
  }));
  const stop = async () => {
    child.kill();
    const peers = await started(begun);
    await Promise.all([child.ended, ...peers.map((peer) => peer.stop())]);
  };
  let prepared: Awaited<typeof whole>;
  let peers: readonly Peer[];
  let disturbances: readonly PlannedDisturbance[];
  try {
    prepared = await limited(whole, preparing);
    peers = await started(begun);
    disturbances = planned(prepared.disturbances, peers);
  } catch (error) {
    givenUp.abort(error);
    child.send({ kind: 'give up', reason: inOneLine(error) } satisfies PrepareRequest);
    await within(CLEAN_UP_LIMIT_MS, Promise.allSettled([whole]));
    await stop();
    throw error;
  }
  let ending: string | undefined;
  void child.ended.then(({ how, code, lastWords }) => {
    if (code !== 0) ending = `the process of prepare ended (${how})${lastWords ? `: ${lastWords}` : ''}`;
  });
  const { value, network } = prepared;
  return {
    value,
    peers,
    disturbances,
    network,
    get ending() {
      return peers.find((peer) => peer.ending !== undefined)?.ending ?? ending;
    },
    stop,
  };
}

/**
 * Starts the process, which answers with the prepared value; fails with the error of `prepare`, or with the
 * way the process ended.
 */
function ask({ workload, params, directory, place, output }: Preparing, begun: Begun, givenUp: AbortSignal) {
  const times = new Map<string, number>();
  const ordinalOf = (peer: string) => {
    const ordinal = (times.get(peer) ?? 0) + 1;
    times.set(peer, ordinal);
    return ordinal;
  };
  const startFor = async ({ id, what }: Extract<PrepareAnswer, { kind: 'start' }>) => {
    const send = (request: PrepareRequest) => child.send(request);
    const how = { signal: givenUp, place, output };
    try {
      givenUp.throwIfAborted();
      if ('names' in what) {
        if (begun.network || begun.peers.length > 0)
          throw new Error('startNetwork is called once, before startPeer');
        begun.network = startNetwork({ names: what.names, directory, ...how });
        return send({ kind: 'started', id, address: (await begun.network).nameServer });
      }
      const network = await begun.network;
      const peerStarted =
        'peer' in what
          ? startNodePeer(what, { ordinal: ordinalOf(what.peer), ...how }, network)
          : network
            ? Promise.reject(new Error('in a network, only peers of Node are started on the server'))
            : 'program' in what
              ? startProgram(what.program, how)
              : startServerPeer({ ...what, ...how });
      begun.peers.push(peerStarted);
      send({ kind: 'started', id, address: (await peerStarted).address });
    } catch (error) {
      const isUnsupported = error instanceof UnsupportedError;
      send({ kind: 'refused', id, reason: isUnsupported ? error.message : inOneLine(error), isUnsupported });
    }
  };
  let received = (_answer: PrepareAnswer) => {};
  const child = startChild({
    module: PREPARE_MAIN,
    place,
    output,
    received: (message) => received(message as PrepareAnswer),
  });
  const answer = new Promise<Extract<PrepareAnswer, { kind: 'prepared' }>>((resolve, reject) => {
    received = (message) => {
      if (message.kind === 'ready') {
        child.lead(message.pid);
        child.send({ kind: 'prepare', workload, params, directory } satisfies PrepareRequest);
      } else if (message.kind === 'start') void startFor(message);
      else if (message.kind === 'prepared') resolve(message);
      else if (message.kind === 'failed') reject(new Error(message.reason));
      else if (message.kind === 'unsupported') reject(new UnsupportedError(message.reason));
    };
    void child.ended.then(({ how, lastWords }) =>
      reject(new Error(`its process ended (${how})${lastWords ? `: ${lastWords}` : ''}`)),
    );
  });
  return { child, answer };
}

/** What can be seen on the way of a request of the workload. */
async function seen(
  network: Network | undefined,
  { workload }: Preparing,
  value: unknown,
): Promise<PreparedNetwork | undefined> {
  if (network === undefined) return undefined;
  return { launcher: network.launchers.client, steps: await network.observe(workload, value) };
}

const disturbance = z.object({
  act: z.enum(['kill', 'start', 'freeze', 'thaw', 'slow']),
  peer: z.int().check(z.nonnegative()),
  whom: z.string(),
  atShare: z.number().check(z.minimum(0), z.maximum(1)),
  serviceNs: z.optional(z.number().check(z.nonnegative())),
});

/** @throws Error for what is no disturbance, or of a peer that is not there, or that is no process of Node's. */
function planned(named: unknown, peers: readonly Peer[]): PlannedDisturbance[] {
  const { data, error } = z.array(disturbance).safeParse(named);
  if (data === undefined)
    throw new Error(`what its disturbances() returned cannot be used: ${error.issues[0]?.message}`);
  requirePossible(data.toSorted((a, b) => a.atShare - b.atShare) as Disturbance[]);
  return data.map(({ serviceNs, ...each }) => {
    const target = peers[each.peer];
    if (target === undefined) throw new Error(`there is no peer ${each.peer} to disturb`);
    if (!('perform' in target)) throw new Error(`the peer ${target.name} cannot be disturbed`);
    if (each.act === 'slow' && (serviceNs === undefined || !(target as DisturbedPeer).canBeSlowed))
      throw new Error(`the peer ${target.name} cannot be slowed, or serviceNs is missing`);
    const slowed = serviceNs === undefined ? {} : { serviceNs };
    return { ...each, ...slowed, target: target as DisturbedPeer };
  });
}

/** @throws Error when the limit is over, or the run is interrupted. */
async function limited<Answer>(
  answer: Promise<Answer>,
  { limitMs, interrupted }: Preparing,
): Promise<Answer> {
  let limit: NodeJS.Timeout | undefined;
  let interrupt = () => {};
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = (reason: string) => reject(new Error(reason));
    interrupt = () => giveUp('it was interrupted');
    limit = setTimeout(giveUp, limitMs, `it did not end within ${limitMs / 1000} s`);
  });
  if (interrupted?.aborted) interrupt();
  interrupted?.addEventListener('abort', interrupt);
  try {
    return await Promise.race([answer, givenUp]);
  } finally {
    clearTimeout(limit);
    interrupted?.removeEventListener('abort', interrupt);
  }
}

/** The peers that have started, of all that were requested; a network's router is the last. */
async function started({ peers, network }: Begun): Promise<Peer[]> {
  const router = network === undefined ? [] : [network.then((each) => each.router)];
  const outcomes = await Promise.allSettled([...peers, ...router]);
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
