/**
 * The address resolution protocol (RFC 826): who asks for the hardware address of a neighbour, how often, and
 * what is kept of the answer.
 */
import { HOST_INTERFACE, LAN } from './addresses.ts';
import { packetsCounted } from './counters.ts';
import type { Host } from './namespaces.ts';
import { command, type NetworkPrograms } from './programs.ts';

const RULES = `table arp seen {
  counter requests {}
  counter replies {}
  chain out {
    type filter hook output priority 0;
    arp operation request counter name requests;
  }
  chain in {
    type filter hook input priority 0;
    arp operation reply counter name replies;
  }
}
`;

export interface ArpState {
  /** What the client has asked, and what it was answered, so far. */
  readonly requests: number;
  readonly replies: number;
  /** What the client knows of the router, as `ip neigh` has it: `REACHABLE`, `STALE`; empty for nothing. */
  readonly neighbour: string;
}

/** Counts the questions and answers of a host. */
export async function countArp({ nft }: NetworkPrograms, host: Host): Promise<void> {
  await command([...host.enter, nft, '-f', '-'], RULES);
}

export async function readArp({ nft, ip }: NetworkPrograms, host: Host): Promise<ArpState> {
  const listed = await command([...host.enter, nft, 'list', 'counters', 'table', 'arp', 'seen']);
  const show = ['neigh', 'show', 'to', LAN.address, 'dev', HOST_INTERFACE];
  const neighbour = await command([...host.enter, ip, ...show]);
  return {
    requests: packetsCounted(listed, 'requests'),
    replies: packetsCounted(listed, 'replies'),
    neighbour: neighbour.trim(),
  };
}
