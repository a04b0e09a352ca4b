import * as z from 'zod/mini';
import { receive, send, sleep } from '../operations.ts';
import {
  connectEcho,
  disconnectEcho,
  exchangeEcho,
  idleConnections,
  requireMessage,
} from './echo-exchange.ts';
import { requireOpenFiles } from './open-files.ts';
import { byteSize, count, duration } from './parameters.ts';
import { defineServer } from './workload.ts';

export default defineServer({
  name: 'echo-server',
  summary: 'A server that sends each message back, until the client leaves',
  params: z.object({
    messageSize: byteSize('64B'),
    /** What stands behind the server takes this long. */
    delay: duration('0'),
    idleConnections: count(0),
  }),
  message: 'messageSize',
  prepare({ params }) {
    requireMessage(params.messageSize);
    requireOpenFiles(params.idleConnections, 'idle connection');
    return params;
  },
  *serve(connection, { messageSize, delay }) {
    const message = Buffer.alloc(messageSize);
    const [take, answer] = [receive(connection, message), send(connection, message)];
    for (let received = yield* take; received > 0; received = yield* take) {
      // All of it before any is sent: who sends a large message may not receive before that is done.
      while (received < messageSize) {
        const bytes = yield* receive(connection, message, received);
        if (bytes === 0) break;
        received += bytes;
      }
      if (delay > 0) yield* sleep(delay);
      yield* received === messageSize ? answer : send(connection, message, 0, received);
    }
  },
  background: idleConnections,
  connect: connectEcho,
  request: exchangeEcho,
  disconnect: disconnectEcho,
});
