import * as z from 'zod/mini';
import { close, connect, OperationError, receive, send, watch } from '../operations.ts';
import { requireOpenFiles } from './open-files.ts';
import { byteSize, count, duration } from './parameters.ts';
import { defineWorkload } from './workload.ts';

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
    requireOpenFiles(idleConnections, 'idle connections');
    return { ...(await startPeer('echo', { delayNs: delay })), messageSize, idleConnections };
  },
  *background({ host, port, idleConnections }) {
    for (let open = 0; open < idleConnections; open++) yield* watch(yield* connect(host, port));
  },
  *connect({ host, port, messageSize }) {
    const message = Buffer.alloc(messageSize, 'iobench ');
    return { connection: yield* connect(host, port), message, echo: Buffer.alloc(messageSize) };
  },
  *request({ connection, message, echo }) {
    yield* send(connection, message);
    for (let received = 0; received < echo.length; ) {
      const bytes = yield* receive(connection, echo, received);
      if (bytes === 0) throw new OperationError('receive', 'EOF', 'the peer closed the connection');
      received += bytes;
    }
  },
  *disconnect({ connection }) {
    yield* close(connection);
  },
});
