/** One request to a back end, and its answer, which goes to the client piece by piece. */
import { OperationError, type Receive, receive, receiveWithin, type Steps, send } from '../../operations.ts';
import { createResponseReader } from '../http-response.ts';
import { freshNsOf } from './cache.ts';
import { type ClientSession, toClient } from './client-session.ts';
import {
  endOfHead,
  forwardedAnswer,
  fromFirstLine,
  type Head,
  isChunked,
  readAnswer,
  statusOf,
  withoutFraming,
} from './http-heads.ts';
import type { Link } from './links.ts';
import { unchunking } from './unchunking.ts';

/** Returns whether the connection can be used for another request. */
export function* askBackEnd(
  link: Link,
  session: ClientSession,
  request: Uint8Array,
  isHead: boolean,
): Steps<boolean> {
  const { connection, buffer } = link;
  const reader = isHead ? createResponseReader({ hasBody: false }) : link.reader;
  const askedNs = session.clock();
  const passing = createPassing(session, askedNs);
  try {
    yield* send(connection, request);
    for (let received = 0; ; ) {
      const bytes = yield* receiveFrom(link, session);
      const status = bytes > 0 ? reader.take(buffer, bytes) : received > 0 ? reader.end() : 0;
      if (bytes === 0 && status === 0) throw new OperationError('receive', 'EOF', 'a back end');
      received += bytes;
      // Its end is that of the connection: the client can only know it in the same way.
      if (bytes === 0) session.goesOn = false;
      const passed = passing.take(buffer.subarray(0, bytes));
      if (passed.length > 0) yield* toClient(session, passed);
      if (status === 0) continue;
      // Where only the end of the connection ends it, nobody could know that it is whole.
      if (bytes > 0) passing.store();
      return reader.keepsAlive;
    }
  } finally {
    if (isHead) reader.free();
  }
}

const SWITCHING_PROTOCOLS = 101;

/** What becomes of an answer on its way, piece by piece: what its client gets, and what the cache does. */
function createPassing(session: ClientSession, askedNs: number) {
  let begun: Buffer = Buffer.alloc(0);
  let isPastHead = false;
  let content = (piece: Uint8Array): Uint8Array => piece;
  let storing: Storing | undefined;

  /** Bytes that begin with a head, and may end within it. */
  function takeHead(bytes: Buffer): Uint8Array {
    begun = fromFirstLine(bytes);
    const bodyAt = endOfHead(begun);
    if (bodyAt < 0) return Buffer.alloc(0);
    const head = readAnswer(begun.toString('latin1', 0, bodyAt));
    const rest = begun.subarray(bodyAt);
    const status = statusOf(head);
    // An interim answer (RFC 9110, 15.2) is not the one that the client waits for.
    if (status < 200 && status !== SWITCHING_PROTOCOLS) return takeHead(rest);
    isPastHead = true;
    if (status >= 200 && status < 400) for (const key of session.outdated) session.cache?.forget(key);
    storing = storingOf(head, rest, askedNs, session);
    const isUnchunked = session.isHttp10 && isChunked(head);
    if (isUnchunked) content = unchunking();
    const passed = forwardedAnswer(isUnchunked ? withoutFraming(head) : head, !session.goesOn);
    return Buffer.concat([Buffer.from(passed, 'latin1'), content(rest)]);
  }

  return {
    /** Returns what the client gets of it. */
    take(piece: Uint8Array): Uint8Array {
      if (!isPastHead) return takeHead(Buffer.concat([begun, piece]));
      storing = storing && withPiece(storing, piece, session);
      return content(piece);
    },
    /** It is whole: others may get it, too. */
    store(): void {
      if (storing) store(storing, session);
    },
  };
}

const receiveFrom = ({ connection, buffer }: Link, { timeoutNs }: ClientSession): Receive =>
  timeoutNs === 0 ? receive(connection, buffer) : receiveWithin(timeoutNs, connection, buffer);

/** An answer of which there may be more. */
interface Storing {
  readonly head: Head;
  readonly freshNs: number;
  readonly askedNs: number;
  readonly pieces: Uint8Array[];
  bytes: number;
}

function storingOf(
  head: Head,
  body: Uint8Array,
  askedNs: number,
  session: ClientSession,
): Storing | undefined {
  const freshNs = session.key === undefined ? 0 : freshNsOf(head);
  return freshNs === 0
    ? undefined
    : withPiece({ head, freshNs, askedNs, pieces: [], bytes: 0 }, body, session);
}

/** `undefined` once it is larger than the cache. */
function withPiece(storing: Storing, piece: Uint8Array, { cache }: ClientSession): Storing | undefined {
  storing.bytes += piece.length;
  if (storing.bytes > (cache?.mostBytes ?? 0)) return undefined;
  // A copy: the buffer is used for the next piece.
  storing.pieces.push(Uint8Array.from(piece));
  return storing;
}

function store({ head, freshNs, askedNs, pieces }: Storing, { cache, key }: ClientSession): void {
  if (key !== undefined) cache?.set(key, { head, freshNs, askedNs, body: Buffer.concat(pieces) });
}
