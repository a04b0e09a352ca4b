/** A peer that a run may kill, start again, freeze and slow down on purpose, and brings back to its state. */
import process from 'node:process';
import { messageOf, UserError } from '../../errors.ts';
import { sumOfAddresses } from '../../stats/address-counts.ts';
import type { Disturbance } from '../../workloads/disturbance.ts';
import { type Peer, type PeerStart, type PeerUsage, type StartedPeer, startPeer } from './peers.ts';
import { within } from './within.ts';

export interface DisturbedPeer extends Peer {
  /** Whether it can take another time for each request. */
  readonly canBeSlowed: boolean;
  /**
   * Does it; `begun` is called when it takes effect: as a process is signalled, and when one that was started
   * listens. @throws UserError if it cannot be started again.
   */
  perform(what: Pick<Disturbance, 'act' | 'serviceNs'>, begun?: () => void): Promise<void>;
  /** It runs again, as it did at first. @throws UserError if it cannot be started. */
  restore(): Promise<void>;
}

/** What a process has used is lost when it is killed: it is asked before, and not waited for any longer. */
const ASK_LIMIT_MS = 50;
const NOTHING: Used = { cpuNs: 0, requests: 0, byAddress: {} };
type Used = Required<Pick<PeerUsage, 'cpuNs' | 'requests' | 'byAddress'>>;

/** What is known of it. */
interface Held {
  readonly start: PeerStart;
  readonly first: StartedPeer;
  /** `undefined` while it is killed. */
  peer: StartedPeer | undefined;
  /** What processes had used that were killed. */
  before: Used;
  /** One that was killed had not reported what it had used. */
  isUnknown: boolean;
  isFrozen: boolean;
  isSlowed: boolean;
  /** Why it is not there, although it should be. */
  failure: string | undefined;
}

/** `first` was started by `start`. Its usage is that of all its processes, their starts included. */
export function disturbedPeer(start: PeerStart, first: StartedPeer): DisturbedPeer {
  const state = { before: NOTHING, isUnknown: false, isFrozen: false, isSlowed: false, failure: undefined };
  const held: Held = { start, first, peer: first, ...state };
  return {
    name: first.name,
    address: first.address,
    expected: first.expected,
    canBeSlowed: first.canBeSlowed,
    get pid() {
      return held.peer?.pid;
    },
    get ending() {
      return held.failure ?? held.peer?.ending;
    },
    usage: () => usageOf(held),
    async perform({ act, serviceNs = 0 }, begun = () => {}) {
      if (act === 'kill') return kill(held, begun);
      if (act === 'start') return startAgain(held, begun);
      begun();
      if (act === 'slow') slow(held, serviceNs);
      else freeze(held, act === 'freeze');
    },
    async restore() {
      if (held.isFrozen) freeze(held, false);
      await startAgain(held, () => {});
      if (held.isSlowed) slow(held, Number(start.options.serviceNs ?? 0));
      held.isSlowed = false;
      held.isUnknown = false;
    },
    async stop() {
      await held.peer?.stop();
    },
  };
}

async function kill(held: Held, begun: () => void): Promise<void> {
  const { peer, isFrozen } = held;
  if (peer === undefined) return;
  const used = isFrozen ? undefined : await within(ASK_LIMIT_MS, peer.usage());
  // It has ended by itself meanwhile: that is no kill of the run.
  if (peer.ending !== undefined) return;
  held.before = sumOf(held.before, used);
  held.isUnknown ||= used === undefined;
  held.peer = undefined;
  held.isFrozen = false;
  held.isSlowed = false;
  begun();
  await peer.stop();
}

async function startAgain(held: Held, begun: () => void): Promise<void> {
  if (held.peer !== undefined) return;
  const { start, first } = held;
  const { name, address } = first;
  try {
    const options = { ...start.options, port: address.port };
    held.peer = await startPeer({ ...start, name, options });
  } catch (error) {
    held.failure = `its peer ${name} could not be started again: ${messageOf(error)}`;
    throw new UserError(held.failure, { exitCode: 3 });
  }
  begun();
  if (held.peer.address.port === address.port) return;
  held.failure = `its peer ${name} does not listen on the port in its options, now that it was started again`;
  throw new UserError(held.failure, { exitCode: 3 });
}

function freeze(held: Held, isFrozen: boolean): void {
  // Who was not frozen by the run is not for it to thaw.
  if (held.isFrozen === isFrozen) return;
  held.isFrozen = isFrozen;
  held.peer?.signal(isFrozen ? 'SIGSTOP' : 'SIGCONT');
}

function slow(held: Held, serviceNs: number): void {
  held.peer?.slow(serviceNs);
  held.isSlowed = true;
}

/**
 * As each process reports it; `undefined` if the one that should be there has ended, or one that was killed
 * had not reported.
 */
async function usageOf(held: Held): Promise<PeerUsage | undefined> {
  const { peer } = held;
  const answered = await peer?.usage();
  // It was killed meanwhile: then its usage is among that of those before.
  const now = held.peer === peer ? answered : undefined;
  if (held.isUnknown || (peer !== undefined && held.peer === peer && now === undefined)) return undefined;
  const { name } = held.first;
  const { cpuNs, requests, byAddress } = sumOf(held.before, now);
  const counts = now?.requests !== undefined || requests > 0;
  const wallNs = now?.wallNs ?? Number(process.hrtime.bigint());
  return { name, cpuNs, wallNs, ...(counts ? { requests, byAddress } : {}) };
}

const sumOf = (before: Used, { cpuNs = 0, requests = 0, byAddress = {} }: Partial<Used> = {}): Used => ({
  cpuNs: before.cpuNs + cpuNs,
  requests: before.requests + requests,
  byAddress: sumOfAddresses(before.byAddress, byAddress),
});
