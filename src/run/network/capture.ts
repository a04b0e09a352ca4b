/**
 * What passes the router, as the kernel saw it: a packet socket (packet(7)) gets a copy of each frame of both
 * cables, before and after its address is translated, stamped with the time at which it passed.
 */
import { getSystemErrorName } from 'node:util';
import { type Libc, requireLibc } from '../../engines/libc.ts';
import { LAN, WAN } from './addresses.ts';
import { command, type NetworkPrograms } from './programs.ts';

const AF_PACKET = 17;
/** SOCK_RAW, with SOCK_NONBLOCK and SOCK_CLOEXEC. */
const RAW_NONBLOCKING = 0o2004003;
/** ETH_P_ALL, in the order of bytes of the network. */
const ALL_PROTOCOLS = 0x0300;
const SOL_SOCKET = 1;
/** The second without the limit that users have, which root of a user namespace has, too. */
const [SO_RCVBUF, SO_RCVBUFFORCE] = [8, 33];
const QUEUE_BYTES = 8 * 2 ** 20;
/** When the frame that was read last had passed: struct timespec. */
const SIOCGSTAMPNS = 0x8907;
const TIMESPEC_BYTES = 16;
/** What is kept of each frame: its headers, and whole messages of DHCP and DNS. */
const KEPT_BYTES = 1_514;
/** Returns the whole length of a frame, of which less was kept. */
const MSG_TRUNC = 0x20;
/** struct sockaddr_ll, and where it has the index of the interface. */
const ADDRESS_BYTES = 20;
const INDEX_AT = 4;

export interface CapturedFrame {
  /** By the system's clock, in nanoseconds, for the distance between frames: exact to a microsecond. */
  readonly atNs: number;
  /** The client's cable, or the server's. */
  readonly cable: 'lan' | 'wan';
  readonly bytes: Buffer;
  /** On the cable. */
  readonly lengthBytes: number;
}

export interface Capture {
  /** The frames that have passed since the last call. */
  read(): CapturedFrame[];
  close(): void;
}

/** Begins to capture in the namespace of this process. @throws Error if it cannot. */
export async function openCapture({ ip }: Pick<NetworkPrograms, 'ip'>): Promise<Capture> {
  const cables = new Map<number, CapturedFrame['cable']>([
    [await indexOf(ip, LAN.interface), 'lan'],
    [await indexOf(ip, WAN.interface), 'wan'],
  ]);
  const libc = requireLibc();
  const socket = libc.socket(AF_PACKET, RAW_NONBLOCKING, ALL_PROTOCOLS);
  if (socket < 0) throw new Error(`no packet socket can be opened: ${getSystemErrorName(-libc.errno())}`);
  const queue = new Int32Array([QUEUE_BYTES]);
  for (const option of [SO_RCVBUF, SO_RCVBUFFORCE])
    libc.setsockopt(socket, SOL_SOCKET, option, queue, queue.byteLength);
  const stamp = Buffer.alloc(TIMESPEC_BYTES);
  // The first call turns the stamps on.
  libc.ioctl(socket, SIOCGSTAMPNS, libc.addressOf(stamp));
  return {
    read: () =>
      readFrames(libc, socket, stamp).flatMap(({ index, ...frame }) => {
        const cable = cables.get(index);
        return cable === undefined ? [] : [{ ...frame, cable }];
      }),
    close: () => void libc.close(socket),
  };
}

/** sysfs has the interfaces of the namespace that mounted it; ip(8) has those of its own. */
async function indexOf(ip: string, name: string): Promise<number> {
  const shown = await command([ip, '-o', 'link', 'show', 'dev', name]);
  return Number.parseInt(shown, 10);
}

type Read = Omit<CapturedFrame, 'cable'> & { readonly index: number };

function readFrames(libc: Libc, socket: number, stamp: Buffer): Read[] {
  const frames: Read[] = [];
  const [frame, from, fromLength] = [Buffer.alloc(KEPT_BYTES), Buffer.alloc(ADDRESS_BYTES), Buffer.alloc(4)];
  const [frameAt, fromAt, lengthAt] = [frame, from, fromLength].map((each) => libc.addressOf(each)) as [
    number,
    number,
    number,
  ];
  for (;;) {
    fromLength.writeUInt32LE(ADDRESS_BYTES);
    const lengthBytes = libc.recvfrom(socket, frameAt, KEPT_BYTES, MSG_TRUNC, fromAt, lengthAt);
    // Nothing more is there.
    if (lengthBytes < 0) return frames;
    libc.ioctl(socket, SIOCGSTAMPNS, libc.addressOf(stamp));
    frames.push({
      atNs: Number(stamp.readBigInt64LE(0) * 1_000_000_000n + stamp.readBigInt64LE(8)),
      index: from.readInt32LE(INDEX_AT),
      bytes: Buffer.from(frame.subarray(0, Math.min(lengthBytes, KEPT_BYTES))),
      lengthBytes,
    });
  }
}
