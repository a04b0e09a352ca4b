/**
 * A `node:net` server that is asked for one connection at a time. Node's loop accepts connections as soon as
 * they come; those that nobody has asked for stand in line, and nothing is read from them.
 */
import net from 'node:net';
import { type Connection, type Listen, type Listener, UnsupportedError } from '../operations.ts';
import { operationError } from './descriptor.ts';
import { loadLibc } from './libc.ts';
import { acceptedBy, notListening, openListening } from './listening-socket.ts';
import { type Done, NodeSocket } from './node-socket.ts';
import { socketAddress } from './stream-socket.ts';

export class NodeListener {
  port: number;
  private target: string;
  private readonly server: net.Server;
  /** Connections, and errors of accept(2), that came before anybody asked. */
  private readonly arrived: (net.Socket | Error)[] = [];
  private readonly line: Done<Connection>[] = [];
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

  /** Never in the same tick: whoever accepts one connection after another would recurse once for each. */
  accept(done: Done<Connection>): void {
    this.line.push(done);
    if (this.isOver || this.arrived.length > 0) setImmediate(() => this.serve());
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
    const done = this.line.shift();
    if (!done) return;
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

/** Whether it is a socket of Node's, and not a file. */
export const isNodes = (target: unknown): target is NodeSocket | NodeListener =>
  target instanceof NodeSocket || target instanceof NodeListener;

/** Ends the sending half of a connection, or stops a listener. */
export function shutDownNode(target: unknown, done: Done<void>): void {
  if (target instanceof NodeListener) target.close(done);
  else (target as NodeSocket).shutdown(done);
}
