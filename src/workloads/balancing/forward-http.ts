/** Layer 7: reads requests, and passes each on to the back end that is chosen for it. */
import { type Connection, receiveWithin, remote, type Steps, shutdown } from '../../operations.ts';
import { type HttpLine, plainLine } from '../http-line.ts';
import { createRequestReader } from '../http-request.ts';
import { refusal } from '../http-server.ts';
import { secureLine } from '../secure-server.ts';
import { givenAgain, keyOf, outdatedBy } from './cache.ts';
import { answer, type ClientSession, type Forwarding } from './client-session.ts';
import {
  endOfHead,
  fieldsNamed,
  fromFirstLine,
  httpsLocation,
  type RequestHead,
  readRequest,
} from './http-heads.ts';
import { passOn } from './pass-on.ts';
import { routeOf } from './routes.ts';

const BUFFER_BYTES = 16 * 1024;
/** A request is passed on when all of it is there. */
const MOST_REQUEST_BYTES = 1024 * 1024;
const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');
/** How long a client whose request was refused may take to notice that. */
const LINGER_NS = 1e9;
/** Of some models, whose timers count milliseconds. */
const SHORTEST_WAIT_NS = 1e6;

/** Answers one request after another until the client leaves, or cannot be answered any more. */
export function* serveHttp(client: Connection, forwarding: Forwarding): Steps<void> {
  const address = yield* remote(client);
  const buffer = Buffer.alloc(BUFFER_BYTES);
  const { tls } = forwarding;
  const line: HttpLine =
    tls.kind === 'terminate' ? yield* secureLine(client, tls.certificate, buffer) : plainLine(client, buffer);
  const reader = createRequestReader();
  const state = { hasAnswered: false, isClients: true, goesOn: true };
  const request = { key: undefined, outdated: [], isHttp10: false };
  try {
    yield* answerAll({ ...forwarding, client, line, address, reader, ...state, ...request });
  } finally {
    reader.free();
    if (line.release) yield* line.release();
  }
}

function* answerAll(session: ClientSession): Steps<void> {
  const { buffer, take } = session.line;
  let earlier = Buffer.alloc(0);
  let isInvited = false;
  for (let bytes = yield* take; bytes > 0; bytes = yield* take) {
    for (let from = 0; from < bytes; ) {
      const end = yield* read(session, buffer, bytes, from);
      const piece = buffer.subarray(from, end < 0 ? bytes : end);
      const request = fromFirstLine(
        earlier.length > 0
          ? Buffer.concat([earlier, piece])
          : Buffer.from(piece.buffer, piece.byteOffset, piece.length),
      );
      if (request.length > MOST_REQUEST_BYTES) return yield* refuseTooLarge(session);
      if (end < 0) {
        earlier = Buffer.from(request);
        if (!isInvited) isInvited = yield* invite(session, earlier);
        if (!session.goesOn) return;
        break;
      }
      earlier = Buffer.alloc(0);
      isInvited = false;
      yield* respond(session, request);
      if (!session.goesOn) return;
      from = end;
    }
  }
}

/** Where the request ends; -1 if there has to be more. */
function* read(
  { reader, line }: ClientSession,
  buffer: Uint8Array,
  bytes: number,
  from: number,
): Steps<number> {
  try {
    return reader.take(buffer, bytes, from);
  } catch (error) {
    yield* line.sending(refusal(error));
    throw error;
  }
}

/** Of a request whose head is there; bytes that end it otherwise than with an empty line are none. */
function* headOf({ line }: ClientSession, request: Buffer, bodyAt: number): Steps<RequestHead> {
  try {
    return readRequest(request.toString('latin1', 0, Math.max(0, bodyAt)));
  } catch (error) {
    yield* line.sending(refusal(error));
    throw error;
  }
}

/**
 * Of a request whose body is to come: a client that waits to be asked for it is asked (RFC 9110, 10.1.1),
 * unless it would be too large. Returns whether its head is there.
 */
function* invite(session: ClientSession, begun: Buffer): Steps<boolean> {
  const bodyAt = endOfHead(begun);
  if (bodyAt < 0) return false;
  const head = yield* headOf(session, begun, bodyAt);
  const waits = fieldsNamed(head, 'expect').some((value) => value.toLowerCase() === '100-continue');
  if (!waits || bodyAt < begun.length || head.isHttp10) return true;
  const bodyBytes = Number(fieldsNamed(head, 'content-length')[0] ?? 0);
  if (bodyAt + bodyBytes > MOST_REQUEST_BYTES) yield* refuseTooLarge(session);
  else yield* session.line.sending(CONTINUE);
  return true;
}

/** The client may still be sending: what comes is dropped for a while, or the answer might be lost. */
function* refuseTooLarge(session: ClientSession): Steps<void> {
  session.goesOn = false;
  yield* answer(session, '413 Content Too Large');
  yield* linger(session);
}

/** Until the client has closed, too, as RFC 9112, 9.6, has it; not for ever. */
function* linger({ client, tls, clock }: ClientSession): Steps<void> {
  const buffer = Buffer.alloc(BUFFER_BYTES);
  const untilNs = clock() + LINGER_NS;
  try {
    // Over TLS its own end has to come before that of the connection.
    if (tls.kind !== 'terminate') yield* shutdown(client);
    for (let leftNs = LINGER_NS; leftNs >= SHORTEST_WAIT_NS; leftNs = untilNs - clock())
      if ((yield* receiveWithin(leftNs, client, buffer)) === 0) return;
  } catch {
    // It sends no more, or has gone.
  }
}

/** Redirects, answers from the cache, or passes on. */
function* respond(session: ClientSession, request: Buffer): Steps<void> {
  const { routes, reader, cache, tls, clock } = session;
  const bodyAt = endOfHead(request);
  const head = yield* headOf(session, request, bodyAt);
  session.hasAnswered = false;
  // RFC 9112, 9.3: a proxy keeps no connection to a client of HTTP/1.0.
  session.goesOn = reader.keepsAlive && !head.isHttp10;
  session.isHttp10 = head.isHttp10;
  // It asks for a tunnel, and there is none (RFC 9110, 9.3.6).
  if (head.method === 'CONNECT') {
    // What follows may be meant for the tunnel, and is no request.
    session.goesOn = false;
    return yield* answer(session, '501 Not Implemented');
  }
  if (tls.kind === 'redirect')
    return yield* answer(session, '301 Moved Permanently', `Location: ${httpsLocation(head)}`);
  const route = routeOf(routes, head);
  session.outdated = cache ? outdatedBy(head, routes.length) : [];
  session.key = cache && keyOf(head, route, bodyAt < request.length);
  const found = session.key === undefined ? undefined : cache?.get(session.key, clock());
  if (found) yield* session.line.sending(givenAgain(found, clock(), !session.goesOn));
  else yield* passOn(session, head, route, request.subarray(bodyAt));
}
