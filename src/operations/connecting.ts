/** Operations by which connections come to be. */
import type { Engine, Waiter } from '../operations.ts';
import { counters } from './counters.ts';
import type { Connection } from './sockets.ts';
import { Step } from './step.ts';

/** A listening stream socket, opaque to all but the engine that made it. */
export interface Listener {
  readonly handle: 'listener';
  /** The port that it is bound to: the system's choice, if 0 was requested. */
  readonly port: number;
}

/** How a server listens. */
export interface ListenOptions {
  /** The most connections that wait to be accepted (listen(2)); the system may allow fewer. */
  readonly backlog?: number;
  /**
   * Other sockets may listen on the same port, in this process or another of the same user; the kernel
   * divides the connections among them (socket(7), SO_REUSEPORT; Linux).
   */
  readonly reusePort?: boolean;
}

/**
 * What carries a connection: a stream of bytes (`tcp`), or datagrams (`udp`), of which each arrives whole or
 * not at all, and not always in order.
 */
export type Transport = 'tcp' | 'udp';

/** How a client connects. */
export interface ConnectOptions {
  readonly transport?: Transport;
  /** The numeric address of this machine that it connects from; the system's choice if left out (bind(2)). */
  readonly from?: string | undefined;
}

export class Connect extends Step<Connection> {
  declare readonly kind: 'connect';
  declare readonly host: string;
  declare readonly port: number;
  declare readonly transport: Transport;
  declare readonly from: string | undefined;
  constructor(host: string, port: number, transport: Transport, from: string | undefined) {
    super();
    this.kind = 'connect';
    this.host = host;
    this.port = port;
    this.transport = transport;
    this.from = from;
  }
  override next(value?: Connection): IteratorResult<this, Connection> {
    // Nobody accepts a datagram socket.
    if (!this.done && this.transport === 'tcp') counters.connections++;
    return super.next(value);
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.connect(this, waiter);
  }
}

/**
 * Connects a TCP stream, without Nagle's delay. `host` is a numeric IPv4 or IPv6 address: names are looked up
 * in `prepare`. With `transport: 'udp'`, it makes a datagram socket that exchanges datagrams with that address
 * only (connect(2), udp(7)): nothing is sent, so that whether anybody is there shows when one is received.
 * @throws RangeError for another transport, under every model alike; OperationError EADDRNOTAVAIL, for `from`
 * an address that this machine does not have.
 */
export function connect(
  host: string,
  port: number,
  { transport = 'tcp', from }: ConnectOptions = {},
): Connect {
  if (transport !== 'tcp' && transport !== 'udp')
    throw new RangeError(`connect by ${String(transport)}: a transport is tcp or udp`);
  return new Connect(host, port, transport, from);
}

export class Listen extends Step<Listener> {
  declare readonly kind: 'listen';
  declare readonly host: string;
  declare readonly port: number;
  declare readonly backlog: number;
  declare readonly reusePort: boolean;
  constructor(host: string, port: number, backlog: number, reusePort: boolean) {
    super();
    this.kind = 'listen';
    this.host = host;
    this.port = port;
    this.backlog = backlog;
    this.reusePort = reusePort;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.listen(this, waiter);
  }
}

const LARGEST_PORT = 65_535;
const USUAL_BACKLOG = 1024;

/**
 * Listens for TCP connections (bind(2), listen(2)), on a port that a server may just have left (socket(7),
 * SO_REUSEADDR). `host` is a numeric IPv4 or IPv6 address of this machine; with port 0 the system chooses one,
 * which is the result's `port`.
 * @throws RangeError if the port or the backlog is not a whole number in its range, under every model alike.
 * @throws OperationError EADDRINUSE, EADDRNOTAVAIL, EACCES (a privileged port), EINVAL (no numeric address).
 * @throws UnsupportedError for `reusePort` on systems without it, and if the C library cannot be called.
 */
export function listen(host: string, port: number, options: ListenOptions = {}): Listen {
  const { backlog = USUAL_BACKLOG, reusePort = false } = options;
  if (!(Number.isInteger(port) && port >= 0 && port <= LARGEST_PORT))
    throw new RangeError(`listen on ${port}: a port is a whole number from 0 to ${LARGEST_PORT}`);
  if (!(Number.isInteger(backlog) && backlog >= 1 && backlog < 2 ** 31))
    throw new RangeError(`listen with a backlog of ${backlog}: it is a whole number from 1 to 2^31 - 1`);
  return new Listen(host, port, backlog, reusePort);
}

export class Accept extends Step<Connection> {
  declare readonly kind: 'accept';
  declare readonly listener: Listener;
  constructor(listener: Listener) {
    super();
    this.kind = 'accept';
    this.listener = listener;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.accept(this, waiter);
  }
}

/**
 * Waits for the next connection to a listener; the result is the connection, without Nagle's delay, and closed
 * on exec (accept(2)). Several may wait at once, and are served in their order (in several threads: in the
 * kernel's).
 * @throws OperationError EINVAL if the listener is shut down or closed, before or meanwhile. After EMFILE,
 * ENFILE or ECONNABORTED it can be accepted on again.
 */
export const accept = (listener: Listener): Accept => new Accept(listener);
