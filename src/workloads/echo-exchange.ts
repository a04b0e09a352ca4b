/** A message sent, and received back, as operations: what the echo workloads share. */

import { UserError } from '../errors.ts';
import {
  type Connection,
  close,
  connect,
  OperationError,
  receive,
  type Steps,
  send,
  watch,
} from '../operations.ts';
import { isEchoOf, mismatch, stamp } from './stamp.ts';
import type { PeerAddress } from './workload.ts';

export interface EchoFixture extends PeerAddress {
  readonly messageSize: number;
  readonly idleConnections: number;
}

export interface EchoClient {
  readonly connection: Connection;
  readonly message: Uint8Array;
  readonly echo: Uint8Array;
  number: number;
}

/** @throws UserError for a message that has no byte. */
export function requireMessage(messageSizeBytes: number): void {
  if (messageSizeBytes < 1)
    throw new UserError('messageSize must be larger than 0', { hint: 'set messageSize=64B' });
}

/** Connections that are opened and watched, and never used. */
export function idleConnections({
  host,
  port,
  idleConnections: count,
}: Pick<EchoFixture, 'host' | 'port' | 'idleConnections'>): Steps[] {
  return Array.from({ length: count }, () => idleConnection(host, port));
}

function* idleConnection(host: string, port: number): Steps<void> {
  yield* watch(yield* connect(host, port));
}

export function* connectEcho({ host, port, messageSize }: EchoFixture): Steps<EchoClient> {
  const message = Buffer.alloc(messageSize, 'iobench ');
  return { connection: yield* connect(host, port), message, echo: Buffer.alloc(messageSize), number: 0 };
}

/** @throws Error `EOF` if the peer closes, `EMISMATCH` if it sends back anything else. */
export function* exchangeEcho(client: EchoClient): Steps<void> {
  const { connection, message, echo } = client;
  stamp(message, client.number++);
  yield* send(connection, message);
  for (let received = 0; received < echo.length; ) {
    const bytes = yield* receive(connection, echo, received);
    if (bytes === 0) throw new OperationError('receive', 'EOF', 'the peer closed the connection');
    received += bytes;
  }
  if (!isEchoOf(message, echo)) throw mismatch();
}

export function* disconnectEcho({ connection }: EchoClient): Steps<void> {
  yield* close(connection);
}
