import * as z from 'zod/mini';
import { connect, OperationError } from '../operations.ts';
import { connectTls } from '../protocols/tls.ts';
import { requireMessage } from './echo-exchange.ts';
import { makeOwnCertificate } from './own-certificate.ts';
import { byteSize } from './parameters.ts';
import { isEchoOf, mismatch, stamp } from './stamp.ts';
import { defineWorkload } from './workload.ts';

export default defineWorkload({
  name: 'tls-echo',
  summary: 'Send a message over TLS, and receive it back',
  uses: ['sockets'],
  params: z.object({ messageSize: byteSize('64B') }),
  message: 'messageSize',
  async prepare({ params: { messageSize }, directory, startPeer }) {
    requireMessage(messageSize);
    const { caFile, host: name, ...identity } = await makeOwnCertificate(directory);
    return { ...(await startPeer('tls-echo', identity)), trust: { caFile, host: name }, messageSize };
  },
  *connect({ host, port, trust, messageSize }) {
    const message = Buffer.alloc(messageSize, 'iobench ');
    const stream = yield* connectTls(yield* connect(host, port), trust);
    return { stream, message, echo: Buffer.alloc(messageSize), number: 0 };
  },
  /** @throws Error `EOF` if the peer closes, `EMISMATCH` if it sends back anything else. */
  *request(client) {
    const { stream, message, echo } = client;
    stamp(message, client.number++);
    yield* stream.send(message);
    for (let received = 0; received < echo.length; ) {
      const bytes = yield* stream.receive();
      if (bytes.length === 0) throw new OperationError('receive', 'EOF', 'the peer closed the connection');
      if (bytes.length > echo.length - received) throw mismatch();
      echo.set(bytes, received);
      received += bytes.length;
    }
    if (!isEchoOf(message, echo)) throw mismatch();
  },
  *disconnect({ stream }) {
    yield* stream.close();
  },
});
