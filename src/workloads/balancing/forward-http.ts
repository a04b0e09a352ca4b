/** Layer 7: reads requests, and passes each on to the back end that is chosen for it. */
import {
  type Connection,
  OperationError,
  type Receive,
  receive,
  receiveWithin,
  remote,
  type Steps,
  send,
  UnsupportedError,
} from '../../operations.ts';
import { createRequestReader, type RequestReader } from '../http-request.ts';
import { createResponseReader } from '../http-response.ts';
import { refusal } from '../http-server.ts';
import type { Balancer } from './balancer.ts';
import { endOfHead, forwardedAnswer, forwardedRequest, methodOf, readHead } from './http-heads.ts';
import type { Link, Links } from './links.ts';
import { outsideOf, type Route, routeOf } from './routes.ts';

/** Of each thread. */
export interface Forwarding {
  readonly balancer: Balancer;
  readonly links: Links;
  readonly routes: readonly Route[];
  /** How long a back end may send nothing while it is waited for; 0 has no limit. */
  readonly timeoutNs: number;
  readonly clock: () => number;
}

interface Session extends Forwarding {
  readonly client: Connection;
  readonly address: string;
  readonly reader: RequestReader;
  /** Whether any of the answer under way has been sent. */
  hasAnswered: boolean;
  /** The step under way is the client's: if it fails, no back end has. */
  isClients: boolean;
  /** The client may ask again. */
  goesOn: boolean;
}

const BUFFER_BYTES = 16 * 1024;
/** A request is passed on when all of it is there. */
const MOST_REQUEST_BYTES = 1024 * 1024;
/** May be asked again if nobody knows what became of it (RFC 9110, 9.2.2). */
const ASKED_AGAIN: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Answers one request after another until the client leaves, or cannot be answered any more. */
export function* serveHttp(client: Connection, forwarding: Forwarding): Steps<void> {
  const address = yield* remote(client);
  const reader = createRequestReader();
  const state = { hasAnswered: false, isClients: true, goesOn: true };
  const session: Session = { ...forwarding, client, address, reader, ...state };
  const buffer = Buffer.alloc(BUFFER_BYTES);
  const take = receive(client, buffer);
  let earlier = Buffer.alloc(0);
  try {
    for (let bytes = yield* take; bytes > 0; bytes = yield* take) {
      for (let from = 0; from < bytes; ) {
        const end = yield* read(session, buffer, bytes, from);
        const piece = buffer.subarray(from, end < 0 ? bytes : end);
        const request = earlier.length > 0 ? Buffer.concat([earlier, piece]) : piece;
        if (request.length > MOST_REQUEST_BYTES) return yield* answer(session, '413 Content Too Large');
        if (end < 0) {
          earlier = Buffer.from(request);
          break;
        }
        earlier = Buffer.alloc(0);
        yield* passOn(session, request);
        if (!session.goesOn) return;
        from = end;
      }
    }
  } finally {
    reader.free();
  }
}

/** Where the request ends; -1 if there has to be more. */
function* read({ reader, client }: Session, buffer: Uint8Array, bytes: number, from: number): Steps<number> {
  try {
    return reader.take(buffer, bytes, from);
  } catch (error) {
    yield* send(client, refusal(error));
    throw error;
  }
}

/** Tries one back end after another, as far as that is allowed, and answers itself if none can. */
function* passOn(session: Session, request: Uint8Array): Steps<void> {
  const { balancer, routes, address, reader } = session;
  const bodyAt = endOfHead(request);
  const head = readHead(Buffer.from(request.subarray(0, bodyAt)).toString('latin1'));
  const method = methodOf(head);
  const forwarded = Buffer.concat([
    Buffer.from(forwardedRequest(head, address), 'latin1'),
    request.subarray(bodyAt),
  ]);
  session.hasAnswered = false;
  session.goesOn = reader.keepsAlive;
  const route = routeOf(routes, head);
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

function* tryOne(session: Session, backEnd: number, request: Uint8Array, isHead: boolean): Steps<Outcome> {
  const { balancer, links, clock } = session;
  const startNs = clock();
  let link: Link | undefined;
  let isWhole = false;
  session.isClients = false;
  try {
    link = yield* links.take(backEnd);
    isWhole = yield* exchangeOver(link, session, request, isHead);
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

/** One request and its answer; returns whether the connection can be used for another. */
function* exchangeOver(link: Link, session: Session, request: Uint8Array, isHead: boolean): Steps<boolean> {
  const { connection, buffer } = link;
  const reader = isHead ? createResponseReader({ hasBody: false }) : link.reader;
  try {
    yield* send(connection, request);
    for (let head = Buffer.alloc(0), isPastHead = false, received = 0; ; ) {
      const bytes = yield* receiveFrom(link, session);
      const status = bytes > 0 ? reader.take(buffer, bytes) : received > 0 ? reader.end() : 0;
      if (bytes === 0 && status === 0) throw new OperationError('receive', 'EOF', 'a back end');
      received += bytes;
      const isLast = status !== 0;
      // Its end is that of the connection: the client can only know it in the same way.
      if (bytes === 0) session.goesOn = false;
      let passed: Uint8Array = buffer.subarray(0, bytes);
      if (!isPastHead) {
        head = Buffer.concat([head, passed]);
        const bodyAt = endOfHead(head);
        isPastHead = bodyAt >= 0;
        const text = () => forwardedAnswer(readHead(head.toString('latin1', 0, bodyAt)), !session.goesOn);
        passed = isPastHead
          ? Buffer.concat([Buffer.from(text(), 'latin1'), head.subarray(bodyAt)])
          : head.subarray(0, 0);
      }
      if (passed.length > 0) yield* toClient(session, passed);
      if (isLast) return reader.keepsAlive;
    }
  } finally {
    if (isHead) reader.free();
  }
}

const receiveFrom = ({ connection, buffer }: Link, { timeoutNs }: Session): Receive =>
  timeoutNs === 0 ? receive(connection, buffer) : receiveWithin(timeoutNs, connection, buffer);

function* toClient(session: Session, bytes: Uint8Array): Steps<void> {
  session.isClients = true;
  session.hasAnswered = true;
  yield* send(session.client, bytes);
  session.isClients = false;
}

/** The balancer's own answer. */
function* answer({ client, goesOn }: Session, status: string): Steps<void> {
  const connection = goesOn ? '' : 'Connection: close\r\n';
  yield* send(client, Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n${connection}\r\n`));
}
