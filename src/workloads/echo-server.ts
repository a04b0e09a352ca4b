import * as z from 'zod/mini';
import { receive, send } from '../operations.ts';
import {
  connectEcho,
  disconnectEcho,
  exchangeEcho,
  idleConnections,
  requireMessage,
} from './echo-exchange.ts';
import { requireOpenFiles } from './open-files.ts';
import { byteSize, count } from './parameters.ts';
import { defineServer } from './workload.ts';

export default defineServer({
  name: 'echo-server',
  summary: 'A server that sends back what it receives, until the client leaves',
  params: z.object({ messageSize: byteSize('64B'), idleConnections: count(0) }),
  prepare({ params }) {
    requireMessage(params.messageSize);
    requireOpenFiles(params.idleConnections, 'idle connection');
    return params;
  },
  *serve(connection, { messageSize }) {
    const buffer = Buffer.alloc(messageSize);
    const take = receive(connection, buffer);
    for (let bytes = yield* take; bytes > 0; bytes = yield* take) yield* send(connection, buffer, 0, bytes);
  },
  background: idleConnections,
  connect: connectEcho,
  request: exchangeEcho,
  disconnect: disconnectEcho,
});
