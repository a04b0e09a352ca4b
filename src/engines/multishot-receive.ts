/**
 * Receiving by one entry per connection, which completes with whatever has come, in buffers that all
 * connections share (io_uring_prep_recv_multishot(3), Linux 6.0).
 */
import os from 'node:os';
import type { Peeked, Receive } from '../operations.ts';
import type { BufferRing } from './buffer-ring.ts';
import { type Descriptor, descriptorOf } from './descriptor.ts';
import { type Complete, PENDING, type Waiter } from './engine.ts';
import { Inbox, receiveError } from './inbox.ts';
import { hasMore, type Shots } from './shots.ts';

const RECV = 27;
/** IOSQE_BUFFER_SELECT, a flag of the entry; IORING_RECV_MULTISHOT, a flag in `ioprio`. */
const RECV_MULTISHOT = (1 << 13) | (1 << 17);
const CQE_F_BUFFER = 1 << 0;
const BUFFER_SHIFT = 16;
const { ENOBUFS, ECANCELED, EINTR } = os.constants.errno;

export interface MultishotReceive {
  /** The bytes that have come, or PENDING. @throws OperationError, if an error comes first. */
  receive(operation: Receive, waiter: Waiter): number | typeof PENDING;
  /** What has come; `undefined` if only the system knows. */
  peek(descriptor: Descriptor): Peeked | undefined;
  /** The waiter is served no more. Returns whether it waited here. */
  leave(operation: Receive, waiter: Waiter): boolean;
  /** The connection is about to be closed: its buffers are given back, and its entry is cancelled. */
  forget(descriptor: Descriptor): void;
}

/** A receive that waits. */
interface Waiting {
  readonly operation: Receive;
  readonly waiter: Waiter;
}

/** A connection. Whoever waits does so while there is nothing in its inbox. */
interface Incoming {
  readonly descriptor: Descriptor;
  readonly inbox: Inbox;
  readonly waiting: Waiting[];
  /** The user data of its entry; `undefined` while it has none. */
  entry: number | undefined;
  /** The entry was cancelled, and has not completed for the last time. */
  isEnding: boolean;
  isClosed: boolean;
}

/** `receiveOnce` submits an entry for one receive alone, for when there are no shared buffers left. */
export function multishotReceive(
  pool: BufferRing,
  shots: Shots,
  complete: Complete,
  receiveOnce: (operation: Receive, waiter: Waiter) => void,
): MultishotReceive {
  const connections = new WeakMap<Descriptor, Incoming>();

  function incomingOf(descriptor: Descriptor): Incoming {
    const known = connections.get(descriptor);
    if (known) return known;
    const state = { entry: undefined, isEnding: false, isClosed: false };
    const incoming: Incoming = { descriptor, inbox: new Inbox(pool), waiting: [], ...state };
    connections.set(descriptor, incoming);
    return incoming;
  }
  function arm(incoming: Incoming, operation: Receive): void {
    const { descriptor } = incoming;
    const entry = { operation, opcode: RECV, descriptor, modifiers: RECV_MULTISHOT, flags: 0 };
    incoming.entry = shots.arm({ ...entry, group: pool.group }, (result, flags) => {
      if (!hasMore(flags)) {
        incoming.entry = undefined;
        incoming.isEnding = false;
      }
      arrived(incoming, result, (flags & CQE_F_BUFFER) !== 0 ? flags >>> BUFFER_SHIFT : -1);
      serve(incoming);
      if (incoming.entry === undefined) ended(incoming, result);
    });
  }
  function disarm(incoming: Incoming): void {
    if (incoming.entry === undefined || incoming.isEnding) return;
    incoming.isEnding = true;
    shots.disarm(incoming.entry);
  }
  function arrived(incoming: Incoming, result: number, buffer: number): void {
    const { inbox, isClosed } = incoming;
    const memory = buffer < 0 ? undefined : pool.take(buffer);
    if (memory && (isClosed || result <= 0)) pool.giveBack(buffer);
    if (isClosed) return;
    if (result <= 0) {
      if (![-ENOBUFS, -ECANCELED, -EINTR].includes(result)) inbox.addEnd(result);
    } else if (memory && !passedOn(incoming, buffer, memory, result)) {
      inbox.addBytes(buffer, memory, result);
      // Left with the kernel, the rest holds the peer back.
      if (inbox.isFull) disarm(incoming);
    }
  }
  /** The usual case: somebody waits for it and takes all of it, so that nothing has to be kept. */
  function passedOn({ waiting }: Incoming, buffer: number, memory: Buffer, bytes: number): boolean {
    const first = waiting[0];
    if (!first || first.operation.length < bytes) return false;
    waiting.shift();
    memory.copy(first.operation.buffer, first.operation.offset, 0, bytes);
    pool.giveBack(buffer);
    complete(first.waiter, null, bytes);
    return true;
  }
  /** Passes on what has come to those who wait. */
  function serve({ inbox, waiting, descriptor }: Incoming): void {
    while (waiting.length > 0 && !inbox.isEmpty) {
      const { operation, waiter } = waiting.shift() as Waiting;
      let bytes: number;
      try {
        bytes = inbox.take(operation, descriptor.target);
      } catch (error) {
        complete(waiter, error as Error);
        continue;
      }
      complete(waiter, null, bytes);
    }
  }
  /** The entry has completed for the last time: somebody who still waits needs another. */
  function ended(incoming: Incoming, result: number): void {
    const { waiting, isClosed, descriptor } = incoming;
    const first = waiting[0];
    if (!first) return;
    if (!isClosed && result !== -ENOBUFS) return arm(incoming, first.operation);
    for (const { operation, waiter } of waiting.splice(0)) {
      if (isClosed) complete(waiter, receiveError(-ECANCELED, descriptor.target));
      else receiveOnce(operation, waiter);
    }
  }

  return {
    receive(operation, waiter) {
      const incoming = incomingOf(descriptorOf(operation.connection));
      if (!incoming.inbox.isEmpty) return incoming.inbox.take(operation, incoming.descriptor.target);
      incoming.waiting.push({ operation, waiter });
      if (incoming.entry === undefined) arm(incoming, operation);
      return PENDING;
    },
    peek(descriptor) {
      const incoming = connections.get(descriptor);
      const isWatched = incoming?.entry !== undefined && !incoming.isEnding;
      return incoming?.inbox.peek() ?? (isWatched ? 'nothing' : undefined);
    },
    leave({ connection }, waiter) {
      const waiting = connections.get(descriptorOf(connection))?.waiting ?? [];
      const place = waiting.findIndex((each) => each.waiter === waiter);
      if (place >= 0) waiting.splice(place, 1);
      return place >= 0;
    },
    forget(descriptor) {
      const incoming = connections.get(descriptor);
      if (!incoming) return;
      connections.delete(descriptor);
      incoming.isClosed = true;
      incoming.inbox.clear();
      disarm(incoming);
    },
  };
}
