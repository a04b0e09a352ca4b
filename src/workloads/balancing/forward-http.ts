/** Layer 7: reads requests, and passes each on to the back end that is chosen for it. */
import {
  type Connection,
  OperationError,
  receiveWithin,
  remote,
  type Steps,
  shutdown,
  UnsupportedError,
} from '../../operations.ts';
import { type HttpLine, plainLine } from '../http-line.ts';
import { createRequestReader } from '../http-request.ts';
import { refusal } from '../http-server.ts';
import { secureLine } from '../secure-server.ts';
import { askBackEnd } from './ask-back-end.ts';
import { givenAgain, keyOf } from './cache.ts';
import { answer, type ClientSession, type Forwarding } from './client-session.ts';
import {
  endOfHead,
  fieldsNamed,
  forwardedRequest,
  type Head,
  httpsLocation,
  methodOf,
  readHead,
} from './http-heads.ts';
import type { Link } from './links.ts';
import { outsideOf, type Route, routeOf } from './routes.ts';

const BUFFER_BYTES = 16 * 1024;
/** A request is passed on when all of it is there. */
const MOST_REQUEST_BYTES = 1024 * 1024;
const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');
/** How long a client whose request was refused may take to notice that. */
const LINGER_NS = 1e9;
/** Of some models, whose timers count milliseconds. */
const SHORTEST_WAIT_NS = 1e6;
/** May be asked again if nobody knows what became of it (RFC 9110, 9.2.2). */
const ASKED_AGAIN: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Answers one request after another until the client leaves, or cannot be answered any more. */
export function* serveHttp(client: Connection, forwarding: Forwarding): Steps<void> {
  const address = yield* remote(client);
  const buffer = Buffer.alloc(BUFFER_BYTES);
  const { tls } = forwarding;
  const line: HttpLine =
    tls.kind === 'terminate' ? yield* secureLine(client, tls.certificate, buffer) : plainLine(client, buffer);
  const reader = createRequestReader();
  const state = { hasAnswered: false, isClients: true, goesOn: true, key: undefined };
  try {
    yield* answerAll({ ...forwarding, client, line, address, reader, ...state });
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
      const request = earlier.length > 0 ? Buffer.concat([earlier, piece]) : piece;
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

/**
 * Of a request whose body is to come: a client that waits to be asked for it is asked (RFC 9110, 10.1.1),
 * unless it would be too large. Returns whether its head is there.
 */
function* invite(session: ClientSession, begun: Uint8Array): Steps<boolean> {
  const bodyAt = endOfHead(begun);
  if (bodyAt < 0) return false;
  const head = readHead(Buffer.from(begun.subarray(0, bodyAt)).toString('latin1'));
  const waits = fieldsNamed(head, 'expect').some((value) => value.toLowerCase() === '100-continue');
  if (!waits || bodyAt < begun.length || head.first.endsWith('/1.0')) return true;
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
function* respond(session: ClientSession, request: Uint8Array): Steps<void> {
  const { routes, reader, cache, tls, clock } = session;
  const bodyAt = endOfHead(request);
  const head = readHead(Buffer.from(request.subarray(0, bodyAt)).toString('latin1'));
  session.hasAnswered = false;
  session.goesOn = reader.keepsAlive;
  if (tls.kind === 'redirect')
    return yield* answer(session, '301 Moved Permanently', `Location: ${httpsLocation(head)}`);
  const route = routeOf(routes, head);
  session.key = cache && keyOf(head, route, bodyAt < request.length);
  const found = session.key === undefined ? undefined : cache?.get(session.key, clock());
  if (found) yield* session.line.sending(givenAgain(found, clock(), !session.goesOn));
  else yield* passOn(session, head, route, request.subarray(bodyAt));
}

/** Tries one back end after another, as far as that is allowed, and answers itself if none can. */
function* passOn(session: ClientSession, head: Head, route: number, body: Uint8Array): Steps<void> {
  const { balancer, routes, address, tls } = session;
  const method = methodOf(head);
  const passed = forwardedRequest(head, address, tls.kind === 'terminate');
  const forwarded = Buffer.concat([Buffer.from(passed, 'latin1'), body]);
  const outside = route < 0 ? 0 : outsideOf(routes[route] as Route, balancer.weights.length);
  for (let tried = outside; ; ) {
    const backEnd = balancer.choose(address, tried, route + 1);
    if (backEnd < 0)
      return yield* answer(session, tried === outside ? '503 Service Unavailable' : '502 Bad Gateway');
    tried |= 1 << backEnd;
    const outcome = yield* tryOne(session, backEnd, forwarded, method === 'HEAD');
    if (outcome === 'answered') return;
    if (session.hasAnswered) throw new OperationError('receive', 'EOF', 'a back end that broke off');
    if (outcome === 'late') return yield* answer(session, '504 Gateway Timeout');
    if (outcome === 'unknown' && !ASKED_AGAIN.has(method)) return yield* answer(session, '502 Bad Gateway');
  }
}

/** `unsent`: it has got nothing of the request. `unknown`: it may have got it. `late`: its time was over. */
type Outcome = 'answered' | 'unsent' | 'unknown' | 'late';

function* tryOne(
  session: ClientSession,
  backEnd: number,
  request: Uint8Array,
  isHead: boolean,
): Steps<Outcome> {
  const { balancer, links, clock } = session;
  const startNs = clock();
  let link: Link | undefined;
  let isWhole = false;
  session.isClients = false;
  try {
    link = yield* links.take(backEnd);
    isWhole = yield* askBackEnd(link, session, request, isHead);
    balancer.succeeded(backEnd, clock() - startNs);
    return 'answered';
  } catch (error) {
    // A model that cannot wait so is no fault of a back end.
    if (session.isClients || error instanceof UnsupportedError) throw error;
    balancer.failed(backEnd);
    if (link === undefined) return 'unsent';
    return (error as { code?: unknown }).code === 'ETIMEDOUT' ? 'late' : 'unknown';
  } finally {
    session.isClients = true;
    balancer.release(backEnd);
    if (link && isWhole) links.keep(backEnd, link);
    else if (link) yield* links.discard(link);
  }
}
