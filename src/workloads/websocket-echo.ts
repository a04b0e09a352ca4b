import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Steps } from '../operations.ts';
import { openOver } from '../protocols/stream.ts';
import { openWebSocket, type WebSocket, type WebSocketMessage } from '../protocols/websocket.ts';
import { requireMessage } from './echo-exchange.ts';
import { requireOpenFiles } from './open-files.ts';
import { byteSize, count } from './parameters.ts';
import { isEchoOf, mismatch, stamp } from './stamp.ts';
import { defineWorkload, type PeerAddress } from './workload.ts';

interface WebSocketFixture extends PeerAddress {
  readonly messageSize: number;
  readonly broadcast: number;
}

interface WebSocketClient {
  /** The first one sends; all of them receive. */
  readonly sockets: readonly [WebSocket, ...WebSocket[]];
  readonly message: Uint8Array;
  number: number;
}

const LARGEST_BYTES = 2 ** 30;

export default defineWorkload({
  name: 'websocket-echo',
  summary: 'Send a message over a WebSocket, and receive it back, on further connections too',
  uses: ['sockets'],
  params: z.object({
    messageSize: byteSize('64B'),
    broadcast: count(0),
  }),
  message: 'messageSize',
  async prepare({ params: { messageSize, broadcast }, startPeer }): Promise<WebSocketFixture> {
    requireMessage(messageSize);
    requireOpenFiles(broadcast, 'listening connection');
    return { ...(await startPeer('websocket')), messageSize, broadcast };
  },
  *connect(fixture): Steps<WebSocketClient> {
    // The peer sends a message to all connections with the same path.
    const path = fixture.broadcast === 0 ? '/' : `/${randomUUID()}`;
    const first = yield* open(fixture, path);
    const sockets: [WebSocket, ...WebSocket[]] = [first];
    try {
      while (sockets.length <= fixture.broadcast) sockets.push(yield* open(fixture, path));
    } catch (error) {
      yield* closeAll(sockets);
      throw error;
    }
    return { sockets, message: Buffer.alloc(fixture.messageSize, 'iobench '), number: 0 };
  },
  *request(client): Steps<void> {
    const { sockets, message } = client;
    stamp(message, client.number++);
    yield* sockets[0].send(message);
    for (const socket of sockets) requireEcho(yield* socket.next(), message);
  },
  *disconnect({ sockets }) {
    yield* closeAll(sockets);
  },
});

const open = ({ host, port }: WebSocketFixture, path: string): Steps<WebSocket> =>
  openOver({ host, port }, (stream) =>
    openWebSocket(stream, { host: `${host}:${port}`, path }, { largestBytes: LARGEST_BYTES }),
  );

/** One that is broken does not keep the others open. */
function* closeAll(sockets: readonly WebSocket[]): Steps<void> {
  for (const socket of sockets) {
    try {
      yield* socket.close();
    } catch {
      // Its stream is closed all the same.
    }
  }
}

/** @throws Error `EMISMATCH` for anything but the message. */
function requireEcho({ data, isText }: WebSocketMessage, message: Uint8Array): void {
  if (isText || !isEchoOf(message, data)) throw mismatch();
}
