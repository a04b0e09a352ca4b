/** The client's address, which it does not have until it has asked for one: udhcpc(8), a client of DHCP. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { quote } from 'shlex';
import { HOST_INTERFACE } from './addresses.ts';
import type { Host } from './namespaces.ts';
import { command, type NetworkPrograms } from './programs.ts';

/** udhcpc calls it with what it has got, in its environment. This machine's own /etc/resolv.conf stays as it is. */
const script = (ip: string): string => `#!/bin/sh -e
case "$1" in
bound)
  ${quote(ip)} address add "$ip/$mask" dev "$interface"
  ${quote(ip)} route add default via "$router" dev "$interface"
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
 * @throws Error if nobody leases one, or if programs cannot be started in the folder.
 */
export async function leaseAddress(
  { udhcpc, ip }: NetworkPrograms,
  client: Host,
  folder: string,
): Promise<Lease> {
  const file = path.join(folder, 'leased');
  writeFileSync(file, script(ip), { mode: 0o700 });
  await requireExecutable(file);
  const tries = ['-t', String(TRIES), '-T', String(TRY_SECONDS)];
  const once = ['-n', '-q', '-f', ...tries, '-s', file];
  const printed = await command([...client.enter, udhcpc, '-i', HOST_INTERFACE, ...once]);
  const [, address, nameServer] = LEASED.exec(printed) ?? [];
  if (address === undefined || nameServer === undefined)
    throw new Error('udhcpc ended, and has leased no address and name server');
  return { address, nameServer };
}

/** udhcpc does not report that it cannot run its script. Called like this, it does nothing. */
async function requireExecutable(file: string): Promise<void> {
  try {
    await command([file, 'deconfig']);
  } catch (cause) {
    const folder = path.dirname(file);
    throw new Error(
      `no program can be run in ${folder} (is it mounted noexec?): name another one with --data DIR`,
      {
        cause,
      },
    );
  }
}
