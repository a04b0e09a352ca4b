import type { Steps } from '../operations.ts';
import { openOver } from '../protocols/stream.ts';
import { openWebSocket } from '../protocols/websocket.ts';
import type { DescribedPhase } from './marks.ts';
import { isEchoOf, mismatch, stamp } from './stamp.ts';
import { defineWorkload, type PeerAddress } from './workload.ts';

const [CLIENT, SERVER] = ['client', 'server'] as const;
const PHASES = [
  { name: 'connect', from: CLIENT, to: SERVER, says: 'SYN', answers: 'SYN, ACK' },
  {
    name: 'upgrade',
    from: CLIENT,
    to: SERVER,
    says: 'GET, Upgrade: websocket, with a key',
    answers: '101 Switching Protocols, with the hash of the key',
  },
  { name: 'echo', from: CLIENT, to: SERVER, says: 'a message, masked', answers: 'the same message' },
  { name: 'close', from: CLIENT, to: SERVER, says: 'close' },
] as const satisfies readonly DescribedPhase[];
const MESSAGE_BYTES = 64;

interface Client extends PeerAddress {
  readonly message: Uint8Array;
  number: number;
}

export default defineWorkload({
  name: 'websocket-handshake',
  summary: 'Connect, turn HTTP into a WebSocket, exchange one message, and close',
  uses: ['sockets'],
  phases: PHASES,
  prepare: ({ startPeer }) => startPeer('websocket'),
  // biome-ignore lint/correctness/useYield: it is written in one form with the others
  *connect(server): Steps<Client> {
    return { ...server, message: Buffer.alloc(MESSAGE_BYTES, 'iobench '), number: 0 };
  },
  *request(client, _random, mark): Steps<void> {
    const { host, port, message } = client;
    stamp(message, client.number++);
    const socket = yield* openOver(client, function* (stream) {
      mark('connect');
      return yield* openWebSocket(stream, { host: `${host}:${port}`, path: '/' });
    });
    mark('upgrade');
    try {
      yield* socket.send(message);
      const { data, isText } = yield* socket.next();
      if (isText || !isEchoOf(message, data)) throw mismatch();
      mark('echo');
    } finally {
      yield* socket.close();
    }
    mark('close');
  },
});
