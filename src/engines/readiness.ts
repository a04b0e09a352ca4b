/**
 * Readiness, by Node's own loop: the loop says which socket has become readable, and the operation is then performed
 * by whoever asked, at once and without waiting. Regular files are always ready, so they are read in place.
 */
import net from 'node:net';
import type { Connect, Connection, Receive, Send } from '../operations.ts';
import { compute } from './compute.ts';
import { operationError } from './descriptor.ts';
import { type Complete, type Engine, PENDING, type Waiter } from './engine.ts';
import { filesInPlace } from './files.ts';

/** Told of a waiter whose operation can be performed now. */
export type Ready = (waiter: Waiter) => void;

export function readiness(ready: Ready, complete: Complete): Engine {
  return {
    ...filesInPlace,
    connect(operation, waiter) {
      ReadySocket.connect(operation, ready, (error, connection) => complete(waiter, error, connection));
      return PENDING;
    },
    send: (operation, waiter) => ReadySocket.of(operation.connection).send(operation, (error) => complete(waiter, error, operation.length)),
    receive: (operation, waiter) => ReadySocket.of(operation.connection).receive(operation, waiter),
    close(operation) {
      if ((operation.target as unknown) instanceof ReadySocket) ReadySocket.of(operation.target as Connection).close();
      else filesInPlace.close(operation);
    },
    sleep({ durationNs }, waiter) {
      setTimeout(complete, durationNs / 1e6, waiter, null);
      return PENDING;
    },
    // A socket of Node's is watched from the moment it is connected.
    watch() {},
    compute,
  };
}

class ReadySocket {
  private readonly socket: net.Socket;
  private readonly target: string;
  private readonly ready: Ready;
  private waiter: Waiter | undefined;
  private failure: Error | undefined;
  private isEnded = false;

  static connect({ host, port }: Connect, ready: Ready, done: (error: Error | null, connection?: Connection) => void): void {
    // Half-open as the system's own sockets are: a peer that has ended its half can still be sent to.
    const socket = net.connect({ host, port, noDelay: true, allowHalfOpen: true });
    const target = `${host}:${port}`;
    const refused = (error: Error) => done(operationError('connect', target, error));
    socket.once('error', refused);
    socket.once('connect', () => {
      socket.off('error', refused);
      done(null, new ReadySocket(socket, target, ready) as unknown as Connection);
    });
  }

  static of(connection: Connection): ReadySocket {
    return connection as unknown as ReadySocket;
  }

  private constructor(socket: net.Socket, target: string, ready: Ready) {
    this.socket = socket;
    this.target = target;
    this.ready = ready;
    socket.on('readable', () => this.wake());
    socket.on('end', () => this.ended());
    socket.on('close', () => this.ended());
    socket.on('error', (error) => this.ended(error));
  }

  /** Done when the system has taken the bytes; most often it takes them at once. */
  send({ buffer, offset, length }: Send, done: (error: Error | null) => void): number | typeof PENDING {
    if (this.failure) throw operationError('send', this.target, this.failure);
    const bytes = offset === 0 && length === buffer.byteLength ? buffer : buffer.subarray(offset, offset + length);
    this.socket.write(bytes);
    if (this.socket.errored) throw operationError('send', this.target, this.socket.errored);
    if (this.socket.writableLength === 0) return length;
    this.socket.write('', (error) => {
      // Of a write under way when the connection is reset Node says nothing, or that it was canceled: the socket knows better.
      const failure = this.socket.errored ?? error;
      done(failure ? operationError('send', this.target, failure) : null);
    });
    return PENDING;
  }

  receive({ buffer, offset, length }: Receive, waiter: Waiter): number | typeof PENDING {
    const available = this.socket.readableLength;
    if (available > 0) {
      // Asked for all there is, without a number, the stream notices that its end comes next.
      const bytes = (available <= length ? this.socket.read() : this.socket.read(length)) as Buffer;
      buffer.set(bytes, offset);
      return bytes.length;
    }
    if (this.failure) throw operationError('receive', this.target, this.failure);
    if (this.isEnded) return 0;
    this.waiter = waiter;
    return PENDING;
  }

  close(): void {
    this.socket.destroy();
  }

  private ended(failure?: Error): void {
    this.isEnded = true;
    this.failure ??= failure;
    this.wake();
  }

  private wake(): void {
    const waiter = this.waiter;
    this.waiter = undefined;
    if (waiter) this.ready(waiter);
  }
}
