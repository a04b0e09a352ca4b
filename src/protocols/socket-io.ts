/**
 * A client of Socket.IO over one WebSocket, as operations: Engine.IO's packets, version 4, around those of
 * Socket.IO, version 5 (https://socket.io/docs/v4/socket-io-protocol/). Text only.
 */
import { createRequire } from 'node:module';
import type * as engineParser from 'engine.io-parser';
import type * as socketParser from 'socket.io-parser';
import type { Steps } from '../operations.ts';
import type { Stream } from './stream.ts';
import { openWebSocket, type WebSocket, type WebSocketLimits } from './websocket.ts';

export interface SocketIo {
  /**
   * Sends an event, and returns what the server acknowledges it with. Its pings are answered meanwhile, and
   * its own events ignored.
   * @throws Error `EOF` if it closes or disconnects, `ESOCKETIO` if it breaks the protocol.
   */
  ask(event: string, ...values: readonly unknown[]): Steps<readonly unknown[]>;
  /** Disconnects, and closes the stream. */
  close(): Steps;
}

const NAMESPACE = '/';
const PATH = '/socket.io/?EIO=4&transport=websocket';

/** Only who speaks it loads it: every measured thread starts without. */
interface Library {
  readonly engine: Pick<typeof engineParser, 'encodePacket' | 'decodePacket'>;
  readonly socket: Pick<typeof socketParser, 'Encoder' | 'Decoder' | 'PacketType'>;
}
let library: Library | undefined;

type Packet = socketParser.Packet;

/**
 * Connects to the default namespace over a stream that has just been connected.
 * @throws Error as `openWebSocket`; `ESOCKETIO` if the server refuses.
 */
export function* openSocketIo(stream: Stream, host: string, limits: WebSocketLimits = {}): Steps<SocketIo> {
  const packets = createPacketCodec();
  const { PacketType } = packets;
  const socket = yield* openWebSocket(stream, { host, path: PATH }, limits);
  const opening = yield* next(socket, packets);
  if (opening !== 'open') throw broken('its first packet does not open the connection');
  yield* socket.send(packets.encode({ type: PacketType.CONNECT, nsp: NAMESPACE }));
  const answer = yield* nextPacket(socket, packets);
  if (answer.type !== PacketType.CONNECT)
    throw broken(`it refuses to connect: ${JSON.stringify(answer.data)}`);
  let lastId = 0;
  return {
    *ask(event, ...values) {
      const id = lastId++;
      yield* socket.send(
        packets.encode({ type: PacketType.EVENT, nsp: NAMESPACE, id, data: [event, ...values] }),
      );
      for (;;) {
        const packet = yield* nextPacket(socket, packets);
        if (packet.type === PacketType.EVENT) continue;
        if (packet.type === PacketType.ACK && packet.id === id) return packet.data as unknown[];
        throw broken(
          `it sent a packet of type ${packet.type} and number ${packet.id} instead of an acknowledgement`,
        );
      }
    },
    *close() {
      try {
        yield* socket.send(packets.encode({ type: PacketType.DISCONNECT, nsp: NAMESPACE }));
      } finally {
        yield* socket.close();
      }
    },
  };
}

/** The next packet of Socket.IO. */
function* nextPacket(socket: WebSocket, packets: PacketCodec): Steps<Packet> {
  for (;;) {
    const packet = yield* next(socket, packets);
    if (packet === 'open') throw broken('it opens the connection twice');
    if (packet.type === packets.PacketType.DISCONNECT)
      throw Object.assign(new Error('the server disconnected'), { code: 'EOF' });
    if (packet.nsp === NAMESPACE) return packet;
  }
}

/** The next packet, of Socket.IO or the one that opens the connection; pings are answered. */
function* next(socket: WebSocket, packets: PacketCodec): Steps<Packet | 'open'> {
  for (;;) {
    const { data, isText } = yield* socket.next();
    if (!isText) throw broken('it sent bytes, which no event had');
    const packet = packets.decode(Buffer.from(data.buffer, data.byteOffset, data.length).toString());
    if (packet === 'ping') yield* socket.send(packets.pong);
    else if (packet !== 'noop') return packet;
  }
}

export type PacketCodec = ReturnType<typeof createPacketCodec>;

/** Texts of both layers, without I/O. */
export function createPacketCodec() {
  library ??= load();
  const { encodePacket, decodePacket } = library.engine;
  const { Encoder, Decoder, PacketType } = library.socket;
  const encoder = new Encoder();
  const decoder = new Decoder();
  let decoded: Packet | undefined;
  decoder.on('decoded', (packet) => {
    decoded = packet;
  });
  const enveloped = (type: 'message' | 'pong', data?: string): string => {
    let text = '';
    // Called at once: it is text.
    encodePacket(data === undefined ? { type } : { type, data }, true, (encoded: string) => {
      text = encoded;
    });
    return text;
  };
  return {
    PacketType,
    pong: enveloped('pong'),
    encode: (packet: Packet): string => enveloped('message', encoder.encode(packet)[0]),
    /** @throws Error `ESOCKETIO` if it is none; `EOF` if it closes the connection. */
    decode(text: string): Packet | 'open' | 'ping' | 'noop' {
      const { type, data } = decodePacket(text);
      if (type === 'open' || type === 'ping' || type === 'noop') return type;
      if (type === 'close')
        throw Object.assign(new Error('the server closed the connection'), { code: 'EOF' });
      if (type !== 'message' || typeof data !== 'string') throw broken(`it sent ${shown(text)}`);
      decoded = undefined;
      try {
        decoder.add(data);
      } catch (error) {
        throw broken(`it sent ${shown(text)}: ${(error as Error).message}`);
      }
      if (decoded === undefined) throw broken('it sent an event with bytes, which were not asked for');
      return decoded;
    },
  };
}

function load(): Library {
  const require = createRequire(import.meta.url);
  return { engine: require('engine.io-parser'), socket: require('socket.io-parser') };
}

const SHOWN_CHARACTERS = 32;
const shown = (text: string): string => JSON.stringify(text.slice(0, SHOWN_CHARACTERS));

const broken = (why: string): Error =>
  Object.assign(new Error(`the server does not speak Socket.IO: ${why}`), { code: 'ESOCKETIO' });
