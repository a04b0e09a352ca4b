/** The usage of each peer while a window was open, by its own account. */
import { addressesBetween, stickinessOf } from '../../stats/address-counts.ts';
import type { Peer, PeerUsage } from './peers.ts';
import { within } from './within.ts';

/** A stopped peer answers when it continues, and may never continue. */
export const USAGE_LIMIT_MS = 1_000;

export interface PeersUsage {
  /** Without their counts by address, which are as many as there are clients. */
  readonly peers: (Omit<PeerUsage, 'byAddress'> & Pick<Peer, 'expected'>)[];
  /** What those come to; `undefined` if no peer has counted them. */
  readonly stickiness: number | undefined;
  /** The peers that have not answered in time. */
  readonly unanswered: string[];
}

export function peerUsage(peers: readonly Peer[]) {
  const asked: Partial<Record<'open' | 'closed', Promise<PeerUsage | undefined>[]>> = {};
  return {
    turned(phase: 'open' | 'closed') {
      asked[phase] = peers.map((peer) => peer.usage());
    },
    /** Waits for the answers, not longer than a second. */
    async read(): Promise<PeersUsage> {
      const answers = await Promise.all(
        peers.map(async ({ name, expected }, index) => {
          const both = Promise.all([asked.open?.[index], asked.closed?.[index]]);
          return { name, expected, both: await within(USAGE_LIMIT_MS, both) };
        }),
      );
      const used = answers.flatMap(({ name, expected, both }) => {
        const [first, last] = both ?? [];
        if (!first || !last) return [];
        return [{ name, ...between(first, last), ...(expected ? { expected } : {}) }];
      });
      return {
        peers: used.map(({ byAddress: _counts, ...peer }) => peer),
        stickiness: stickinessOf(used.map(({ byAddress }) => byAddress ?? {})),
        unanswered: answers
          .filter(({ both }) => both === undefined || (both[0] === undefined) !== (both[1] === undefined))
          .map(({ name }) => name),
      };
    },
  };
}

const between = (first: PeerUsage, last: PeerUsage): Omit<PeerUsage, 'name'> => ({
  cpuNs: last.cpuNs - first.cpuNs,
  wallNs: last.wallNs - first.wallNs,
  ...(last.requests === undefined ? {} : { requests: last.requests - (first.requests ?? 0) }),
  ...(last.byAddress === undefined ? {} : { byAddress: addressesBetween(first.byAddress, last.byAddress) }),
});
