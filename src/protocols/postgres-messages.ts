/**
 * The messages of PostgreSQL's protocol 3 (https://www.postgresql.org/docs/current/protocol.html):
 * `pg-protocol`, the part of `pg` that does no I/O, writes and reads them. What it does not check is checked
 * here, as libpq does (fe-protocol3.c): which messages there are, and how long each may be.
 */
import { createRequire } from 'node:module';
import type { serialize } from 'pg-protocol';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import type { Parser } from 'pg-protocol/dist/parser.js';
import { Backlog } from './backlog.ts';
import type { Codec } from './codec.ts';

export type Serialize = typeof serialize;
export type { BackendMessage } from 'pg-protocol/dist/messages.js';

const KINDS = new Set(Buffer.from('123ACDEGHIKNRSTWZcdnst'));
const LONG_KINDS = new Set(Buffer.from('ADENTd'));
const LONGEST_BYTES = 2 ** 30;
const LONGEST_SHORT_BYTES = 30_000;
const KIND_BYTES = 1;
const LENGTH_BYTES = 4;

interface Library {
  readonly serialize: Serialize;
  readonly Parser: new () => Parser;
}

/** Only who speaks it loads it: every measured thread starts without. */
let library: Library | undefined;

function load(): Library {
  const require = createRequire(import.meta.url);
  return { ...require('pg-protocol'), Parser: require('pg-protocol/dist/parser.js').Parser };
}

/** Makes the messages of a client. */
export function frontend(): Serialize {
  library ??= load();
  return library.serialize;
}

/**
 * A client's end: sends messages of `frontend`, several at once. Decoding fails with `EPOSTGRES` for anything
 * but messages of a server.
 */
export function createPostgresCodec(): Codec<readonly Uint8Array[], BackendMessage> {
  library ??= load();
  const parser = new library.Parser();
  const backlog = new Backlog();
  return {
    encode: (messages) => (messages.length === 1 ? (messages[0] as Uint8Array) : Buffer.concat(messages)),
    decode(bytes) {
      const messages: BackendMessage[] = [];
      const all = backlog.join(bytes);
      const end = endOfWhole(all);
      try {
        // It keeps nothing: all of it is whole messages.
        parser.parse(all.subarray(0, end), (message) => messages.push(message));
      } catch (error) {
        throw broken(`a message cannot be read: ${(error as Error).message}`);
      }
      backlog.keepFrom(end);
      return messages;
    },
  };
}

/** Where the last message that is whole ends. */
function endOfWhole(bytes: Buffer): number {
  for (let at = 0; ; ) {
    if (at + KIND_BYTES > bytes.length) return at;
    const kind = bytes[at] as number;
    if (!KINDS.has(kind)) throw broken(`a message is of the kind 0x${kind.toString(16).padStart(2, '0')}`);
    if (at + KIND_BYTES + LENGTH_BYTES > bytes.length) return at;
    const length = bytes.readUInt32BE(at + KIND_BYTES);
    const longest = LONG_KINDS.has(kind) ? LONGEST_BYTES : LONGEST_SHORT_BYTES;
    if (length < LENGTH_BYTES || length > longest)
      throw broken(`a message of the kind ${String.fromCharCode(kind)} announces ${length} bytes`);
    if (at + KIND_BYTES + length > bytes.length) return at;
    at += KIND_BYTES + length;
  }
}

export const broken = (why: string): Error =>
  Object.assign(new Error(`the server does not speak PostgreSQL's protocol: ${why}`), { code: 'EPOSTGRES' });
