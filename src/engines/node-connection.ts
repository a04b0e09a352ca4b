/** A connection by a socket of Node's, of a stream or of datagrams, whose steps are requested one at a time. */
import type { Connect, Connection, Peeked, Receive, Send } from '../operations.ts';
import { PENDING } from './engine.ts';
import { NodeDatagram } from './node-datagram.ts';
import { NodeSocket } from './node-socket.ts';

export type Done<Value> = (error: Error | null | undefined, value?: Value) => void;

export interface NodeConnection {
  /** Sends the bytes; `done` is called when the system has taken them. */
  send(operation: Send, done: Done<number>): void;
  /** Sends at once; `done` is called later, if the system does not take all of them now. */
  sendInPlace(operation: Send, done: Done<number>): number | typeof PENDING;
  /** Takes what has arrived; if nothing has, `wake` is called when it is worth another attempt. */
  receive(operation: Receive, wake: () => void): number | typeof PENDING;
  /** What the loop has received and has not been taken. */
  peek(): Peeked;
  /** The address of the other end. */
  remote(): string;
  /** Ends the sending half. */
  shutdown(done: Done<void>): void;
  close(done: Done<void>): void;
}

export function connectNode(operation: Connect, done: Done<Connection>): void {
  if (operation.transport === 'udp') NodeDatagram.connect(operation, done);
  else NodeSocket.connect(operation, done);
}

export const nodeConnectionOf = (connection: Connection): NodeConnection =>
  connection as unknown as NodeConnection;

/** Receives like `receive`, but always by calling `done`. */
export function receiveThen(operation: Receive, done: Done<number>): void {
  const connection = nodeConnectionOf(operation.connection);
  const attempt = () => {
    let bytes: number | typeof PENDING;
    try {
      bytes = connection.receive(operation, attempt);
    } catch (error) {
      return done(error as Error);
    }
    if (bytes !== PENDING) done(null, bytes);
  };
  attempt();
}
