/** One request to a back end, and its answer, which goes to the client piece by piece. */
import { OperationError, type Receive, receive, receiveWithin, type Steps, send } from '../../operations.ts';
import { createResponseReader } from '../http-response.ts';
import { freshNsOf } from './cache.ts';
import { type ClientSession, toClient } from './client-session.ts';
import { endOfHead, forwardedAnswer, type Head, readHead } from './http-heads.ts';
import type { Link } from './links.ts';

/** Returns whether the connection can be used for another request. */
export function* askBackEnd(
  link: Link,
  session: ClientSession,
  request: Uint8Array,
  isHead: boolean,
): Steps<boolean> {
  const { connection, buffer } = link;
  const reader = isHead ? createResponseReader({ hasBody: false }) : link.reader;
  let storing: Storing | undefined;
  try {
    yield* send(connection, request);
    for (let head = Buffer.alloc(0), isPastHead = false, received = 0; ; ) {
      const bytes = yield* receiveFrom(link, session);
      const status = bytes > 0 ? reader.take(buffer, bytes) : received > 0 ? reader.end() : 0;
      if (bytes === 0 && status === 0) throw new OperationError('receive', 'EOF', 'a back end');
      received += bytes;
      // Its end is that of the connection: the client can only know it in the same way.
      if (bytes === 0) session.goesOn = false;
      let passed: Uint8Array = buffer.subarray(0, bytes);
      if (isPastHead) storing = storing && withPiece(storing, passed, session);
      else {
        head = Buffer.concat([head, passed]);
        const bodyAt = endOfHead(head);
        isPastHead = bodyAt >= 0;
        passed = head.subarray(0, 0);
        if (isPastHead) {
          const read = readHead(head.toString('latin1', 0, bodyAt));
          const body = head.subarray(bodyAt);
          storing = storingOf(read, body, session);
          passed = Buffer.concat([Buffer.from(forwardedAnswer(read, !session.goesOn), 'latin1'), body]);
        }
      }
      if (passed.length > 0) yield* toClient(session, passed);
      if (status === 0) continue;
      // Where only the end of the connection ends it, nobody could know that it is whole.
      if (storing && bytes > 0) store(storing, session);
      return reader.keepsAlive;
    }
  } finally {
    if (isHead) reader.free();
  }
}

const receiveFrom = ({ connection, buffer }: Link, { timeoutNs }: ClientSession): Receive =>
  timeoutNs === 0 ? receive(connection, buffer) : receiveWithin(timeoutNs, connection, buffer);

/** An answer of which there may be more. */
interface Storing {
  readonly head: Head;
  readonly freshNs: number;
  readonly pieces: Uint8Array[];
  bytes: number;
}

function storingOf(head: Head, body: Uint8Array, session: ClientSession): Storing | undefined {
  const freshNs = session.key === undefined ? 0 : freshNsOf(head);
  return freshNs === 0 ? undefined : withPiece({ head, freshNs, pieces: [], bytes: 0 }, body, session);
}

/** `undefined` once it is larger than the cache. */
function withPiece(storing: Storing, piece: Uint8Array, { cache }: ClientSession): Storing | undefined {
  storing.bytes += piece.length;
  if (storing.bytes > (cache?.mostBytes ?? 0)) return undefined;
  // A copy: the buffer is used for the next piece.
  storing.pieces.push(Uint8Array.from(piece));
  return storing;
}

function store({ head, freshNs, pieces }: Storing, { cache, key, clock }: ClientSession): void {
  if (key !== undefined) cache?.set(key, { head, freshNs, body: Buffer.concat(pieces), receivedNs: clock() });
}
