/** A peer that is a process of Node: one of iobench's by its name, or a module of the user's. */
import { peers as ourPeers } from '../../workloads/peers/index.ts';
import type { Network } from '../network/network.ts';
import { type DisturbedPeer, disturbedPeer } from './disturbed-peer.ts';
import { type PeerStart, startPeer } from './peers.ts';

/**
 * Starts it, on the server of the network if there is one.
 * @throws Error if it does not start, or cannot be reached there.
 */
export async function startNodePeer(
  { peer, options }: { readonly peer: string; readonly options: Readonly<Record<string, unknown>> },
  how: Omit<PeerStart, 'module' | 'options'>,
  network: Network | undefined,
): Promise<DisturbedPeer> {
  const start: PeerStart = { module: moduleOf(peer), options, ...how };
  const on = network === undefined ? start : onServer(start, network);
  const startedPeer = await startPeer(on);
  const { host } = startedPeer.address;
  if (network === undefined || host === network.serverHost) return disturbedPeer(on, startedPeer);
  await startedPeer.stop();
  throw new Error(`the peer ${startedPeer.name} listens on ${host}, and cannot be reached by a network`);
}

const onServer = (start: PeerStart, { serverHost, launchers }: Network): PeerStart => ({
  ...start,
  options: { ...start.options, host: serverHost },
  place: { ...start.place, launcher: [...(start.place?.launcher ?? []), ...launchers.server] },
});

/** One of Node's peers by its name, or a user's module. @throws Error if it is neither. */
function moduleOf(peer: string): URL {
  if (Object.hasOwn(ourPeers, peer)) return ourPeers[peer as keyof typeof ourPeers];
  if (!URL.canParse(peer))
    throw new Error(
      `there is no peer ${JSON.stringify(peer)}: name ${Object.keys(ourPeers).join(' or ')} or a server among the workloads, or pass the URL of your own`,
    );
  return new URL(peer);
}
