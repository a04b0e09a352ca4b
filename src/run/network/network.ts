/** The network of a workload, as the run sees it: built, looked at, taken down. */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import type { StoryStep } from '../../result.ts';
import type { PeerAddress, WorkloadReference } from '../../workloads/workload.ts';
import { cpuNsOfTree } from '../machine/process-tree.ts';
import type { Place } from '../placement.ts';
import type { Peer } from '../processes/peers.ts';
import { within } from '../processes/within.ts';
import { DNS_PORT, SERVER_ADDRESS } from './addresses.ts';
import { converse } from './converse.ts';
import { entering, namespaceWay } from './namespaces.ts';
import type { NetworkAnswer, NetworkRequest } from './network.main.ts';
import { observe } from './observe.ts';
import { findNetworkPrograms } from './programs.ts';

/** How long it may take to end in order. */
const LEAVE_LIMIT_MS = 1_000;
const NETWORK_MAIN = new URL('./network.main.js', import.meta.url);

export interface NetworkStart {
  /** Names that the server has. */
  readonly names: readonly string[];
  /** The folder in which it makes one of its own. */
  readonly directory: string;
  /** Ends it, and whoever is a visitor in it. */
  readonly signal: AbortSignal;
  readonly place?: Place | undefined;
  /** Called with its output, as it arrives. */
  readonly output?: ((text: string) => void) | undefined;
}

export interface Network {
  readonly nameServer: PeerAddress;
  /** The address that the server's peers listen on. */
  readonly serverHost: string;
  /** What starts a process on each host. */
  readonly launchers: Readonly<Record<'client' | 'server', readonly string[]>>;
  /** The router as a peer: what it serves. To forward is the kernel's work, in the time of who sends. */
  readonly router: Peer;
  /** What can be seen on the way of a request of this workload. @throws Error if one fails. */
  observe(workload: WorkloadReference, fixture: unknown): Promise<StoryStep[]>;
}

/**
 * Builds it: the client has its lease, and the name server answers.
 * @throws UnsupportedError if that is not possible here; Error if it fails.
 */
export async function startNetwork(start: NetworkStart): Promise<Network> {
  const { names, directory, signal, place = {}, output } = start;
  const programs = findNetworkPrograms();
  const way = await namespaceWay(programs);
  // An abort until now was before anybody listened to it.
  signal.throwIfAborted();
  const launcher = [...(place.launcher ?? []), programs.unshare, ...way.words];
  const { child, ask } = converse<NetworkRequest, NetworkAnswer>({
    module: NETWORK_MAIN,
    called: 'the network',
    place: { cpus: place.cpus, launcher },
    output,
  });
  signal.addEventListener('abort', child.kill);
  let ending: string | undefined;
  void child.ended.then(({ how, lastWords }) => {
    ending = `its network ended (${how})${lastWords ? `: ${lastWords}` : ''}`;
  });
  const stop = async () => {
    child.send({ kind: 'leave' } satisfies NetworkRequest);
    await within(LEAVE_LIMIT_MS, child.ended);
    child.kill();
    await child.ended;
  };
  try {
    const folder = mkdtempSync(path.join(directory, 'network-'));
    const { clientPid, serverPid, lease } = await ask({ kind: 'build', programs, folder, names }, 'built');
    const launchers = {
      client: entering(programs, clientPid, way),
      server: entering(programs, serverPid, way),
    };
    const keep = () => child.send({ kind: 'keep' } satisfies NetworkRequest);
    const look = async () => (await ask({ kind: 'look' }, 'seen')).look;
    return {
      nameServer: { host: lease.nameServer, port: DNS_PORT },
      serverHost: SERVER_ADDRESS,
      launchers,
      router: routerPeer(child, lease.nameServer, { ending: () => ending, stop }),
      async observe(workload, fixture) {
        const steps = await observe(
          { look, keep, client: { cpus: place.cpus, launcher: launchers.client }, signal, output },
          workload,
          fixture,
        );
        child.send({ kind: 'rest' } satisfies NetworkRequest);
        return steps;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function routerPeer(
  { pid }: { readonly pid: number | undefined },
  host: string,
  { ending, stop }: { ending(): string | undefined; stop(): Promise<void> },
): Peer {
  const name = 'router (dnsmasq)';
  return {
    name,
    pid,
    address: { host, port: DNS_PORT },
    get ending() {
      return ending();
    },
    usage: async () =>
      ending() === undefined
        ? { name, cpuNs: cpuNsOfTree(pid ?? 0), wallNs: Number(process.hrtime.bigint()) }
        : undefined,
    stop,
  };
}
