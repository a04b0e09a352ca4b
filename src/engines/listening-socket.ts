/** Listening TCP sockets by the system's own calls. */
import os from 'node:os';
import {
  type Connection,
  type Listen,
  type Listener,
  OperationError,
  UnsupportedError,
} from '../operations.ts';
import { type Descriptor, descriptorOf } from './descriptor.ts';
import { isInterrupted, type Libc, lastError } from './libc.ts';
import { acceptOn, openSocket, socketAddress } from './stream-socket.ts';

const isLinux = os.platform() === 'linux';
const SOL_SOCKET = isLinux ? 1 : 0xffff;
const SO_REUSEADDR = isLinux ? 2 : 4;
/** Linux: elsewhere several may listen, but the last one gets every connection. */
const SO_REUSEPORT = 15;
const ON = Int32Array.of(1);
const SHUT_WR = 1;
const SHUT_RDWR = 2;

/** A listening socket. Plain data: another thread can accept on the same one. */
export interface ListeningDescriptor extends Descriptor {
  readonly port: number;
}

export const asListener = (descriptor: ListeningDescriptor): Listener => descriptor as unknown as Listener;

export const listeningOf = (listener: Listener): ListeningDescriptor =>
  listener as unknown as ListeningDescriptor;

export const isListening = (handle: unknown): handle is ListeningDescriptor =>
  (handle as Partial<ListeningDescriptor>).port !== undefined;

/** Makes a socket, binds it, and listens. @throws OperationError with the system's code. */
export function openListening(
  libc: Libc,
  operation: Listen,
  { nonblocking }: { nonblocking: boolean },
): ListeningDescriptor {
  const { host, port, backlog, reusePort } = operation;
  if (reusePort && !isLinux)
    throw new UnsupportedError(`only Linux divides connections among sockets that listen on one port`);
  const { fd, target } = openSocket(libc, operation, { nonblocking });
  const { address } = socketAddress(host, port);
  libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ON, 4);
  const isDone =
    (!reusePort || libc.setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, ON, 4) === 0) &&
    libc.bind(fd, address, address.length) === 0 &&
    libc.listen(fd, backlog) === 0;
  if (!isDone) {
    const error = lastError(libc, 'listen', target);
    libc.close(fd);
    throw error;
  }
  const real = portOf(libc, fd);
  return { fd, target: `${host}:${real}`, isSocket: true, port: real };
}

/** getsockname(2): the port stands at the same place in addresses of IPv4 and IPv6. */
function portOf(libc: Libc, fd: number): number {
  const address = Buffer.alloc(28);
  const length = Buffer.from(Uint32Array.of(address.length).buffer);
  libc.getsockname(fd, libc.addressOf(address), libc.addressOf(length));
  return address.readUInt16BE(2);
}

/** Nobody can connect any more, and each thread that is blocked in accept(2) is woken: EINVAL. */
export function stopListening(libc: Libc, { fd }: Descriptor): void {
  if (fd >= 0) libc.shutdown(fd, SHUT_RDWR);
}

/**
 * shutdown(2): ends the sending half of a connection, or stops a listener.
 * @throws OperationError for a connection that has ended already (ENOTCONN).
 */
export function shutDown(libc: Libc, handle: Connection | Listener): void {
  const { fd, target } = descriptorOf(handle);
  if (isListening(handle)) stopListening(libc, handle);
  else if (libc.shutdown(fd, SHUT_WR) < 0) throw lastError(libc, 'shutdown', target);
}

/** Waits for a connection; blocks until there is one. @throws OperationError with the system's code. */
export function acceptBlocking(libc: Libc, listening: ListeningDescriptor): Descriptor {
  if (listening.fd < 0) throw notListening(listening.target);
  for (;;) {
    const fd = acceptOn(libc, listening.fd, { nonblocking: false });
    if (fd >= 0) return { fd, target: acceptedBy(listening.target), isSocket: true };
    if (!isInterrupted(libc)) throw lastError(libc, 'accept', listening.target);
  }
}

/** The name of accepted connections, for error messages: to read each peer's address would cost a call. */
export const acceptedBy = (target: string): string => `a client of ${target}`;

/** What accept(2) fails with on a socket that does not listen (any more). */
export const notListening = (target: string): OperationError =>
  new OperationError('accept', 'EINVAL', target);
