/**
 * A `node:net` socket whose steps are requested one at a time: Node's loop receives data as soon as it
 * arrives, and the received bytes are taken on request.
 */
import net from 'node:net';
import type { Receive, Send } from '../operations.ts';
import { type Connect, type Connection, OperationError, type Peeked } from '../operations.ts';
import { operationError } from './descriptor.ts';
import { PENDING } from './engine.ts';
import type { Done, NodeConnection } from './node-connection.ts';
import { NodeWait } from './node-wait.ts';

/** One for all sockets of a thread: its bytes are taken, or copied, before the read's callback returns. */
const landing = Buffer.allocUnsafeSlow(64 * 1024);

export class NodeSocket implements NodeConnection {
  private socket!: net.Socket;
  private readonly target: string;
  private readonly wait: NodeWait;
  /**
   * Received bytes that have not been taken. After the read's callback they are a copy, and the socket is
   * paused until they are taken.
   */
  private arrived: Uint8Array | undefined;
  private isPaused = false;
  private failure: Error | undefined;
  private isEnded = false;
  /** Its sending half has been ended. */
  private isShut = false;

  static connect(operation: Connect, done: Done<Connection>): void {
    const socket = new NodeSocket(`${operation.host}:${operation.port}`);
    socket.connect(operation, (error) => done(error, socket as unknown as Connection));
  }

  /** Begins to receive from a socket that a server has accepted, paused. */
  static accepted(accepted: net.Socket, target: string): Connection {
    const socket = new NodeSocket(target);
    socket.socket = accepted;
    // Sockets of a server ignore `onread`: their bytes come in buffers of their own.
    accepted.on('data', (bytes) => socket.take(bytes));
    socket.follow();
    accepted.resume();
    return socket as unknown as Connection;
  }

  private constructor(target: string) {
    this.target = target;
    this.wait = new NodeWait(target);
  }

  private connect({ host, port, from }: Connect, connected: Done<void>): void {
    const onread = { buffer: landing, callback: (bytes: number) => this.land(bytes) };
    // Half-open like the system's own sockets: a peer that has ended its half can still be sent to.
    const options = { host, port, ...(from === undefined ? {} : { localAddress: from }) };
    this.socket = net.connect({ ...options, noDelay: true, allowHalfOpen: true, onread }, () => {
      this.socket.off('error', refused);
      this.follow();
      connected(null);
    });
    const refused = (error: Error) => connected(operationError('connect', this.target, error));
    this.socket.once('error', refused);
  }

  private follow(): void {
    this.socket.on('error', (error) => this.ended(error));
    this.socket.on('close', () => this.ended());
    this.socket.on('end', () => this.ended(this.resetInstead()));
  }

  send(operation: Send, done: Done<number>): void {
    if (this.isShut) return done(this.shutError());
    this.socket.write(bytesOf(operation), (error) => {
      const failure = this.failureOf(error);
      if (failure) done(failure);
      else done(null, operation.length);
    });
  }

  sendInPlace(operation: Send, done: Done<number>): number | typeof PENDING {
    if (this.failure) throw operationError('send', this.target, this.failure);
    if (this.isShut) throw this.shutError();
    this.socket.write(bytesOf(operation));
    const failure = this.failureOf(null);
    if (failure) throw failure;
    if (this.socket.writableLength === 0) return operation.length;
    this.socket.write('', (error) => done(this.failureOf(error), operation.length));
    return PENDING;
  }

  receive({ buffer, offset, length, withinNs }: Receive, wake: () => void): number | typeof PENDING {
    const { arrived } = this;
    if (arrived) {
      const taken = Math.min(length, arrived.length);
      buffer.set(taken === arrived.length ? arrived : arrived.subarray(0, taken), offset);
      this.arrived = taken < arrived.length ? arrived.subarray(taken) : undefined;
      if (!this.arrived && this.isPaused) this.resume();
      return taken;
    }
    if (this.failure) throw operationError('receive', this.target, this.failure);
    if (this.isEnded) return 0;
    return this.wait.begin(withinNs, wake);
  }

  peek(): Peeked {
    if (this.arrived) return 'bytes';
    return this.isEnded ? 'end' : 'nothing';
  }

  /** The address of the other end. */
  remote(): string {
    const { remoteAddress } = this.socket;
    if (remoteAddress === undefined) throw new OperationError('remote', 'ENOTCONN', this.target);
    return remoteAddress;
  }

  /** Ends the sending half; `done` is called when the system has been asked to, after all that was sent. */
  shutdown(done: Done<void>): void {
    if (this.failure) return done(operationError('shutdown', this.target, this.failure));
    if (this.isShut) return done(null);
    this.isShut = true;
    this.socket.end((error?: Error | null) => done(error && operationError('shutdown', this.target, error)));
  }

  close(done: Done<void>): void {
    if (this.socket.destroyed) return done(null);
    this.socket.once('close', () => done(null));
    this.socket.destroy();
  }

  /** Bytes have arrived. Returns whether the socket should go on reading. */
  private land(bytes: number): boolean {
    this.arrived = new Uint8Array(landing.buffer, 0, bytes);
    this.wait.end();
    this.isPaused = this.arrived !== undefined;
    this.arrived &&= this.arrived.slice();
    return !this.isPaused;
  }

  /** The same, for bytes that are this socket's alone. */
  private take(bytes: Uint8Array): void {
    this.arrived = bytes;
    this.wait.end();
    this.isPaused = this.arrived !== undefined;
    if (this.isPaused) this.socket.pause();
  }

  private resume(): void {
    this.isPaused = false;
    this.socket.resume();
  }

  private ended(failure?: Error): void {
    this.isEnded = true;
    this.failure ??= failure;
    this.wait.end();
  }

  /**
   * If a reset arrives together with bytes, libuv reports that the peer has closed (it takes POLLHUP for the
   * end). An empty send asks the system, which still knows of the reset.
   */
  private resetInstead(): Error | undefined {
    if (this.isShut) return undefined;
    this.socket.write('');
    const { errored } = this.socket;
    return (errored as NodeJS.ErrnoException | null)?.code === 'ECONNRESET' ? (errored as Error) : undefined;
  }

  /** Node would close the whole socket. */
  private shutError(): Error {
    return new OperationError('send', 'EPIPE', this.target);
  }

  /**
   * For a write under way when the connection is reset, Node reports no error, or that it was canceled: the
   * socket has the cause.
   */
  private failureOf(error: Error | null | undefined): Error | null {
    const failure = this.socket.errored ?? error;
    return failure ? operationError('send', this.target, failure) : null;
  }
}

const bytesOf = ({ buffer, offset, length }: Send): Uint8Array =>
  offset === 0 && length === buffer.length ? buffer : buffer.subarray(offset, offset + length);
