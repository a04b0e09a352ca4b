/**
 * The io_uring engine: every operation is an entry in one ring; the kernel performs it, and puts the result
 * into another.
 */
import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import {
  type Connection,
  type Operation,
  OperationError,
  type Receive,
  type Send,
  UnsupportedError,
} from '../operations.ts';
import type { BufferRing } from './buffer-ring.ts';
import { compute } from './compute.ts';
import { asFile, type Descriptor, descriptorOf, openFlags } from './descriptor.ts';
import { type Complete, type Engine, PENDING, type Waiter } from './engine.ts';
import { requireLibc } from './libc.ts';
import {
  acceptedBy,
  asListener,
  isListening,
  listeningOf,
  notListening,
  openListening,
  stopListening,
} from './listening-socket.ts';
import { multishotAccept } from './multishot-accept.ts';
import { type MultishotReceive, multishotReceive } from './multishot-receive.ts';
import { createRegistry } from './registry.ts';
import type { Ring } from './ring.ts';
import { hasMore } from './shots.ts';
import { openSocket, peekAt, remoteOf, SEND_FLAGS, SOCK_CLOEXEC, socketAddress } from './stream-socket.ts';
import { timedOut } from './timers.ts';
import { uncache } from './uncache.ts';
import { createSubmissions, NO_FILE } from './uring-submissions.ts';

const FSYNC = 3;
const READ_FIXED = 4;
const WRITE_FIXED = 5;
const POLL_ADD = 6;
const POLL_REMOVE = 7;
const TIMEOUT = 11;
const ACCEPT = 13;
const LINK_TIMEOUT = 15;
const CONNECT = 16;
const OPENAT = 18;
const CLOSE = 19;
const READ = 22;
const WRITE = 23;
const SEND = 26;
const RECV = 27;
const SHUTDOWN = 34;
/** IOSQE_IO_LINK: the next entry belongs to this one. */
const LINKED = 1 << 10;
const AT_FDCWD: Descriptor = { fd: -100, target: '.' };
const MSG_WAITALL = 0x100;
const SHUT_WR = 1;
const POLLIN = 0x1;
/** The flag of a receive after which there may be more data. */
const NEVER = -1;
const { ECANCELED, ETIME, EINTR } = os.constants.errno;

export interface IoUring extends Engine {
  /** Continues all completed operations; `then` is called after each. */
  completeAll(then: () => void): void;
}

export interface IoUringOptions {
  /** Buffers of transfers with files are registered. */
  readonly buffers: boolean;
  /** Files and sockets are registered. */
  readonly files: boolean;
  /** One accept per listener, and not per connection. */
  readonly multishotAccept?: boolean;
  /** One receive per connection, and not per message, into these buffers. */
  readonly multishotReceive?: BufferRing | undefined;
}

export function ioUring(ring: Ring, complete: Complete, options: IoUringOptions): IoUring {
  const libc = requireLibc();
  const registry = createRegistry(libc, ring, options);
  const { entries } = ring;
  const submissions = createSubmissions(libc, ring, registry);
  const { waiters, operations, descriptors, repeating, shots } = submissions;
  const { submit, slotOf, keep, setTime, cancel, release } = submissions;
  /** Bytes that the kernel has taken of an unfinished send. */
  const sent = new Map<Send, number>();
  /** Waiters whose operation was cancelled: that may look like an interruption. */
  const givenUp = new WeakSet<Waiter>();
  const watches = new Map<Descriptor, number>();
  /** How many times completions were collected. */
  let round = 0;
  /** An entry for one receive alone. With a deadline, one that cancels it follows. */
  function receiveOnce(operation: Receive, waiter: Waiter): void {
    const { connection, buffer, offset, length, withinNs } = operation;
    const address = libc.addressOf(buffer) + offset;
    const descriptor = descriptorOf(connection);
    const hasDeadline = withinNs !== Number.POSITIVE_INFINITY;
    if (hasDeadline) ring.keepTogether(2);
    const entry = submit(waiter, operation, RECV, descriptor, address, length, 0, 0);
    if (!hasDeadline) return;
    entries[entry * 16] = (entries[entry * 16] as number) | LINKED;
    setTime(submit(undefined, operation, LINK_TIMEOUT, NO_FILE, 0, 1, 0, 0), withinNs);
  }
  /** What comes over a stream is shared out by one entry, which no deadline of one receive may cancel. */
  function receiveShared(shared: MultishotReceive, operation: Receive, waiter: Waiter): unknown {
    if (operation.withinNs === Number.POSITIVE_INFINITY) return shared.receive(operation, waiter);
    throw new UnsupportedError(
      'with multishotReceive=true, receives of a stream have no deadlines of their own',
    );
  }
  const accepting = options.multishotAccept ? multishotAccept(libc, shots, complete) : undefined;
  const receiving =
    options.multishotReceive && multishotReceive(options.multishotReceive, shots, complete, receiveOnce);

  /** The operation's value, from the kernel's result. */
  function valueFrom(operation: Operation, descriptor: Descriptor, result: number): unknown {
    if (operation.kind === 'open') return asFile({ fd: result, target: operation.path });
    if (operation.kind === 'connect') return descriptor as unknown as Connection;
    if (operation.kind === 'accept')
      return { fd: result, target: acceptedBy(descriptor.target), isSocket: true };
    return operation.kind === 'send' ? operation.length : result;
  }
  /**
   * A send of which the kernel has taken a part, or a transfer that a signal interrupted, is submitted again.
   */
  function goesOn(operation: Operation, result: number, waiter: Waiter): boolean {
    if (operation.kind === 'send') {
      const done = (sent.get(operation) ?? 0) + Math.max(0, result);
      sent.delete(operation);
      const isShort = result > 0 && done < operation.length;
      if ((!isShort && result !== -EINTR) || givenUp.has(waiter)) return false;
      sent.set(operation, done);
      engine.send(operation, waiter);
      return true;
    }
    if (result !== -EINTR || givenUp.has(waiter)) return false;
    if (operation.kind === 'receive') receiveOnce(operation, waiter);
    else if (operation.kind === 'read') engine.read(operation, waiter);
    else if (operation.kind === 'write') engine.write(operation, waiter);
    else if (operation.kind === 'accept') engine.accept(operation, waiter);
    else return false;
    return true;
  }
  /** Closes the socket of a connection that failed. */
  function abandon(descriptor: Descriptor): void {
    registry.forget(descriptor);
    libc.close(descriptor.fd);
  }
  /** A watch is over: the peer has sent data, or the connection is being closed. */
  function ended(operation: Operation, descriptor: Descriptor, slot: number): void {
    if (operation.kind === 'watch' && watches.get(descriptor) === slot) watches.delete(descriptor);
  }

  const engine: IoUring = {
    open(operation, waiter) {
      const path = Buffer.from(`${operation.path}\0`);
      keep(
        submit(waiter, operation, OPENAT, AT_FDCWD, libc.addressOf(path), 0, 0, openFlags(operation.options)),
        path,
      );
      return PENDING;
    },
    close(operation, waiter) {
      const descriptor = descriptorOf(operation.target);
      const { fd, target, registered: place } = descriptor;
      const watch = watches.get(descriptor);
      receiving?.forget(descriptor);
      // A poll that is under way keeps the connection open, whether its descriptor is closed or not.
      if (watch !== undefined) submit(undefined, operation, POLL_REMOVE, NO_FILE, watch, 0, 0, 0);
      if (place !== undefined) registry.forget({ fd, target, registered: place });
      if (isListening(descriptor)) {
        // Accepts that are under way keep it open, too: this ends them.
        accepting?.stop(descriptor);
        stopListening(libc, descriptor);
        descriptor.fd = -1;
      }
      submit(waiter, operation, CLOSE, { fd, target, registered: -1 }, 0, 0, 0, 0);
      return PENDING;
    },
    listen: (operation) => asListener(openListening(libc, operation, { nonblocking: false })),
    accept(operation, waiter) {
      const listening = listeningOf(operation.listener);
      if (listening.fd < 0) throw notListening(listening.target);
      if (accepting) return accepting.accept(operation, waiter);
      submit(waiter, operation, ACCEPT, listening, 0, 0, 0, SOCK_CLOEXEC);
      return PENDING;
    },
    shutdown(operation, waiter) {
      const { target } = operation;
      if (isListening(target)) {
        accepting?.stop(target);
        return stopListening(libc, target);
      }
      submit(waiter, operation, SHUTDOWN, descriptorOf(target), 0, SHUT_WR, 0, 0);
      return PENDING;
    },
    read(operation, waiter) {
      const { file, buffer, offset, length, position } = operation;
      const place = registry.bufferPlace(buffer);
      submit(
        waiter,
        operation,
        place < 0 ? READ : READ_FIXED,
        descriptorOf(file),
        libc.addressOf(buffer) + offset,
        length,
        position,
        0,
        place,
      );
      return PENDING;
    },
    write(operation, waiter) {
      const { file, buffer, offset, length, position } = operation;
      const place = registry.bufferPlace(buffer);
      submit(
        waiter,
        operation,
        place < 0 ? WRITE : WRITE_FIXED,
        descriptorOf(file),
        libc.addressOf(buffer) + offset,
        length,
        position,
        0,
        place,
      );
      return PENDING;
    },
    fsync(operation, waiter) {
      submit(waiter, operation, FSYNC, descriptorOf(operation.file), 0, 0, 0, 0);
      return PENDING;
    },
    connect(operation, waiter) {
      const descriptor = openSocket(libc, operation, { nonblocking: false });
      const { address } = socketAddress(operation.host, operation.port);
      keep(
        submit(waiter, operation, CONNECT, descriptor, libc.addressOf(address), 0, address.length, 0),
        address,
      );
      return PENDING;
    },
    send(operation, waiter) {
      const { connection, buffer, offset, length } = operation;
      const done = sent.get(operation) ?? 0;
      // MSG_WAITALL: the kernel itself continues after a short send, until all is taken.
      submit(
        waiter,
        operation,
        SEND,
        descriptorOf(connection),
        libc.addressOf(buffer) + offset + done,
        length - done,
        0,
        SEND_FLAGS | MSG_WAITALL,
      );
      return PENDING;
    },
    receive(operation, waiter) {
      const isShared = receiving && !descriptorOf(operation.connection).isDatagram;
      if (isShared) return receiveShared(receiving, operation, waiter);
      receiveOnce(operation, waiter);
      return PENDING;
    },
    /** A transfer that is under way would keep its connection open, whether that is closed or not. */
    cancel(operation, waiter) {
      if (accepting && operation.kind === 'accept') return accepting.leave(operation, waiter);
      if (operation.kind === 'receive' && receiving?.leave(operation, waiter)) return;
      const slot = waiters.indexOf(waiter);
      if (slot < 0) return;
      givenUp.add(waiter);
      cancel(operation, slot);
    },
    sleep(operation, waiter) {
      const entry = submit(waiter, operation, TIMEOUT, NO_FILE, 0, 1, 0, 0);
      setTime(entry, operation.durationNs);
      return PENDING;
    },
    watch(operation) {
      const descriptor = descriptorOf(operation.connection);
      const entry = submit(undefined, operation, POLL_ADD, descriptor, 0, 0, 0, POLLIN);
      watches.set(descriptor, slotOf(entry));
    },
    peek({ connection }) {
      const descriptor = descriptorOf(connection);
      const known = receiving?.peek(descriptor);
      if (known) return known;
      // In the round in which it was last received from, the ring has not waited since.
      return descriptor.receivedIn === round ? 'nothing' : peekAt(libc, descriptor.fd);
    },
    remote: ({ connection }) => remoteOf(libc, descriptorOf(connection)),
    uncache(operation) {
      const { fd, target } = descriptorOf(operation.file);
      uncache(fd, target, operation);
    },
    compute,

    completeAll(then) {
      round++;
      ring.complete((slot, result, flags) => {
        const shot = repeating[slot];
        if (shot && hasMore(flags)) {
          shot(result, flags);
          return then();
        }
        const waiter = waiters[slot];
        const operation = operations[slot] as Operation;
        const descriptor = descriptors[slot] as Descriptor;
        release(slot);
        if (shot) {
          shot(result, flags);
          return then();
        }
        if (!waiter) return ended(operation, descriptor, slot);
        if (goesOn(operation, result, waiter)) return;
        if (operation.kind === 'receive')
          descriptor.receivedIn = result < operation.length && !descriptor.isDatagram ? round : NEVER;
        if (result < 0 && operation.kind === 'connect') abandon(descriptor);
        if (result >= 0 || (operation.kind === 'sleep' && result === -ETIME))
          complete(waiter, null, valueFrom(operation, descriptor, result));
        else complete(waiter, errorOf(operation, descriptor, result));
        then();
      });
    },
  };
  return engine;
}

/** Only its deadline cancels a receive that somebody still waits for. */
function errorOf(operation: Operation, descriptor: Descriptor, result: number): OperationError {
  const { kind } = operation;
  const isLate = kind === 'receive' && operation.withinNs !== Number.POSITIVE_INFINITY;
  if (isLate && result === -ECANCELED) return timedOut(descriptor.target);
  return new OperationError(kind, getSystemErrorName(result), targetOf(operation, descriptor));
}

const targetOf = (operation: Operation, { target }: Descriptor): string =>
  operation.kind === 'open' ? operation.path : target;
