/**
 * The nonblocking engine: descriptors with O_NONBLOCK. A call that would have to wait says EAGAIN instead; the engine then
 * hands the descriptor to whoever decides when to ask again (a reactor, a signal, the next round).
 */
import os from 'node:os';
import type { Connect, Connection } from '../operations.ts';
import { compute } from './compute.ts';
import { type Descriptor, descriptorOf } from './descriptor.ts';
import { type Engine, PENDING, type Waiter } from './engine.ts';
import { isInterrupted, type Libc, lastError, requireLibc } from './libc.ts';
import { openSocket, peekAt, SEND_FLAGS, socketAddress } from './stream-socket.ts';
import { systemFiles } from './system-files.ts';
import type { Timers } from './timers.ts';

export type Interest = 'readable' | 'writable';

/** A descriptor with what its next call has to know. */
export interface NonblockingDescriptor extends Descriptor {
  /** Bytes of the send under way that the kernel has taken. */
  sent: number;
  /** The kernel may have more for us: it said so, and has not said EAGAIN (or given less than asked) since. */
  mayHaveMore: boolean;
  /** There may be something that nobody reports: a receive has filled its buffer, or the poller looks no more. Until it is waited for again. */
  isOutOfSight: boolean;
  /** The peer will send no more, and it has been told: the end comes after what is still there, and no edge will tell of it again. */
  isEnding: boolean;
}

/** Where a waiter goes whose call would have to wait. */
export interface Waiting {
  until(interest: Interest, descriptor: NonblockingDescriptor, waiter: Waiter): void;
  /** Nobody waits for this descriptor, but it is to be looked at like the others. */
  watch(descriptor: NonblockingDescriptor): void;
  /** The descriptor is about to be closed. */
  forget(descriptor: NonblockingDescriptor): void;
  /** Whether a receive is tried before anybody has said that there is something: pollers try, reactors are told. */
  readonly triesFirst: boolean;
  /** Readiness is told only once, when it begins (an edge), so that all there is has to be taken. */
  readonly tellsOnce: boolean;
}

const { EAGAIN, EINPROGRESS, EALREADY, EISCONN, EINTR } = os.constants.errno;

export function nonblocking(waiting: Waiting, timers: Pick<Timers, 'add'>): Engine {
  const libc = requireLibc();
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

    send({ connection, buffer, offset, length }, waiter) {
      const descriptor = stateOf(connection);
      const address = libc.addressOf(buffer) + offset;
      while (descriptor.sent < length) {
        const bytes = libc.send(descriptor.fd, address + descriptor.sent, length - descriptor.sent, SEND_FLAGS);
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

    receive({ connection, buffer, offset, length }, waiter) {
      const descriptor = stateOf(connection);
      while (descriptor.mayHaveMore || waiting.triesFirst) {
        const bytes = libc.recv(descriptor.fd, libc.addressOf(buffer) + offset, length, 0);
        if (bytes >= 0) {
          // A short receive has emptied the socket (epoll(7), Q9), but for the end of the stream. A full one may not have; who is
          // told of a level is told again.
          if (bytes === length) descriptor.isOutOfSight = true;
          descriptor.mayHaveMore = waiting.tellsOnce && (bytes === length || descriptor.isEnding);
          return bytes;
        }
        if (isInterrupted(libc)) continue;
        if (!wouldWait()) throw lastError(libc, 'receive', descriptor.target);
        descriptor.mayHaveMore = false;
        break;
      }
      waiting.until('readable', descriptor, waiter);
      return PENDING;
    },

    peek({ connection }) {
      const descriptor = stateOf(connection);
      // Between two waits of a poller nothing can be known that it has not reported.
      if (!descriptor.mayHaveMore && !descriptor.isOutOfSight && !waiting.triesFirst) return 'nothing';
      const found = peekAt(libc, descriptor.fd);
      if (found === 'nothing') descriptor.mayHaveMore = false;
      return found;
    },

    close(operation) {
      if (isSocket(operation.target)) waiting.forget(stateOf(operation.target as Connection));
      systemFiles.close(operation);
    },

    watch({ connection }) {
      waiting.watch(stateOf(connection));
    },

    sleep({ durationNs }, waiter) {
      timers.add(durationNs, waiter);
      return PENDING;
    },
    compute,
  };
}

/** Written out, because V8 gives what is spread from another object a shape of its own each time: 32 connections, 32 shapes. */
function nonblockingSocket(libc: Libc, operation: Connect): NonblockingDescriptor {
  const { fd, target } = openSocket(libc, operation, { nonblocking: true });
  return { fd, target, sent: 0, mayHaveMore: false, isOutOfSight: false, isEnding: false };
}

const MSG_PEEK = 0x2;
const peeked = new Uint8Array(1);

/** Asks whether a silent connection still is (recv(2), MSG_PEEK); what there is stays there. */
export function peek({ fd }: NonblockingDescriptor): boolean {
  const libc = requireLibc();
  return libc.recv(fd, libc.addressOf(peeked), 1, MSG_PEEK) >= 0;
}

const stateOf = (connection: Connection): NonblockingDescriptor => descriptorOf(connection) as NonblockingDescriptor;

const isSocket = (handle: unknown): boolean => (handle as Partial<NonblockingDescriptor>).mayHaveMore !== undefined;

/** connect(2) again on the same socket tells how it stands: EALREADY while under way, EISCONN once done, or why not. */
function connectOnce(libc: Libc, { fd, target }: Descriptor, { host, port }: Connect): 'connected' | 'under way' | Error {
  const { address } = socketAddress(host, port);
  if (libc.connect(fd, address, address.length) === 0) return 'connected';
  const errno = libc.errno();
  if (errno === EISCONN) return 'connected';
  if (errno === EINPROGRESS || errno === EALREADY || errno === EINTR) return 'under way';
  return lastError(libc, 'connect', target);
}
