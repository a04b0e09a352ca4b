/** Sockets by the system's own calls: making them, and the addresses they take. */
import net from 'node:net';
import os from 'node:os';
import type { Connect, Listen, Peeked } from '../operations.ts';
import { OperationError } from '../operations.ts';
import type { Descriptor } from './descriptor.ts';
import { isInterrupted, type Libc, lastError } from './libc.ts';

const isLinux = os.platform() === 'linux';
const AF_INET = 2;
const AF_INET6 = isLinux ? 10 : 30;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
export const SOCK_CLOEXEC = 0o2000000;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const ON = Int32Array.of(1);

/**
 * send(2): no SIGPIPE when the peer has gone, but EPIPE. Where the flag is missing, Node ignores that signal
 * anyhow.
 */
export const SEND_FLAGS: number = isLinux ? 0x4000 : 0;

const O_NONBLOCK = isLinux ? 0o4000 : 0x4;
const F_SETFD = 2;
const F_SETFL = 4;
const FD_CLOEXEC = 1;

/** Makes a socket, of TCP without Nagle's delay, which programs that are started do not inherit. */
export function openSocket(
  libc: Libc,
  operation: Connect | Listen,
  { nonblocking }: { nonblocking: boolean },
): Descriptor {
  const { kind, host, port } = operation;
  const target = `${host}:${port}`;
  const { family } = socketAddress(host, port, kind);
  const isDatagram = isDatagramSocket(operation);
  const type = isDatagram ? SOCK_DGRAM : SOCK_STREAM;
  const fd = libc.socket(family, isLinux ? type | SOCK_CLOEXEC : type, 0);
  if (fd < 0) throw lastError(libc, kind, target);
  if (!isDatagram) libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ON, 4);
  if (!isLinux) libc.fcntl(fd, F_SETFD, FD_CLOEXEC);
  if (nonblocking) libc.fcntl(fd, F_SETFL, O_NONBLOCK);
  if (operation.kind === 'connect' && operation.from !== undefined)
    bindTo(libc, fd, operation.from, `${target} from ${operation.from}`);
  return { fd, target, isSocket: true, isDatagram };
}

const isDatagramSocket = (operation: Connect | Listen): boolean =>
  operation.kind === 'connect' && operation.transport === 'udp';

/** Connections of the socket will come from this address; the system chooses the port. */
function bindTo(libc: Libc, fd: number, from: string, target: string): void {
  let failure: unknown;
  try {
    const { address } = socketAddress(from, 0);
    if (libc.bind(fd, address, address.length) === 0) return;
    failure = lastError(libc, 'connect', target);
  } catch (error) {
    failure = error;
  }
  libc.close(fd);
  throw failure;
}

/** Closes a socket; from then on its descriptor has no number. @throws OperationError with the system's code. */
export function closeSocket(libc: Libc, descriptor: Descriptor): void {
  const { fd, target } = descriptor;
  descriptor.fd = -1;
  // An interrupted close has closed it all the same (close(2)).
  if (libc.close(fd) < 0 && !isInterrupted(libc)) throw lastError(libc, 'close', target);
}

const SOL_SOCKET = isLinux ? 1 : 0xffff;
const SO_LINGER = isLinux ? 13 : 0x80;
/** `struct linger { int l_onoff; int l_linger; }` */
const NO_LINGERING = Int32Array.of(1, 0);

/** Closes a connection so that its peer sees a reset, and not an end (socket(7), SO_LINGER). */
export function resetSocket(libc: Libc, fd: number): void {
  libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, NO_LINGERING, 8);
  libc.close(fd);
}

const SOCK_NONBLOCK = O_NONBLOCK;

/**
 * accept4(2): a new socket that is closed on exec, or -1. It inherits from the listening one that Nagle's delay
 * is off (tcp(7)).
 */
export function acceptOn(libc: Libc, fd: number, { nonblocking }: { nonblocking: boolean }): number {
  if (libc.accept4) return libc.accept4(fd, 0, 0, nonblocking ? SOCK_NONBLOCK | SOCK_CLOEXEC : SOCK_CLOEXEC);
  const accepted = libc.accept(fd, 0, 0);
  if (accepted < 0) return accepted;
  libc.fcntl(accepted, F_SETFD, FD_CLOEXEC);
  if (nonblocking) libc.fcntl(accepted, F_SETFL, O_NONBLOCK);
  return accepted;
}

/** The address of the other end (getpeername(2)), in the notation of Node. */
export function remoteOf(libc: Libc, { fd, target }: Descriptor): string {
  const address = Buffer.alloc(28);
  const length = Buffer.from(Uint32Array.of(address.length).buffer);
  if (libc.getpeername(fd, libc.addressOf(address), libc.addressOf(length)) < 0)
    throw lastError(libc, 'remote', target);
  if (length.readUInt32LE(0) <= 16) return address.subarray(4, 8).join('.');
  const groups = Array.from({ length: 8 }, (_, group) => address.readUInt16BE(8 + 2 * group).toString(16));
  // The shortest form of it (RFC 5952).
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

/** Makes a socket and connects it; blocks until that is done. */
export function connectBlocking(libc: Libc, operation: Connect): Descriptor {
  const descriptor = openSocket(libc, operation, { nonblocking: false });
  const { address } = socketAddress(operation.host, operation.port);
  while (libc.connect(descriptor.fd, address, address.length) < 0) {
    if (isInterrupted(libc)) continue;
    const error = lastError(libc, 'connect', descriptor.target);
    libc.close(descriptor.fd);
    throw error;
  }
  return descriptor;
}

/** `struct sockaddr_in` or `sockaddr_in6`, which on BSD systems begin with their length. */
export function socketAddress(
  host: string,
  port: number,
  operation: 'connect' | 'listen' = 'connect',
): { family: number; address: Uint8Array } {
  const version = net.isIP(host);
  if (version === 0) throw new OperationError(operation, 'EINVAL', `${host}:${port} (not a numeric address)`);
  const family = version === 4 ? AF_INET : AF_INET6;
  const address = Buffer.alloc(version === 4 ? 16 : 28);
  if (isLinux) address.writeUInt16LE(family, 0);
  else address.set([address.length, family], 0);
  address.writeUInt16BE(port, 2);
  address.set(version === 4 ? host.split('.').map(Number) : ipv6Bytes(host), version === 4 ? 4 : 8);
  return { family, address };
}

function ipv6Bytes(host: string): number[] {
  const canonical = new URL(`http://[${host}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all =
    tail === undefined
      ? groups(head)
      : [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)];
  return all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
}

/** recv(2): fails with EAGAIN where it would have to wait. */
export const MSG_DONTWAIT: number = isLinux ? 0x40 : 0x80;
const MSG_PEEK_DONTWAIT = 0x2 | MSG_DONTWAIT;
const peeked = new Uint8Array(1);

/**
 * Checks for data on a socket, without taking it (recv(2), MSG_PEEK and MSG_DONTWAIT). A socket that has
 * failed is at its end.
 */
export function peekAt(libc: Libc, fd: number): Peeked {
  for (;;) {
    const bytes = libc.recv(fd, libc.addressOf(peeked), 1, MSG_PEEK_DONTWAIT);
    if (bytes >= 0) return bytes > 0 ? 'bytes' : 'end';
    if (libc.errno() === os.constants.errno.EAGAIN) return 'nothing';
    if (!isInterrupted(libc)) return 'end';
  }
}
