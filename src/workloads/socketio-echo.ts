import * as z from 'zod/mini';
import type { Steps } from '../operations.ts';
import { openSocketIo, type SocketIo } from '../protocols/socket-io.ts';
import { openOver } from '../protocols/stream.ts';
import { requireMessage } from './echo-exchange.ts';
import { requirePackage } from './optional-package.ts';
import { byteSize } from './parameters.ts';
import { mismatch } from './stamp.ts';
import { defineWorkload, type PeerAddress } from './workload.ts';

interface SocketIoFixture extends PeerAddress {
  readonly messageSize: number;
}

interface SocketIoClient {
  readonly socket: SocketIo;
  readonly filling: string;
  number: number;
}

const LARGEST_BYTES = 2 ** 30;

export default defineWorkload({
  name: 'socketio-echo',
  summary: 'Send an event by Socket.IO, and receive it back with its acknowledgement',
  uses: ['sockets'],
  params: z.object({
    messageSize: byteSize('64B'),
  }),
  message: 'messageSize',
  async prepare({ params: { messageSize }, startPeer }): Promise<SocketIoFixture> {
    requireMessage(messageSize);
    requirePackage('socket.io');
    return { ...(await startPeer('socketio')), messageSize };
  },
  *connect({ host, port, messageSize }): Steps<SocketIoClient> {
    const limits = { largestBytes: LARGEST_BYTES };
    const socket = yield* openOver({ host, port }, (stream) =>
      openSocketIo(stream, `${host}:${port}`, limits),
    );
    const filling = 'iobench '.repeat(Math.ceil(messageSize / 8)).slice(0, messageSize);
    return { socket, filling, number: 0 };
  },
  *request(client): Steps<void> {
    const message = numbered(client.filling, client.number++);
    const [echo] = yield* client.socket.ask('echo', message);
    if (echo !== message) throw mismatch();
  },
  *disconnect({ socket }) {
    yield* socket.close();
  },
});

/** The text, whose end is the number as far as it has room: another message's echo is detected. */
function numbered(text: string, number: number): string {
  const digits = String(number).slice(-text.length);
  return text.slice(0, text.length - digits.length) + digits;
}
