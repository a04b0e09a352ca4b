/** The client's address, which it does not have until it has asked for one: udhcpc(8), a client of DHCP. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { HOST_INTERFACE } from './addresses.ts';
import type { Host } from './namespaces.ts';
import { command, type NetworkPrograms } from './programs.ts';

/** udhcpc calls it with what it has got, in its environment. This machine's own /etc/resolv.conf stays as it is. */
const script = (ip: string): string => `#!/bin/sh -e
case "$1" in
bound)
  ${ip} address add "$ip/$mask" dev "$interface"
  ${ip} route add default via "$router" dev "$interface"
  echo "leased address=$ip nameServer=$dns"
  ;;
esac
`;
const LEASED = /^leased address=([\d.]+) nameServer=([\d.]+)/m;
const TRIES = 5;
const TRY_SECONDS = 1;

export interface Lease {
  readonly address: string;
  /** Whom the client may ask for names. */
  readonly nameServer: string;
}

/**
 * Leases an address for the client, and sets the route that comes with it.
 * @throws Error if nobody leases one.
 */
export async function leaseAddress(
  { udhcpc, ip }: NetworkPrograms,
  client: Host,
  folder: string,
): Promise<Lease> {
  const file = path.join(folder, 'leased');
  writeFileSync(file, script(ip), { mode: 0o700 });
  const tries = ['-t', String(TRIES), '-T', String(TRY_SECONDS)];
  const once = ['-n', '-q', '-f', ...tries, '-s', file];
  const printed = await command([...client.enter, udhcpc, '-i', HOST_INTERFACE, ...once]);
  const [, address, nameServer] = LEASED.exec(printed) ?? [];
  if (address === undefined || nameServer === undefined)
    throw new Error('udhcpc ended, and has leased no address and name server');
  return { address, nameServer };
}
