/**
 * The frames of the WebSocket protocol (RFC 6455, 5): a client's are written by hand, a server's are read by
 * the receiver of `ws`, which is synchronous if it may be.
 */
import { randomFillSync } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Codec } from './codec.ts';

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame to be sent. `data` of a close is its code, two bytes, and its reason. */
export interface Frame {
  readonly opcode: (typeof Opcode)[keyof typeof Opcode];
  readonly data: Uint8Array;
  /** The last one of its message. */
  readonly isFinal: boolean;
}

/** What has arrived: whole messages, whatever frames they were made of, and control frames. */
export type Arrival =
  | { readonly kind: 'message'; readonly data: Uint8Array; readonly isText: boolean }
  | { readonly kind: 'ping' | 'pong'; readonly data: Uint8Array }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string };

/** Of a message: as `ws` and others have it for clients. */
const LARGEST_BYTES = 100 * 2 ** 20;

/** A `Writable` of Node: `errored` is set as soon as a write has failed. */
interface Receiver {
  readonly errored: Error | null;
  write(bytes: Uint8Array): boolean;
  on(event: 'message', listener: (data: Uint8Array, isBinary: boolean) => void): this;
  on(event: 'ping' | 'pong', listener: (data: Uint8Array) => void): this;
  on(event: 'conclude', listener: (code: number, reason: Uint8Array) => void): this;
  on(event: 'error', listener: () => void): this;
}
interface Library {
  readonly Receiver: new (options: {
    readonly isServer: boolean;
    readonly allowSynchronousEvents: boolean;
    readonly maxPayload: number;
  }) => Receiver;
}

/** Only who speaks it loads it: every measured thread starts without. */
let library: Library | undefined;

/** A client's end; `EWEBSOCKET` is for whatever is no frame of a server, and for too long a message. */
export function createFrameCodec({ largestBytes = LARGEST_BYTES } = {}): Codec<Frame, Arrival> {
  library ??= createRequire(import.meta.url)('ws') as Library;
  const receiver = new library.Receiver({
    isServer: false,
    allowSynchronousEvents: true,
    maxPayload: largestBytes,
  });
  const writer = new FrameWriter();
  let arrived: Arrival[] = [];
  let isOver = false;
  receiver
    .on('message', (data, isBinary) => arrived.push({ kind: 'message', data, isText: !isBinary }))
    .on('ping', (data) => arrived.push({ kind: 'ping', data }))
    .on('pong', (data) => arrived.push({ kind: 'pong', data }))
    .on('conclude', (code, reason) => {
      isOver = true;
      arrived.push({ kind: 'close', code, reason: Buffer.from(reason).toString() });
    })
    // Emitted later; it is thrown at once.
    .on('error', () => {});
  return {
    encode: (frame) => writer.write(frame),
    decode(bytes) {
      arrived = [];
      // Nothing may follow a close frame; what does is ignored.
      if (!isOver) receiver.write(Buffer.from(bytes));
      if (receiver.errored)
        throw Object.assign(new Error(receiver.errored.message, { cause: receiver.errored }), {
          code: 'EWEBSOCKET',
        });
      return arrived;
    },
  };
}

const FINAL = 0x80;
const MASKED = 0x80;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;
const MASK_BYTES = 4;
const LONGEST_HEAD_BYTES = 14;
const MASKS = 1024;

/**
 * Writes masked frames (RFC 6455, 5.2 and 5.3) into one buffer. The payload begins at a multiple of four, so
 * that it is masked a word at a time.
 */
class FrameWriter {
  private words = new Uint32Array(1024);
  private bytes = Buffer.from(this.words.buffer);
  private readonly masks = new Uint32Array(MASKS);
  private usedMasks = MASKS;

  write({ opcode, data, isFinal }: Frame): Uint8Array {
    const { length } = data;
    const lengthBytes = length < TWO_BYTES ? 0 : length < 2 ** 16 ? 2 : 8;
    const headBytes = 2 + lengthBytes + MASK_BYTES;
    const start = (MASK_BYTES - (headBytes % MASK_BYTES)) % MASK_BYTES;
    const payloadAt = start + headBytes;
    this.room(payloadAt + length);
    const { bytes, words } = this;
    bytes[start] = (isFinal ? FINAL : 0) | opcode;
    bytes[start + 1] = MASKED | (lengthBytes === 0 ? length : lengthBytes === 2 ? TWO_BYTES : EIGHT_BYTES);
    if (lengthBytes === 2) bytes.writeUInt16BE(length, start + 2);
    if (lengthBytes === 8) bytes.writeBigUInt64BE(BigInt(length), start + 2);
    bytes.set(data, payloadAt);
    const mask = this.mask();
    const first = payloadAt / MASK_BYTES;
    const end = first + Math.ceil(length / MASK_BYTES);
    words[first - 1] = mask;
    for (let word = first; word < end; word++) words[word] = (words[word] as number) ^ mask;
    return bytes.subarray(start, payloadAt + length);
  }

  /** A new one for each frame, which nobody can foresee (RFC 6455, 10.3). */
  private mask(): number {
    if (this.usedMasks === MASKS) {
      randomFillSync(this.masks);
      this.usedMasks = 0;
    }
    return this.masks[this.usedMasks++] as number;
  }

  private room(length: number): void {
    if (length <= this.bytes.length) return;
    this.words = new Uint32Array(Math.ceil((length + LONGEST_HEAD_BYTES) / MASK_BYTES));
    this.bytes = Buffer.from(this.words.buffer);
  }
}
