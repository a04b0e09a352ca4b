/**
 * Looking up the address of a name, as operations: a DNS message over UDP, its answer, and another try where
 * that does not come (RFC 1035, 4.2.1 and 7.3). `dns-packet` writes and reads the messages.
 */
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as packets from 'dns-packet';
import {
  type Connection,
  close,
  connect,
  OperationError,
  receiveWithin,
  type Steps,
  send,
} from '../operations.ts';

export interface NameServer {
  /** A numeric address. */
  readonly host: string;
  readonly port: number;
}

export interface Resolving {
  /** How long an answer is waited for, before the question is sent again. */
  readonly withinNs: number;
  /** How many times the question is sent at most. */
  readonly tries: number;
}

export interface Resolved {
  /** IPv4, at least one. */
  readonly addresses: readonly string[];
  /** For how long they may be remembered. */
  readonly ttlSeconds: number;
  /** How many times the question was sent. */
  readonly tries: number;
}

/** UDP messages are no longer, unless more was agreed on (RFC 1035, 4.2.1). */
const MOST_BYTES = 512;
/** Datagrams of a try that are no answer to its question: late ones, or somebody else's. */
const MOST_STRAY = 32;
const TRUNCATED = 1 << 9;
const CODE_MASK = 0xf;
const NO_SUCH_NAME = 3;

let library: typeof packets | undefined;

/** Only who looks up names loads it: every measured thread starts without. */
function load(): typeof packets {
  library ??= createRequire(import.meta.url)('dns-packet') as typeof packets;
  return library;
}

/**
 * Asks for the IPv4 addresses of a name, from a socket of its own. Each try has its deadline.
 * @throws Error `ETIMEDOUT` if no try was answered; `ENOTFOUND` if there is no such name, `ENODATA` if it has
 * no such address; `EDNS` if the server fails, or answers what cannot be read.
 */
export function* resolve(server: NameServer, name: string, { withinNs, tries }: Resolving): Steps<Resolved> {
  const socket = yield* connect(server.host, server.port, { transport: 'udp' });
  try {
    for (let tried = 1; ; tried++) {
      // A number that is hard to guess, a new one for each: it takes that to forge an answer (RFC 5452).
      const id = randomInt(2 ** 16);
      yield* send(socket, questionFor(id, name));
      try {
        return { ...addressesIn(yield* answerTo(id, name, socket, withinNs), name), tries: tried };
      } catch (error) {
        if (!isTimeout(error) || tried >= tries) throw error;
      }
    }
  } finally {
    yield* close(socket);
  }
}

const isTimeout = (error: unknown): boolean => error instanceof OperationError && error.code === 'ETIMEDOUT';

export function questionFor(id: number, name: string): Uint8Array {
  const { encode, RECURSION_DESIRED } = load();
  return encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ type: 'A', name }] });
}

/** The message that answers this question; others are dropped. */
function* answerTo(id: number, name: string, socket: Connection, withinNs: number): Steps<packets.Packet> {
  const buffer = Buffer.alloc(MOST_BYTES);
  for (let stray = 0; stray < MOST_STRAY; stray++) {
    const bytes = yield* receiveWithin(withinNs, socket, buffer);
    const message = readMessage(buffer.subarray(0, bytes));
    if (message && isAnswer(message, id, name)) return message;
  }
  throw broken('it sends messages that answer nothing');
}

/** `undefined` for what is no message. */
function readMessage(bytes: Buffer): packets.Packet | undefined {
  try {
    return load().decode(bytes);
  } catch {
    return undefined;
  }
}

function isAnswer({ type, id, questions = [] }: packets.Packet, asked: number, name: string): boolean {
  const [question] = questions;
  return type === 'response' && id === asked && question?.name.toLowerCase() === name.toLowerCase();
}

/** @throws Error as `resolve`. */
export function addressesIn(message: packets.Packet, name: string): Omit<Resolved, 'tries'> {
  const { flags = 0, answers = [] } = message;
  const code = flags & CODE_MASK;
  if (code === NO_SUCH_NAME) throw failed('ENOTFOUND', `there is no name ${name}`);
  if (code !== 0) throw broken(`it fails with the code ${code}`);
  if ((flags & TRUNCATED) !== 0) throw broken('its answer was cut off');
  // Of an alias the server sends the address along (RFC 1034, 3.6.2).
  const found = answers.flatMap((answer) => (answer.type === 'A' ? [answer] : []));
  if (found.length === 0) throw failed('ENODATA', `${name} has no IPv4 address`);
  return {
    addresses: found.map(({ data }) => data),
    ttlSeconds: Math.min(...found.map(({ ttl = 0 }) => ttl)),
  };
}

const failed = (code: string, message: string): Error => Object.assign(new Error(message), { code });
const broken = (why: string): Error => failed('EDNS', `the name server: ${why}`);
