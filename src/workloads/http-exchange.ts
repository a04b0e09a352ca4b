/** A keep-alive GET as operations: what the HTTP workloads share. */
import { connect, OperationError } from '../operations.ts';
import { connectTls } from '../protocols/tls.ts';
import { type HttpLine, type Part, plainLine, tlsLine } from './http-line.ts';
import { createResponseReader, type ResponseReader, unasked } from './http-response.ts';
import type { HttpTarget } from './http-target.ts';
import type { Tally } from './tally.ts';

export interface HttpClient {
  readonly target: HttpTarget;
  readonly buffer: Uint8Array;
  readonly reader: ResponseReader;
  readonly tally: Tally;
  /** `undefined` if the old connection is closed and no new one was opened. */
  line: HttpLine | undefined;
  /** What sends its requests on that connection, by their numbers: of those that were needed. */
  readonly asks: Map<number, Part<unknown>>;
  /** Which of its requests is the next one. */
  next: number;
  /** How many answers have arrived on this connection. */
  answers: number;
  /** The connection is over: it is closed and reopened before the next request. */
  isOver: boolean;
  /**
   * The request under way had to reopen the connection. Counted when the request ends, like the request
   * itself.
   */
  isAnew: boolean;
}

/** The system's codes for a connection that is over. */
const GONE: ReadonlySet<unknown> = new Set(['EOF', 'ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ENOTCONN']);

export function* connectHttp(target: HttpTarget, tally: Tally) {
  const buffer = Buffer.alloc(16 * 1024);
  const line = yield* openLine(target, buffer);
  const client: HttpClient = {
    target,
    buffer,
    reader: createResponseReader({ responses: target.depth, looksForCache: target.countsHits }),
    tally,
    line,
    asks: new Map(),
    next: 0,
    answers: 0,
    isOver: false,
    isAnew: false,
  };
  return client;
}

function askOf({ asks, next, target }: HttpClient, line: HttpLine): Part<unknown> {
  const { head, depth = 1, requests } = target;
  const known = asks.get(next);
  if (known) return known;
  const ask = line.sending(requests?.[next] ?? Buffer.from(head.repeat(depth)));
  asks.set(next, ask);
  return ask;
}

/**
 * One GET, or as many as the target says at once, to the last byte of the answer; the result is its status,
 * the highest of several. If the last answer ended the connection,
 * or the connection turns out to be closed before any byte of this one has arrived, it is reopened, once, and
 * counted (as browsers do; RFC 9112, 9.3.1).
 * @throws Error with the code `HTTP 404` (and so on) for a status of 400 or more, or of 101; `EOF` if the
 * peer closes a new connection, or breaks off; `EUNASKED` for bytes that no request has asked for; `EHTTP` for
 * anything but HTTP; TlsError for what is against TLS; OperationError for errors of the system.
 */
export function* exchange(client: HttpClient) {
  const { reader, buffer, target, tally } = client;
  for (;;) {
    const line = client.isOver || !client.line ? yield* reconnect(client) : client.line;
    const { look, take } = line;
    let received = 0;
    try {
      const found = yield* look;
      if (found === 'bytes') throw unasked();
      if (found === 'end')
        throw new OperationError(
          'receive',
          'EOF',
          `${target.host}:${target.port} (closed before it was asked)`,
        );
      yield* askOf(client, line);
      for (;;) {
        const bytes = yield* take;
        const status = bytes > 0 ? reader.take(buffer, bytes) : received > 0 ? reader.end() : 0;
        received += bytes;
        if (status === 0 && bytes > 0) continue;
        if (status === 0)
          throw new OperationError(
            'receive',
            'EOF',
            `${target.host}:${target.port} (${endedWhere(received)})`,
          );
        client.answers++;
        client.isOver = !reader.keepsAlive;
        if (status >= 400 || status < 200)
          throw Object.assign(new Error(`the server answered ${status}`), { code: `HTTP ${status}` });
        tally.answered(status);
        if (target.countsHits) tally.cached(reader.isFromCache);
        countAnew(client);
        return status;
      }
    } catch (error) {
      client.isOver = true;
      const isStale = received === 0 && client.answers > 0 && GONE.has((error as { code?: unknown }).code);
      if (isStale) continue;
      countAnew(client);
      throw error;
    }
  }
}

const endedWhere = (received: number): string =>
  received > 0 ? 'closed in the middle of an answer' : 'closed before it answered';

export function* disconnectHttp({ line, reader }: HttpClient) {
  reader.free();
  if (line) yield* line.close();
}

/** Connects, and over TLS performs the handshake, which is always a full one. */
function* openLine(target: HttpTarget, buffer: Uint8Array) {
  const connection = yield* connectToAny(target);
  if (!target.tls) return plainLine(connection, buffer);
  return tlsLine(yield* connectTls(connection, target.tls), buffer);
}

function* reconnect(client: HttpClient) {
  const { line: old, reader, target, buffer } = client;
  client.line = undefined;
  try {
    if (old) yield* old.close();
  } catch {
    // It was over: closing it may fail, too.
  }
  reader.reset();
  const line = yield* openLine(target, buffer);
  client.line = line;
  client.asks.clear();
  client.answers = 0;
  client.isOver = false;
  client.isAnew = true;
  return line;
}

function countAnew(client: HttpClient): void {
  if (client.isAnew) client.tally.reconnected();
  client.isAnew = false;
}

/** Which of a target's addresses was reached last, if that is not the first: each thread keeps its own. */
const reached = new WeakMap<HttpTarget, number>();

/** Tries one address after another, beginning with the one that was reached last. */
function* connectToAny(target: HttpTarget) {
  const { addresses, port, from } = target;
  const first = reached.get(target) ?? 0;
  for (let tried = 0; ; tried++) {
    const at = (first + tried) % addresses.length;
    try {
      const connection = yield* connect(addresses[at] as string, port, { from });
      if (tried > 0) reached.set(target, at);
      return connection;
    } catch (error) {
      if (tried + 1 >= addresses.length) throw error;
    }
  }
}
