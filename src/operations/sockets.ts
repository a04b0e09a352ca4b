/** Operations on connections that exist: bytes both ways. */
import type { Engine, Waiter } from '../operations.ts';
import type { Listener } from './connecting.ts';
import { Inward, Outward, Step } from './step.ts';
import { requireDuration } from './time.ts';

/**
 * A connected socket, of a stream or of datagrams, opaque to all but the engine that connected or accepted
 * it.
 */
export interface Connection {
  readonly handle: 'connection';
}

/**
 * What has arrived on a connection and was not received: nothing; bytes; or its end (the peer has closed or
 * reset it).
 */
export type Peeked = 'nothing' | 'bytes' | 'end';

export class Send extends Outward {
  declare readonly kind: 'send';
  declare readonly connection: Connection;
  declare readonly buffer: Uint8Array;
  declare readonly offset: number;
  declare readonly length: number;
  constructor(connection: Connection, buffer: Uint8Array, offset: number, length: number) {
    super();
    this.kind = 'send';
    this.connection = connection;
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.send(this, waiter);
  }
}

/**
 * Sends the whole of `length` bytes, at least one; the result is `length`. It ends when the system has taken
 * them all. Over UDP they are one datagram: `EMSGSIZE` if that is too long.
 */
export const send = (
  connection: Connection,
  buffer: Uint8Array,
  offset = 0,
  length: number = buffer.length - offset,
): Send => new Send(connection, buffer, offset, length);

export class Receive extends Inward {
  declare readonly kind: 'receive';
  declare readonly connection: Connection;
  declare readonly buffer: Uint8Array;
  declare readonly offset: number;
  declare readonly length: number;
  /** How long it waits at most; Infinity if it has no deadline. */
  declare readonly withinNs: number;
  constructor(connection: Connection, buffer: Uint8Array, offset: number, length: number, withinNs: number) {
    super();
    this.kind = 'receive';
    this.connection = connection;
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
    this.withinNs = withinNs;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.receive(this, waiter);
  }
}

/**
 * Receives at least one byte and at most `length`; the result is the number of bytes, 0 when the peer has
 * closed. Over UDP it receives one datagram, and what does not fit into `length` is lost; `ECONNREFUSED` if
 * nobody listens at the other address (icmp(7)), which `send` may report as well.
 */
export const receive = (
  connection: Connection,
  buffer: Uint8Array,
  offset = 0,
  length: number = buffer.length - offset,
): Receive => new Receive(connection, buffer, offset, length, Number.POSITIVE_INFINITY);

/**
 * Receives, and waits at most that long: then it fails with `ETIMEDOUT`, and the connection can be received
 * from again. A datagram may be lost: a wait for one without a deadline may have no end.
 * @throws RangeError if the duration is none that `sleep` takes, under every model alike.
 */
export function receiveWithin(
  durationNs: number,
  connection: Connection,
  buffer: Uint8Array,
  offset = 0,
  length: number = buffer.length - offset,
): Receive {
  requireDuration('receiveWithin', durationNs);
  return new Receive(connection, buffer, offset, length, durationNs);
}

export class Peek extends Step<Peeked> {
  declare readonly kind: 'peek';
  declare readonly connection: Connection;
  constructor(connection: Connection) {
    super();
    this.kind = 'peek';
    this.connection = connection;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.peek(this, waiter);
  }
}

/**
 * Checks what has arrived on a connection, without waiting and without taking it: bytes before a request is
 * sent cannot be its answer. A model that waits for many connections at once knows what the last wait
 * reported, and does not ask the system again.
 */
export const peek = (connection: Connection): Peek => new Peek(connection);

export class Remote extends Step<string> {
  declare readonly kind: 'remote';
  declare readonly connection: Connection;
  constructor(connection: Connection) {
    super();
    this.kind = 'remote';
    this.connection = connection;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.remote(this, waiter);
  }
}

/**
 * The numeric address of the other end of a connection, without its port (getpeername(2)); returns at once.
 * @throws OperationError ENOTCONN if the connection is over.
 */
export const remote = (connection: Connection): Remote => new Remote(connection);

export class Watch extends Step<void> {
  declare readonly kind: 'watch';
  declare readonly connection: Connection;
  constructor(connection: Connection) {
    super();
    this.kind = 'watch';
    this.connection = connection;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.watch(this, waiter);
  }
}

/**
 * Watches an open, idle connection beside the requests, and returns at once. For `*background`, to measure a
 * model with idle connections: their cost is the work that the model does to be notified of them.
 * @throws UnsupportedError under a blocking model, which waits for one connection.
 */
export const watch = (connection: Connection): Watch => new Watch(connection);

export class Shutdown extends Step<void> {
  declare readonly kind: 'shutdown';
  declare readonly target: Connection | Listener;
  constructor(target: Connection | Listener) {
    super();
    this.kind = 'shutdown';
    this.target = target;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.shutdown(this, waiter);
  }
}

/**
 * Ends the sending half of a connection: the peer receives what was sent, and then 0, and can still be
 * received from (shutdown(2), SHUT_WR). A listener stops listening: a waiter in `accept`, in this thread
 * or another, gets an error (EINVAL). Both still have to be closed.
 */
export const shutdown = (target: Connection | Listener): Shutdown => new Shutdown(target);
