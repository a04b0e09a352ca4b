import * as z from 'zod/mini';
import { UserError } from '../errors.ts';
import { close, connect, OperationError, receive, type Steps, send, watch } from '../operations.ts';
import { requireOpenFiles } from './open-files.ts';
import { byteSize, count, duration } from './parameters.ts';
import { defineWorkload } from './workload.ts';

/**
 * Each message begins and ends with its number, as far as it has room, so that the echo of another message is
 * detected.
 */
const STAMP_BYTES = 4;

function stamp(message: Uint8Array, number: number): void {
  const width = Math.min(STAMP_BYTES, message.length);
  const end = message.length - width;
  for (let byte = 0; byte < width; byte++) message[end + byte] = number >>> (8 * byte);
  for (let byte = 0; byte < width; byte++) message[byte] = number >>> (8 * byte);
}

function isEchoOf(message: Uint8Array, echo: Uint8Array): boolean {
  const width = Math.min(STAMP_BYTES, message.length);
  const end = message.length - width;
  for (let byte = 0; byte < width; byte++)
    if (message[byte] !== echo[byte] || message[end + byte] !== echo[end + byte]) return false;
  return true;
}

function* idleConnection(host: string, port: number): Steps<void> {
  yield* watch(yield* connect(host, port));
}

export default defineWorkload({
  name: 'tcp-echo',
  summary: 'Send a message over TCP, and receive it back',
  uses: ['sockets'],
  params: z.object({
    messageSize: byteSize('64B'),
    delay: duration('0'),
    idleConnections: count(0),
  }),
  async prepare({ params: { messageSize, delay, idleConnections }, startPeer }) {
    if (messageSize < 1)
      throw new UserError('messageSize must be larger than 0', { hint: 'set messageSize=64B' });
    requireOpenFiles(idleConnections, 'idle connection');
    return { ...(await startPeer('echo', { delayNs: delay })), messageSize, idleConnections };
  },
  background: ({ host, port, idleConnections }) =>
    Array.from({ length: idleConnections }, () => idleConnection(host, port)),
  *connect({ host, port, messageSize }) {
    const message = Buffer.alloc(messageSize, 'iobench ');
    return { connection: yield* connect(host, port), message, echo: Buffer.alloc(messageSize), number: 0 };
  },
  *request(client) {
    const { connection, message, echo } = client;
    stamp(message, client.number++);
    yield* send(connection, message);
    for (let received = 0; received < echo.length; ) {
      const bytes = yield* receive(connection, echo, received);
      if (bytes === 0) throw new OperationError('receive', 'EOF', 'the peer closed the connection');
      received += bytes;
    }
    if (!isEchoOf(message, echo))
      throw Object.assign(new Error('the echo differs from the message'), { code: 'EMISMATCH' });
  },
  *disconnect({ connection }) {
    yield* close(connection);
  },
});
