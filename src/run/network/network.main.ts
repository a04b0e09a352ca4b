/**
 * The router, and who builds the network: this process was started in a network namespace of its own, which
 * is the router's. It makes the other hosts and the cables, starts what the router serves, and looks at what
 * passes. All of it ends with this process.
 */
import process from 'node:process';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';
import { messageOf } from '../../errors.ts';
import { SERVER_ADDRESS } from './addresses.ts';
import { type ArpState, countArp, readArp } from './arp.ts';
import { type Capture, type CapturedFrame, openCapture } from './capture.ts';
import { type Lease, leaseAddress } from './dhcp.ts';
import { startDnsmasq } from './dnsmasq.ts';
import { connectHosts, setKernel, shortenTranslations } from './links.ts';
import { type Host, makeHost } from './namespaces.ts';
import { countTranslations, translateAddresses } from './nat.ts';
import { command, type NetworkPrograms } from './programs.ts';
import { isRefusal } from './refusals.ts';

export type NetworkRequest =
  | {
      readonly kind: 'build';
      readonly programs: NetworkPrograms;
      /** An empty one, for its files. */
      readonly folder: string;
      /** Names that the server has. */
      readonly names: readonly string[];
    }
  /** What the tables have now, and what has passed since the last time. */
  | { readonly kind: 'look' }
  /** What has passed is kept for the next look. */
  | { readonly kind: 'keep' }
  /** Nothing is looked at any more. */
  | { readonly kind: 'rest' }
  /** It ends in order. */
  | { readonly kind: 'leave' };

/** What the kernel's tables have, and what has passed since they were looked at before. */
export interface NetworkLook {
  readonly arp: ArpState;
  /** Connections whose address was translated, so far. */
  readonly translations: number;
  /** The route to the server, as `ip route get` has it. */
  readonly route: string;
  readonly frames: readonly CapturedFrame[];
}

export type NetworkAnswer =
  | { readonly kind: 'ready'; readonly pid: number }
  | {
      readonly kind: 'built';
      readonly clientPid: number;
      readonly serverPid: number;
      readonly lease: Lease;
    }
  | { readonly kind: 'seen'; readonly look: NetworkLook }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** The system does not permit it, or does not have it. */
      readonly isUnsupported: boolean;
    };

interface Built {
  readonly programs: NetworkPrograms;
  readonly client: Host;
  readonly capture: Capture;
}
let built: Built | undefined;
let stopDnsmasq: (() => void) | undefined;
let isLeaving = false;
/** Has passed since the last look. */
let kept: CapturedFrame[] = [];

const send = (answer: NetworkAnswer) => process.send?.(answer, () => {});

process.on('disconnect', () => process.exit());
process.on('message', (request: NetworkRequest) => {
  if (request.kind === 'rest') built?.capture.close();
  else if (request.kind === 'keep') keep();
  else if (request.kind === 'leave') leave();
  else
    (request.kind === 'build' ? build(request) : look())
      .then(send)
      .catch((error) => send(failure(messageOf(error))));
});
leadOwnGroup();
dieWithParent();
send({ kind: 'ready', pid: process.pid });

const failure = (reason: string): NetworkAnswer => ({
  kind: 'failed',
  reason,
  isUnsupported: isRefusal(reason),
});

async function build({
  programs,
  folder,
  names,
}: Extract<NetworkRequest, { kind: 'build' }>): Promise<NetworkAnswer> {
  const [client, server] = await Promise.all([makeHost(programs, ended), makeHost(programs, ended)]);
  await setKernel(client, server);
  await connectHosts(programs, client, server);
  await translateAddresses(programs);
  await shortenTranslations();
  await countArp(programs, client);
  stopDnsmasq = await startDnsmasq(programs, { folder, names }, ended);
  const capture = await openCapture(programs);
  const lease = await leaseAddress(programs, client, folder);
  built = { programs, client, capture };
  return { kind: 'built', clientPid: client.pid, serverPid: server.pid, lease };
}

function keep(): void {
  for (const frame of built?.capture.read() ?? []) kept.push(frame);
}

async function look(): Promise<NetworkAnswer> {
  if (built === undefined) throw new Error('there is no network yet');
  const { programs, client } = built;
  keep();
  const frames = kept;
  kept = [];
  const [arp, translations, route] = await Promise.all([
    readArp(programs, client),
    countTranslations(programs),
    command([...client.enter, programs.ip, 'route', 'get', SERVER_ADDRESS]),
  ]);
  return { kind: 'seen', look: { arp, translations, route: inOneLine(route), frames } };
}

/** `ip route get` ends with `uid 0 cache`, which is of no interest. */
const inOneLine = (route: string): string =>
  route
    .replace(/\s+/g, ' ')
    .replace(/ uid \d+.*$/, '')
    .trim();

/** It waits for the end of what it has started: nobody else would ask for that. */
function leave(): void {
  isLeaving = true;
  if (stopDnsmasq) stopDnsmasq();
  else process.exit(0);
}

/**
 * Without what the router serves, and without a host, there is no network: the run knows by the end of this
 * process.
 */
function ended(why: string): void {
  if (!isLeaving) process.stderr.write(`Error: ${why}\n`);
  process.exit(isLeaving ? 0 : 1);
}
