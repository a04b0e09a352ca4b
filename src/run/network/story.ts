/**
 * The way of a request through the network, in the order of a textbook: made of what passed the router, of
 * the kernel's tables, and of the visitor's own clock. What happens once is that of the first visit; what
 * happens in every visit has the median of the later ones, whose code is warm.
 */
import type { StoryStep } from '../../result.ts';
import type { DescribedPhase } from '../../workloads/marks.ts';
import { LAN, SERVER_ADDRESS, WAN } from './addresses.ts';
import type { NetworkLook } from './network.main.ts';
import {
  type ArpExchange,
  arpIn,
  between,
  type DnsExchange,
  dhcpIn,
  dnsIn,
  type Opened,
  openedIn,
  passedIn,
} from './passed.ts';
import type { PhaseTimes } from './visit.main.ts';

const [CLIENT, ROUTER, SERVER] = ['client', 'router', 'server'] as const;

export interface Observed {
  /** After the address was leased, and before the first visit. */
  readonly before: NetworkLook;
  readonly first: NetworkLook;
  readonly later: NetworkLook;
  readonly routeNs: number;
  /** Of each visit, the first one included. */
  readonly visits: readonly PhaseTimes[];
  /** Those that the workload describes. */
  readonly phases: readonly DescribedPhase[];
}

export const ABOUT =
  'Client, router and server are hosts of their own: network namespaces of Linux, joined by virtual cables. ' +
  'A packet capture on the router saw each message; times of packets are those at which they passed there. ' +
  'Nothing was measured meanwhile.';

/** @throws Error if something is missing that has to have happened. */
export function storyOf(observed: Observed): StoryStep[] {
  const { before, first, later } = observed;
  const [leasing, once, again] = [before, first, later].map(({ frames }) => passedIn(frames)) as [
    ReturnType<typeof passedIn>,
    ReturnType<typeof passedIn>,
    ReturnType<typeof passedIn>,
  ];
  return [
    ...leaseSteps(dhcpIn(leasing)),
    routeStep(observed),
    ...arpIn(once, 'lan')
      .filter(({ wanted }) => wanted === LAN.address)
      .slice(0, 1)
      .map((asked) => arpStep(asked, observed)),
    ...nameSteps(dnsIn(once), dnsIn(again)),
    ...connectionSteps(openedIn(once), openedIn(again), arpIn(once, 'wan'), observed),
    ...phaseSteps(observed),
  ];
}

function leaseSteps(messages: ReturnType<typeof dhcpIn>): StoryStep[] {
  const last = messages.findLast(({ type }) => type === 'ACK');
  const [discover, offer, request, ack] = ['DISCOVER', 'OFFER', 'REQUEST', 'ACK'].map((type) =>
    messages.find((each) => each.type === type && each.transaction === last?.transaction),
  );
  if (!discover || !offer || !request || !ack) throw new Error('no exchange of DHCP passed the router');
  const after = (message: { atNs: number }) => `${(between(discover, message) / 1e6).toFixed(2)} ms`;
  return [
    {
      name: 'DHCP: discover',
      from: CLIENT,
      to: ROUTER,
      says: 'DISCOVER: is there a server that leases addresses?',
      answers: `OFFER: ${offer.yourAddress}`,
      ns: between(discover, offer),
      evidence: `packets: DISCOVER at 0 ms (from 0.0.0.0, to everybody), OFFER at ${after(offer)}`,
      explains:
        'A machine that was just connected has no address, and knows nobody. It asks everybody on its cable at once (a broadcast); a DHCP server that gets the question offers an address.',
    },
    {
      name: 'DHCP: request',
      from: CLIENT,
      to: ROUTER,
      says: `REQUEST: I take ${offer.yourAddress}`,
      answers: `ACK: it is yours for ${ack.leaseSeconds ?? 0}\u00a0s`,
      ns: between(request, ack),
      evidence:
        `packets: REQUEST at ${after(request)}, ACK at ${after(ack)}: address ${ack.yourAddress}, ` +
        `mask ${ack.mask ?? 'none'}, router ${ack.router ?? 'none'}, DNS server ${ack.nameServer ?? 'none'}`,
      explains:
        'The machine takes the offer, and the server confirms it for a time, the lease. With the address comes what else it needs: which addresses are neighbours on its own cable (the mask), who forwards everything else (the router), and whom to ask for names (the DNS server).',
    },
  ];
}

const routeStep = ({ first, routeNs }: Observed): StoryStep => ({
  name: 'route',
  from: CLIENT,
  to: CLIENT,
  says: `which way to ${SERVER_ADDRESS}? By the router`,
  ns: routeNs,
  evidence: `ip route get: ${first.route}; time of connect(2) on a socket of datagrams, which sends nothing`,
  explains:
    "Before anything is sent, the kernel looks into its table of routes. The server's address is not a neighbour's, so the packet goes to the router, which knows the way from there.",
});

function arpStep(
  { wanted, hardware, ns }: ArpExchange,
  { before, first, later, visits }: Observed,
): StoryStep {
  const [none, one, all] = [before, first, later].map(({ arp }) => arp.requests);
  return {
    name: 'ARP',
    from: CLIENT,
    to: ROUTER,
    says: `who has ${wanted}?`,
    answers: `${wanted} is at ${hardware}`,
    ns,
    evidence:
      `nft counter of ARP requests: ${none} before the first visit, ${one} after it, ${all} after ` +
      `${visits.length} visits; ip neigh: ${neighbourOf(before)}, then ${neighbourOf(later)}`,
    explains:
      'On a cable, frames are sent to hardware addresses, which every network card has, and not to IP addresses. Once, the machine asks everybody on the cable who has the IP address of the router; it keeps the answer, and does not ask for the next packets.',
  };
}

const neighbourOf = ({ arp }: NetworkLook): string => arp.neighbour || 'nothing known';

/** None where nobody was asked for a name. */
function nameSteps(once: readonly DnsExchange[], again: readonly DnsExchange[]): StoryStep[] {
  const [asked] = once;
  if (asked === undefined) return [];
  const { name, type, address, ttlSeconds } = asked;
  return [
    {
      name: 'DNS',
      from: CLIENT,
      to: ROUTER,
      says: `${type} ${name}?`,
      answers: `${address}, for ${ttlSeconds} s`,
      ns: medianNs(again, asked, 'ns'),
      evidence: `packets: question and answer of dnsmasq, on UDP port 53 of ${LAN.address}; ${timesOf(again)}`,
      explains:
        'People write names, and packets need addresses. The DNS server that came with the lease is asked for the address of the name. The answer may be kept for as long as it says (its time to live).',
    },
  ];
}

/** None where no connection was opened. */
function connectionSteps(
  once: readonly Opened[],
  again: readonly Opened[],
  arp: readonly ArpExchange[],
  observed: Observed,
): StoryStep[] {
  const [opened] = once;
  if (opened === undefined) return [];
  const { server } = opened;
  const asked = arp.find(({ asker, wanted }) => asker === WAN.address && wanted === server.host);
  return [
    {
      name: 'TCP: connect',
      from: CLIENT,
      to: SERVER,
      says: `SYN, to port ${server.port}`,
      answers: 'SYN, ACK',
      ns: medianNs(again, opened, 'answeredNs'),
      evidence: `packets, where the client's cable ends: from SYN to SYN, ACK; ${timesOf(again)}`,
      explains:
        'TCP opens a connection before it carries anything: the client asks (SYN), the server agrees (SYN, ACK), the client confirms (ACK). From then on both count the bytes, so that nothing is lost, doubled or out of order.',
    },
    ...(asked === undefined ? [] : [routerArpStep(asked)]),
    natStep(opened, again, observed),
  ];
}

const routerArpStep = ({ wanted, hardware, ns }: ArpExchange): StoryStep => ({
  name: 'ARP, by the router',
  from: ROUTER,
  to: SERVER,
  says: `who has ${wanted}?`,
  answers: `${wanted} is at ${hardware}`,
  ns,
  evidence: "packets on the server's cable, during the first visit; the SYN waited for the answer",
  explains:
    'Hardware addresses are known on one cable only. The router, too, asks once for that of the next host before it can forward the first packet.',
});

function natStep(opened: Opened, again: readonly Opened[], { first, later, visits }: Observed): StoryStep {
  const { inside, outside } = opened;
  return {
    name: 'NAT',
    from: ROUTER,
    to: SERVER,
    says: `from ${inside.host}:${inside.port} becomes from ${outside.host}:${outside.port}`,
    ns: medianNs(again, opened, 'forwardedNs'),
    evidence:
      `packets of the same SYN on both cables; nft counter of translated connections: ` +
      `${first.translations} after the first visit, ${later.translations} after ${visits.length}; ${timesOf(again)}`,
    explains:
      "The client's address is private: thousands of networks use the same one, so no answer could find it. The router puts its own address in its place, remembers which connection that is, and translates the answers back. The server sees only the router.",
  };
}

/** Phases that are seen on the cables, by the names that workloads give them. */
const SEEN_AS_PACKETS = ['resolve', 'connect'];

function phaseSteps({ phases, visits }: Observed): StoryStep[] {
  const later = visits.slice(1);
  return phases
    .filter(({ name }) => !SEEN_AS_PACKETS.includes(name))
    .flatMap(({ name, from, to, says, answers, explains }) => {
      const times = later.flatMap((visit) => (visit[name] === undefined ? [] : [{ ns: visit[name] }]));
      const [typical] = times;
      if (typical === undefined) return [];
      const partyOf = (party: string) => (party === SERVER ? SERVER : CLIENT);
      return [
        {
          name,
          from: partyOf(from),
          to: partyOf(to),
          says,
          ...(answers === undefined ? {} : { answers }),
          ns: medianNs(times, typical, 'ns'),
          evidence: `the client's own clock; ${timesOf(times)}`,
          ...(explains === undefined ? {} : { explains }),
        },
      ];
    });
}

/** The median of the later ones; that of the first one if there are none. */
function medianNs<Key extends string>(
  later: readonly Readonly<Record<Key, number>>[],
  first: Readonly<Record<Key, number>>,
  key: Key,
): number {
  const sorted = later.map((each) => each[key]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? first[key];
}

const timesOf = (later: readonly unknown[]): string =>
  later.length === 0 ? 'time of the first visit' : `median of ${later.length} later ones`;
