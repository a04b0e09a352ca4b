/** How long the kernel takes to find the way to a host. */
import type { Libc } from '../../engines/libc.ts';
import { nowNs } from '../../load/clock.ts';

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 0o2000002;
const ANY_PORT = 9;
const ADDRESS_BYTES = 16;
/** The first calls are not compiled yet. */
const TRIES = 50;

/**
 * The median time of connect(2) on a socket of datagrams, which looks the route up and sends nothing.
 * @throws Error if there is no route.
 */
export function lookUpRouteNs(libc: Libc | { reason: string }, host: string): number {
  if ('reason' in libc) throw new Error(libc.reason);
  const socket = libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  const address = Buffer.alloc(ADDRESS_BYTES);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(ANY_PORT, 2);
  address.set(host.split('.').map(Number), 4);
  try {
    const times = Array.from({ length: TRIES }, () => {
      const beganNs = nowNs();
      if (libc.connect(socket, address, ADDRESS_BYTES) !== 0) throw new Error(`there is no route to ${host}`);
      return nowNs() - beganNs;
    });
    return times.sort((a, b) => a - b)[TRIES / 2] as number;
  } finally {
    libc.close(socket);
  }
}
