/** A client's end of a WebSocket, as operations (RFC 6455). */
import type { Steps } from '../operations.ts';
import { messagesOver } from './codec.ts';
import type { Stream } from './stream.ts';
import { type Arrival, createFrameCodec, type Frame, Opcode } from './websocket-frames.ts';
import { shakeHands, type Target } from './websocket-handshake.ts';

export type WebSocketMessage = Extract<Arrival, { kind: 'message' }>;

export interface WebSocket {
  /**
   * Sends a message: text as text, bytes as binary. With `fragmentBytes` no frame has more than that.
   */
  send(data: string | Uint8Array, options?: { readonly fragmentBytes?: number }): Steps;
  /**
   * The next message. Pings that come before it are answered.
   * @throws Error `EOF` if the peer closes, in order or not; `EWEBSOCKET` if it breaks the protocol.
   */
  next(): Steps<WebSocketMessage>;
  /** How many messages and control frames have arrived that nobody has taken. */
  readonly waiting: number;
  /** Sends a close frame, and closes the stream without waiting for the answer, as a client may. */
  close(): Steps;
}

const NORMAL_CLOSURE = 1000;
/** Not sent: a close frame without a code. */
const NO_CODE = 1005;

export interface WebSocketLimits {
  /** The longest message that is taken. */
  readonly largestBytes?: number;
}

/**
 * Shakes hands over a stream that has just been connected.
 * @throws Error `EOF` if the peer closes, `EWEBSOCKET` if it answers anything but the upgrade.
 */
export function* openWebSocket(
  stream: Stream,
  target: Target,
  limits: WebSocketLimits = {},
): Steps<WebSocket> {
  const first = yield* shakeHands(stream, target);
  const codec = createFrameCodec(limits);
  const frames = messagesOver(stream, codec, codec.decode(first));
  return {
    *send(data, { fragmentBytes = Number.POSITIVE_INFINITY } = {}) {
      const opcode = typeof data === 'string' ? Opcode.text : Opcode.binary;
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      if (bytes.length <= fragmentBytes) yield* frames.send({ opcode, data: bytes, isFinal: true });
      else for (const frame of fragmentsOf(opcode, bytes, fragmentBytes)) yield* frames.send(frame);
    },
    *next() {
      for (;;) {
        const arrival = yield* frames.next();
        if (arrival.kind === 'message') return arrival;
        if (arrival.kind === 'ping')
          yield* frames.send({ opcode: Opcode.pong, data: arrival.data, isFinal: true });
        if (arrival.kind === 'close') {
          yield* frames.send(closeOf(arrival.code));
          throw closedBy(arrival);
        }
      }
    },
    get waiting() {
      return frames.waiting;
    },
    *close() {
      try {
        yield* frames.send(closeOf(NORMAL_CLOSURE));
      } finally {
        yield* stream.close();
      }
    },
  };
}

function* fragmentsOf(opcode: Frame['opcode'], bytes: Uint8Array, most: number): Generator<Frame> {
  for (let from = 0; from < bytes.length; from += most) {
    yield {
      opcode: from === 0 ? opcode : Opcode.continuation,
      data: bytes.subarray(from, from + most),
      isFinal: from + most >= bytes.length,
    };
  }
}

/** RFC 6455, 5.5.1: a close is answered with its own code. */
function closeOf(code: number): Frame {
  const data = Buffer.alloc(code === NO_CODE ? 0 : 2);
  if (data.length > 0) data.writeUInt16BE(code);
  return { opcode: Opcode.close, data, isFinal: true };
}

function closedBy({ code, reason }: Extract<Arrival, { kind: 'close' }>): Error {
  const why = reason === '' ? `${code}` : `${code}: ${reason}`;
  return Object.assign(new Error(`the peer closed the WebSocket (${why})`), { code: 'EOF' });
}
