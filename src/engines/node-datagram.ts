/** A connected `node:dgram` socket: Node's loop receives datagrams as they arrive, and they are taken on request. */
import dgram from 'node:dgram';
import type { Send } from '../operations.ts';
import { type Connect, type Connection, OperationError, type Peeked, type Receive } from '../operations.ts';
import { operationError } from './descriptor.ts';
import { PENDING } from './engine.ts';
import type { Done, NodeConnection } from './node-connection.ts';
import { NodeWait } from './node-wait.ts';
import { socketAddress } from './stream-socket.ts';

/** Node cannot leave datagrams with the kernel, which has room for about as many; the others are lost. */
const MOST_ARRIVED = 256;

export class NodeDatagram implements NodeConnection {
  private readonly socket: dgram.Socket;
  private readonly target: string;
  private readonly wait: NodeWait;
  private readonly arrived: Uint8Array[] = [];
  /** What the system has reported since the last receive, which is the next one's failure. */
  private failure: Error | undefined;

  /** @throws OperationError EINVAL if the host is no numeric address. */
  static connect({ host, port, from }: Connect, done: Done<Connection>): void {
    // It would look up a name, which other engines do not.
    socketAddress(host, port);
    const target = `${host}:${port}`;
    const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const refused = (error: unknown) => socket.close(() => done(operationError('connect', target, error)));
    // Where no port can be bound, that is its only report.
    socket.once('error', refused);
    const connect = () =>
      socket.connect(port, host, (error?: unknown) => {
        socket.off('error', refused);
        if (error) refused(error);
        else done(null, new NodeDatagram(socket, target) as unknown as Connection);
      });
    if (from === undefined) return void connect();
    socketAddress(from, 0);
    socket.bind(0, from, connect);
  }

  private constructor(socket: dgram.Socket, target: string) {
    this.socket = socket;
    this.target = target;
    this.wait = new NodeWait(target);
    socket.on('message', (bytes) => {
      if (this.arrived.length < MOST_ARRIVED) this.arrived.push(bytes);
      this.wait.end();
    });
    socket.on('error', (error) => {
      this.failure = error;
      this.wait.end();
    });
  }

  send({ buffer, offset, length }: Send, done: Done<number>): void {
    this.socket.send(buffer, offset, length, (error) =>
      error ? done(operationError('send', this.target, error)) : done(null, length),
    );
  }

  /** Node tries at once, and reports the outcome later all the same. */
  sendInPlace(operation: Send, done: Done<number>): typeof PENDING {
    this.send(operation, done);
    return PENDING;
  }

  /** One datagram; what does not fit is lost. */
  receive({ buffer, offset, length, withinNs }: Receive, wake: () => void): number | typeof PENDING {
    const bytes = this.arrived.shift();
    if (bytes) {
      const taken = Math.min(length, bytes.length);
      buffer.set(taken === bytes.length ? bytes : bytes.subarray(0, taken), offset);
      return taken;
    }
    if (this.failure) {
      const failure = operationError('receive', this.target, this.failure);
      this.failure = undefined;
      throw failure;
    }
    return this.wait.begin(withinNs, wake);
  }

  peek(): Peeked {
    if (this.arrived.length > 0) return 'bytes';
    return this.failure ? 'end' : 'nothing';
  }

  remote(): string {
    return this.socket.remoteAddress().address;
  }

  shutdown(done: Done<void>): void {
    done(new OperationError('shutdown', 'EOPNOTSUPP', this.target));
  }

  close(done: Done<void>): void {
    this.socket.close(() => done(null));
  }
}
