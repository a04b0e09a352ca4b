/** A `node:net` socket whose reads are asked for one at a time: the caller is told when its own receive is done. */
import net from 'node:net';
import type { Connect, Connection, Receive, Send } from '../operations.ts';
import { operationError } from './descriptor.ts';

type Done<Value> = (error: Error | null | undefined, value?: Value) => void;

/** One for all sockets of a thread: its bytes are copied out before the read's callback returns. */
const landing = Buffer.allocUnsafeSlow(64 * 1024);

export class NodeSocket {
  private readonly socket: net.Socket;
  private readonly target: string;
  private waiting: { operation: Receive; done: Done<number> } | undefined;
  /** Received before anybody asked. While there is some, the socket is paused. */
  private early: Uint8Array | undefined;
  private failure: Error | undefined;
  private isEnded = false;

  static connect({ host, port }: Connect, done: Done<Connection>): void {
    const socket = new NodeSocket(host, port, (error) => done(error, socket as unknown as Connection));
  }

  static of(connection: Connection): NodeSocket {
    return connection as unknown as NodeSocket;
  }

  private constructor(host: string, port: number, connected: Done<void>) {
    this.target = `${host}:${port}`;
    const onread = { buffer: landing, callback: (bytes: number) => this.arrived(bytes) };
    // Half-open as the system's own sockets are: a peer that has ended its half can still be sent to.
    this.socket = net.connect({ host, port, noDelay: true, allowHalfOpen: true, onread }, () => {
      this.socket.off('error', refused);
      this.socket.on('error', (error) => this.ended(error));
      this.socket.on('close', () => this.ended());
      this.socket.on('end', () => this.ended());
      connected(null);
    });
    const refused = (error: Error) => connected(operationError('connect', this.target, error));
    this.socket.once('error', refused);
  }

  send({ buffer, offset, length }: Send, done: Done<number>): void {
    const bytes = offset === 0 && length === buffer.byteLength ? buffer : buffer.subarray(offset, offset + length);
    this.socket.write(bytes, (error) => {
      // Of a write under way when the connection is reset Node says nothing, or that it was canceled: the socket knows better.
      const failure = this.socket.errored ?? error;
      if (failure) done(operationError('send', this.target, failure));
      else done(null, length);
    });
  }

  receive(operation: Receive, done: Done<number>): void {
    if (this.early) {
      const taken = copyInto(operation, this.early);
      this.early = taken < this.early.length ? this.early.subarray(taken) : undefined;
      if (!this.early) this.socket.resume();
      done(null, taken);
    } else if (this.failure) done(operationError('receive', this.target, this.failure));
    else if (this.isEnded) done(null, 0);
    else this.waiting = { operation, done };
  }

  close(done: Done<void>): void {
    if (this.socket.destroyed) return done(null);
    this.socket.once('close', () => done(null));
    this.socket.destroy();
  }

  /** Answers whether the socket shall go on reading. */
  private arrived(bytes: number): boolean {
    const waiting = this.waiting;
    if (!waiting) {
      this.early = Uint8Array.prototype.slice.call(landing, 0, bytes);
      return false;
    }
    this.waiting = undefined;
    const arrived = landing.subarray(0, bytes);
    const taken = copyInto(waiting.operation, arrived);
    if (taken < bytes) this.early = Uint8Array.prototype.slice.call(arrived, taken);
    const goesOn = this.early === undefined;
    waiting.done(null, taken);
    return goesOn;
  }

  private ended(failure?: Error): void {
    this.isEnded = true;
    this.failure ??= failure;
    const waiting = this.waiting;
    this.waiting = undefined;
    if (failure) waiting?.done(operationError('receive', this.target, failure));
    else waiting?.done(null, 0);
  }
}

function copyInto({ buffer, offset, length }: Receive, bytes: Uint8Array): number {
  const taken = Math.min(length, bytes.length);
  buffer.set(taken === bytes.length ? bytes : bytes.subarray(0, taken), offset);
  return taken;
}
