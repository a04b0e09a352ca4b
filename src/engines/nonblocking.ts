/**
 * The nonblocking engine: descriptors with O_NONBLOCK. A call that would have to wait fails with EAGAIN
 * instead; the engine then passes the descriptor to the model's way of waiting (a reactor, a signal, the next
 * round).
 */
import os from 'node:os';
import type { Connect, Connection, Listen, Listener } from '../operations.ts';
import { compute } from './compute.ts';
import { createDeadlines, type Deadline, meetDeadline } from './deadlines.ts';
import { type Descriptor, descriptorOf } from './descriptor.ts';
import { type Engine, PENDING, type Waiter } from './engine.ts';
import { isInterrupted, type Libc, lastError, requireLibc } from './libc.ts';
import { acceptedBy, isListening, notListening, openListening, shutDown } from './listening-socket.ts';
import {
  acceptOn,
  closeSocket,
  openSocket,
  peekAt,
  remoteOf,
  SEND_FLAGS,
  socketAddress,
} from './stream-socket.ts';
import { systemFiles } from './system-files.ts';
import { type Timers, timedOut } from './timers.ts';

export type Interest = 'readable' | 'writable';

/** A descriptor with the state that its next call needs. */
export interface NonblockingDescriptor extends Descriptor {
  /** Bytes of the send under way that the kernel has taken. */
  sent: number;
  /**
   * The kernel may have more data: it was reported ready, and has not returned EAGAIN (or less than
   * requested) since.
   */
  mayHaveMore: boolean;
  /**
   * There may be data that is not reported: a receive has filled its buffer, or the poller no longer watches.
   * Until the next wait.
   */
  isOutOfSight: boolean;
  /**
   * The end of the stream has been reported: it follows the remaining data, and no further edge will report
   * it.
   */
  isEnding: boolean;
  readonly isDatagram: boolean;
  /** Of the receive that waits, if any ever had one. */
  deadline: Deadline | undefined;
}

/** How a call that would have to wait is waited for. */
export interface Waiting {
  until(interest: Interest, descriptor: NonblockingDescriptor, waiter: Waiter): void;
  /** Watches an idle descriptor, which no request waits for, like the others. */
  watch(descriptor: NonblockingDescriptor): void;
  /** The waiter's operation is tried again, as if what it waits for were ready. */
  wake(waiter: Waiter): void;
  /** The descriptor is about to be closed: every waiter is woken, and finds that out. */
  forget(descriptor: NonblockingDescriptor): void;
  /** Whether a receive is tried before the descriptor is reported ready: without a reactor it is. */
  readonly triesFirst: boolean;
  /** Readiness is reported only once, when it begins (an edge), so that all data has to be taken. */
  readonly reportsEdges: boolean;
}

const { EAGAIN, EINPROGRESS, EALREADY, EISCONN, EINTR } = os.constants.errno;

/** A listening socket. One waiter waits for it; the others stand in line behind it. */
interface NonblockingListener extends NonblockingDescriptor {
  readonly port: number;
  readonly line: Waiter[];
}

export function nonblocking(waiting: Waiting, timers: Pick<Timers, 'add' | 'call'>): Engine {
  const libc = requireLibc();
  // Whoever waits for the descriptor is woken, and tries again.
  const deadlines = createDeadlines<NonblockingDescriptor>(timers, (descriptor) =>
    waiting.forget(descriptor),
  );
  const connecting = new WeakMap<Connect, NonblockingDescriptor>();
  const wouldWait = () => libc.errno() === EAGAIN;

  return {
    ...systemFiles,

    connect(operation, waiter) {
      const descriptor = connecting.get(operation) ?? nonblockingSocket(libc, operation);
      const outcome = connectOnce(libc, descriptor, operation);
      if (outcome === 'connected') return descriptor as unknown as Connection;
      if (outcome === 'under way') {
        connecting.set(operation, descriptor);
        waiting.until('writable', descriptor, waiter);
        return PENDING;
      }
      waiting.forget(descriptor);
      libc.close(descriptor.fd);
      throw outcome;
    },

    listen: (operation) => nonblockingListener(libc, operation) as unknown as Listener,

    accept({ listener }, waiter) {
      const listening = listener as unknown as NonblockingListener;
      const { line } = listening;
      if (line.length > 0 && line[0] !== waiter) {
        line.push(waiter);
        return PENDING;
      }
      const accepted = acceptOnce(libc, listening, waiting);
      if (accepted === PENDING) {
        line[0] = waiter;
        waiting.until('readable', listening, waiter);
        return PENDING;
      }
      line.shift();
      if (line[0]) waiting.wake(line[0]);
      if (accepted instanceof Error) throw accepted;
      return accepted;
    },

    shutdown({ target }) {
      shutDown(libc, target);
      if (isListening(target)) waiting.forget(descriptorOf(target) as NonblockingDescriptor);
    },

    send({ connection, buffer, offset, length }, waiter) {
      const descriptor = stateOf(connection);
      const address = libc.addressOf(buffer) + offset;
      while (descriptor.sent < length) {
        const bytes = libc.send(
          descriptor.fd,
          address + descriptor.sent,
          length - descriptor.sent,
          SEND_FLAGS,
        );
        if (bytes >= 0) descriptor.sent += bytes;
        else if (wouldWait()) {
          waiting.until('writable', descriptor, waiter);
          return PENDING;
        } else if (!isInterrupted(libc)) {
          descriptor.sent = 0;
          throw lastError(libc, 'send', descriptor.target);
        }
      }
      descriptor.sent = 0;
      return length;
    },

    receive({ connection, buffer, offset, length, withinNs }, waiter) {
      const descriptor = stateOf(connection);
      while (descriptor.mayHaveMore || waiting.triesFirst) {
        const bytes = libc.recv(descriptor.fd, libc.addressOf(buffer) + offset, length, 0);
        if (bytes >= 0) {
          // A short receive has emptied a stream (epoll(7), Q9), but for its end. A full one may not have,
          // and a datagram says nothing of others; a level is reported again.
          const mayBeFull = bytes === length || descriptor.isDatagram;
          if (mayBeFull) descriptor.isOutOfSight = true;
          descriptor.mayHaveMore = waiting.reportsEdges && (mayBeFull || descriptor.isEnding);
          meetDeadline(descriptor);
          return bytes;
        }
        if (isInterrupted(libc)) continue;
        if (!wouldWait()) {
          meetDeadline(descriptor);
          throw lastError(libc, 'receive', descriptor.target);
        }
        descriptor.mayHaveMore = false;
        break;
      }
      if (withinNs !== Number.POSITIVE_INFINITY && deadlines.isOver(descriptor, withinNs))
        throw timedOut(descriptor.target);
      waiting.until('readable', descriptor, waiter);
      return PENDING;
    },

    peek({ connection }) {
      const descriptor = stateOf(connection);
      // Between two waits of a poller, only what it has reported is known.
      if (!descriptor.mayHaveMore && !descriptor.isOutOfSight && !waiting.triesFirst) return 'nothing';
      const found = peekAt(libc, descriptor.fd);
      if (found === 'nothing') descriptor.mayHaveMore = false;
      return found;
    },

    remote: ({ connection }) => remoteOf(libc, descriptorOf(connection)),

    close(operation) {
      if (!isSocket(operation.target)) return systemFiles.close(operation);
      const descriptor = stateOf(operation.target as Connection);
      waiting.forget(descriptor);
      closeSocket(libc, descriptor);
    },

    watch({ connection }) {
      waiting.watch(stateOf(connection));
    },

    /** The poller may still return the waiter: nothing comes of it. */
    cancel(operation, waiter) {
      if (operation.kind === 'accept') leaveLine(operation.listener, waiter, waiting);
      else if (operation.kind === 'send') stateOf(operation.connection).sent = 0;
      else if (operation.kind === 'receive') meetDeadline(stateOf(operation.connection));
      else if (operation.kind === 'connect') {
        const descriptor = connecting.get(operation);
        if (!descriptor) return;
        waiting.forget(descriptor);
        closeSocket(libc, descriptor);
      }
    },

    sleep({ durationNs }, waiter) {
      timers.add(durationNs, waiter);
      return PENDING;
    },
    compute,
  };
}

/** Written out, because V8 gives every object with a spread its own shape: 32 connections, 32 shapes. */
const nonblockingDescriptor = (fd: number, target: string, isDatagram = false): NonblockingDescriptor => ({
  fd,
  target,
  sent: 0,
  mayHaveMore: false,
  isOutOfSight: false,
  isEnding: false,
  isDatagram,
  deadline: undefined,
});

function nonblockingSocket(libc: Libc, operation: Connect): NonblockingDescriptor {
  const { fd, target, isDatagram } = openSocket(libc, operation, { nonblocking: true });
  const descriptor = nonblockingDescriptor(fd, target, isDatagram);
  // A stream is watched from when it begins to connect.
  if (isDatagram) descriptor.isOutOfSight = true;
  return descriptor;
}

function nonblockingListener(libc: Libc, operation: Listen): NonblockingListener {
  const { fd, target, port } = openListening(libc, operation, { nonblocking: true });
  return { ...nonblockingDescriptor(fd, target), port, line: [] };
}

/**
 * A connection, PENDING if there is none, or the error. Edge-triggered, more of them may have come with one
 * edge, so that the next accept tries first.
 */
function acceptOnce(
  libc: Libc,
  listening: NonblockingListener,
  { triesFirst, reportsEdges }: Waiting,
): NonblockingDescriptor | typeof PENDING | Error {
  if (listening.fd < 0) return notListening(listening.target);
  while (listening.mayHaveMore || triesFirst) {
    const fd = acceptOn(libc, listening.fd, { nonblocking: true });
    if (fd >= 0) {
      listening.mayHaveMore = reportsEdges;
      const accepted = nonblockingDescriptor(fd, acceptedBy(listening.target));
      // Nobody watches it yet, and data may have come with it.
      accepted.isOutOfSight = true;
      return accepted;
    }
    if (isInterrupted(libc)) continue;
    if (libc.errno() !== EAGAIN) return lastError(libc, 'accept', listening.target);
    listening.mayHaveMore = false;
    break;
  }
  return PENDING;
}

/** If it was the first in line, the next one waits for the listener in its place. */
function leaveLine(listener: Listener, waiter: Waiter, waiting: Waiting): void {
  const { line } = listener as unknown as NonblockingListener;
  const place = line.indexOf(waiter);
  if (place >= 0) line.splice(place, 1);
  if (place === 0 && line[0]) waiting.wake(line[0]);
}

const MSG_PEEK = 0x2;
const peeked = new Uint8Array(1);

/** Checks whether an idle connection is still idle (recv(2), MSG_PEEK); data stays in the socket. */
export function peek({ fd }: NonblockingDescriptor): boolean {
  const libc = requireLibc();
  return libc.recv(fd, libc.addressOf(peeked), 1, MSG_PEEK) >= 0;
}

const stateOf = (connection: Connection): NonblockingDescriptor =>
  descriptorOf(connection) as NonblockingDescriptor;

const isSocket = (handle: unknown): boolean =>
  (handle as Partial<NonblockingDescriptor>).mayHaveMore !== undefined;

/**
 * connect(2) again on the same socket returns its state: EALREADY while under way, EISCONN once done, or the
 * error.
 */
function connectOnce(
  libc: Libc,
  { fd, target }: Descriptor,
  { host, port }: Connect,
): 'connected' | 'under way' | Error {
  const { address } = socketAddress(host, port);
  if (libc.connect(fd, address, address.length) === 0) return 'connected';
  const errno = libc.errno();
  if (errno === EISCONN) return 'connected';
  if (errno === EINPROGRESS || errno === EALREADY || errno === EINTR) return 'under way';
  return lastError(libc, 'connect', target);
}
