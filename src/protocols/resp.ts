/**
 * RESP2, the protocol of Redis (https://redis.io/docs/latest/develop/reference/protocol-spec/): commands as
 * arrays of bulk strings, and replies. A parser of our own, of one screen: `redis-parser` has had no release
 * since 2017, and has no limit on what a server may announce.
 */
import { Backlog } from './backlog.ts';
import type { Codec } from './codec.ts';

/** A command and its arguments: `['GET', 'key']`. */
export type Command = readonly (string | Uint8Array)[];

/** An error that the server has replied: it belongs to one command, and the connection goes on. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
  /** The first word of the reply: `ERR`, `WRONGTYPE`, `NOAUTH`. */
  readonly code: string;
  constructor(message: string) {
    super(message);
    this.code = message.split(' ', 1)[0] || 'ERR';
  }
}

/**
 * A simple string, an integer (a `bigint` where a number would not be exact), a bulk string as bytes of its
 * own, the null of a missing one, an error, or an array of these.
 */
export type Reply = string | number | bigint | Uint8Array | null | RedisError | readonly Reply[];

/** The largest that is taken: Redis's own limits, by default. */
export interface RespLimits {
  readonly bulkBytes: number;
  readonly lineBytes: number;
  readonly elements: number;
  readonly depth: number;
}
const LIMITS: RespLimits = {
  bulkBytes: 512 * 2 ** 20,
  lineBytes: 64 * 2 ** 10,
  elements: 2 ** 20,
  depth: 32,
};

const LINE_END = '\r\n';
const [PLUS, MINUS, COLON, DOLLAR, STAR] = [0x2b, 0x2d, 0x3a, 0x24, 0x2a];

/** Sends commands, several at once where they are pipelined, and receives replies, one for each. */
export function createRespCodec(limits: Partial<RespLimits> = {}): Codec<readonly Command[], Reply> {
  const reader = new ReplyReader({ ...LIMITS, ...limits });
  const writer = new CommandWriter();
  return {
    encode: (commands) => writer.write(commands),
    decode: (bytes) => reader.read(bytes),
  };
}

class CommandWriter {
  private buffer = Buffer.alloc(4 * 1024);
  private length = 0;

  write(commands: readonly Command[]): Uint8Array {
    this.length = 0;
    let text = '';
    for (const command of commands) {
      text += `*${command.length}${LINE_END}`;
      for (const part of command) {
        if (typeof part === 'string') text += `$${Buffer.byteLength(part)}${LINE_END}${part}${LINE_END}`;
        else {
          this.add(Buffer.from(`${text}$${part.length}${LINE_END}`));
          this.add(part);
          text = LINE_END;
        }
      }
    }
    this.room(3 * text.length);
    this.length += this.buffer.write(text, this.length, 'utf8');
    return this.buffer.subarray(0, this.length);
  }

  private add(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  private room(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.alloc(2 * (this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

/** What stands in a buffer is not yet a whole value. */
const INCOMPLETE = Symbol('incomplete');

/** An array that is being read. */
interface OpenArray {
  readonly items: Reply[];
  left: number;
}

/** Reads replies as their bytes arrive; a long string when all of it is there. */
class ReplyReader {
  private readonly limits: RespLimits;
  private readonly backlog = new Backlog();
  private readonly open: OpenArray[] = [];
  private buffer: Buffer = Buffer.alloc(0);
  private at = 0;
  /** The length of a bulk string whose header was read; -1 if none was. */
  private bulkBytes = -1;

  constructor(limits: RespLimits) {
    this.limits = limits;
  }

  read(bytes: Uint8Array): Reply[] {
    const replies: Reply[] = [];
    this.buffer = this.backlog.join(bytes);
    this.at = 0;
    for (let value = this.value(); value !== INCOMPLETE; value = this.value()) {
      const whole = this.place(value);
      if (whole !== undefined) replies.push(whole);
    }
    this.backlog.keepFrom(this.at);
    return replies;
  }

  /** Puts a value into the array that is open; the reply that is whole by that. */
  private place(value: Reply | OpenArray): Reply | undefined {
    let whole: Reply | undefined;
    if (isOpenArray(value)) this.open.push(value);
    else whole = value;
    for (let last = this.open.at(-1); last !== undefined; last = this.open.at(-1)) {
      if (whole !== undefined) {
        last.items.push(whole);
        last.left--;
      }
      if (last.left > 0) return undefined;
      this.open.pop();
      whole = last.items;
    }
    return whole;
  }

  private value(): Reply | OpenArray | typeof INCOMPLETE {
    if (this.bulkBytes >= 0) return this.bulk();
    const kind = this.buffer[this.at];
    const line = this.line();
    if (line === INCOMPLETE) return INCOMPLETE;
    if (kind === PLUS) return line;
    if (kind === MINUS) return new RedisError(line);
    if (kind === COLON) return exactly(line);
    if (kind === DOLLAR) {
      const length = this.length(line, this.limits.bulkBytes, 'bytes');
      if (length < 0) return null;
      this.bulkBytes = length;
      return this.bulk();
    }
    const left = this.length(line, this.limits.elements, 'elements');
    if (left < 0) return null;
    if (this.open.length >= this.limits.depth)
      throw notResp(`arrays are nested more than ${this.limits.depth} deep`);
    return { items: [], left };
  }

  /** The line that begins here, without the byte that says what it is. */
  private line(): string | typeof INCOMPLETE {
    const { buffer, at } = this;
    const kind = buffer[at];
    if (kind !== undefined && !isKind(kind))
      throw notResp(`a reply begins with the byte 0x${kind.toString(16).padStart(2, '0')}`);
    const end = buffer.indexOf(LINE_END, at, 'latin1');
    const length = (end < 0 ? buffer.length : end) - at;
    if (length > this.limits.lineBytes) throw notResp(`a line is longer than ${this.limits.lineBytes} bytes`);
    if (end < 0) return INCOMPLETE;
    this.at = end + LINE_END.length;
    return buffer.toString('utf8', at + 1, end);
  }

  private bulk(): Reply | typeof INCOMPLETE {
    const end = this.at + this.bulkBytes;
    if (this.buffer.length < end + LINE_END.length) return INCOMPLETE;
    const bytes = Buffer.from(this.buffer.subarray(this.at, end));
    if (this.buffer[end] !== 0x0d || this.buffer[end + 1] !== 0x0a)
      throw notResp(`a string of ${this.bulkBytes} bytes does not end there`);
    this.at = end + LINE_END.length;
    this.bulkBytes = -1;
    return bytes;
  }

  /** A length: -1 for the null value. */
  private length(line: string, most: number, what: 'bytes' | 'elements'): number {
    if (line === '-1') return -1;
    if (!/^\d{1,15}$/.test(line)) throw notResp(`${JSON.stringify(line.slice(0, 32))} is no length`);
    if (Number(line) > most) throw notResp(`${line} ${what} are announced, more than ${most}`);
    return Number(line);
  }
}

const isKind = (byte: number): boolean =>
  byte === PLUS || byte === MINUS || byte === COLON || byte === DOLLAR || byte === STAR;

const isOpenArray = (value: Reply | OpenArray): value is OpenArray =>
  typeof value === 'object' && value !== null && 'left' in value;

function exactly(line: string): number | bigint {
  if (!/^[+-]?\d{1,19}$/.test(line)) throw notResp(`${JSON.stringify(line.slice(0, 32))} is no integer`);
  return Number.isSafeInteger(Number(line)) ? Number(line) : BigInt(line);
}

const notResp = (why: string): Error =>
  Object.assign(new Error(`the server does not speak RESP2: ${why}`), { code: 'ERESP' });
