/**
 * A `node:net` server that is asked for one connection at a time. Node's loop accepts connections as soon as
 * they come; those that nobody has asked for stand in line, and nothing is read from them.
 */
import net from 'node:net';
import {
  type Connection,
  type Listen,
  type Listener,
  type Operation,
  UnsupportedError,
} from '../operations.ts';
import { operationError } from './descriptor.ts';
import type { Waiter } from './engine.ts';
import { loadLibc } from './libc.ts';
import { acceptedBy, notListening, openListening } from './listening-socket.ts';
import type { Done, NodeConnection } from './node-connection.ts';
import { NodeDatagram } from './node-datagram.ts';
import { NodeSocket } from './node-socket.ts';
import { socketAddress } from './stream-socket.ts';

export class NodeListener {
  port: number;
  private target: string;
  private readonly server: net.Server;
  /** Connections, and errors of accept(2), that came before anybody asked. */
  private readonly arrived: (net.Socket | Error)[] = [];
  private readonly line: { readonly waiter: Waiter; readonly done: Done<Connection> }[] = [];
  private isOver = false;

  static listen(operation: Listen, done: Done<Listener>): void {
    const listener = new NodeListener(operation, (error) => done(error, listener as unknown as Listener));
  }

  static of(listener: Listener): NodeListener {
    return listener as unknown as NodeListener;
  }

  private constructor(operation: Listen, listening: Done<void>) {
    const { host, port, backlog, reusePort } = operation;
    this.port = port;
    this.target = `${host}:${port}`;
    // It would look up a name, which other engines do not.
    socketAddress(host, port, 'listen');
    // Half-open like the system's own sockets: a peer that has ended its half can still be sent to.
    this.server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    const refused = (error: Error) => listening(operationError('listen', this.target, error));
    this.server.once('error', refused);
    this.server.listen(reusePort ? { fd: shared(operation), backlog } : { host, port, backlog }, () => {
      this.port = (this.server.address() as net.AddressInfo).port;
      this.target = `${host}:${this.port}`;
      this.server.off('error', refused);
      this.server.on('error', (error) => this.arrive(operationError('accept', this.target, error)));
      this.server.on('connection', (socket) => this.arrive(socket));
      listening(null);
    });
  }

  /**
   * Never in the same tick: a server that accepts one connection after another would recurse once for each.
   */
  accept(waiter: Waiter, done: Done<Connection>): void {
    this.line.push({ waiter, done });
    if (this.isOver || this.arrived.length > 0) setImmediate(() => this.serve());
  }

  /** Does not wait any more: the next connection is somebody else's. */
  leave(leaving: Waiter): void {
    const place = this.line.findIndex(({ waiter }) => waiter === leaving);
    if (place >= 0) this.line.splice(place, 1);
  }

  /** Nobody can connect any more. Connections in line are reset, as the kernel does with those in its own. */
  close(done: Done<void>): void {
    if (!this.isOver) {
      this.isOver = true;
      // The descriptor is closed at once; that all connections are closed is not waited for.
      this.server.close();
      for (const arrival of this.arrived.splice(0))
        if (arrival instanceof net.Socket) arrival.resetAndDestroy();
    }
    setImmediate(() => {
      while (this.line.length > 0) this.serve();
      done(null);
    });
  }

  private arrive(arrival: net.Socket | Error): void {
    this.arrived.push(arrival);
    this.serve();
  }

  /** Gives the first in line what came first. */
  private serve(): void {
    const arrival = this.arrived[0] ?? (this.isOver ? notListening(this.target) : undefined);
    if (arrival === undefined) return;
    const first = this.line.shift();
    if (!first) return;
    const { done } = first;
    this.arrived.shift();
    if (arrival instanceof net.Socket) done(null, NodeSocket.accepted(arrival, acceptedBy(this.target)));
    else done(arrival);
  }
}

/** Node 20 cannot set SO_REUSEPORT: the socket is made by the system's own calls, and Node takes it over. */
function shared(operation: Listen): number {
  const libc = loadLibc();
  if ('reason' in libc) throw new UnsupportedError(`SO_REUSEPORT needs setsockopt(2), and ${libc.reason}`);
  return openListening(libc, operation, { nonblocking: true }).fd;
}

/** An operation that was given up: an accept would take a connection from the next one. */
export function cancelNode(operation: Operation, waiter: Waiter): void {
  if (operation.kind === 'accept') NodeListener.of(operation.listener).leave(waiter);
}

/** Whether it is a socket of Node's, and not a file. */
export const isNodes = (target: unknown): target is NodeConnection | NodeListener =>
  target instanceof NodeSocket || target instanceof NodeListener || target instanceof NodeDatagram;

/** Ends the sending half of a connection, or stops a listener. */
export function shutDownNode(target: unknown, done: Done<void>): void {
  if (target instanceof NodeListener) target.close(done);
  else (target as NodeConnection).shutdown(done);
}
