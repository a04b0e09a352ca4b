import * as z from 'zod/mini';
import { UserError } from '../errors.ts';
import { compute, type Steps, sleep } from '../operations.ts';
import { idleConnections } from './echo-exchange.ts';
import { connectHttp, disconnectHttp, exchange } from './http-exchange.ts';
import { type HttpLine, plainLine } from './http-line.ts';
import { createRequestReader, type RequestReader } from './http-request.ts';
import { type HttpTarget, requestHead } from './http-target.ts';
import { requireOpenFiles } from './open-files.ts';
import { makeOwnCertificate, type OwnCertificate } from './own-certificate.ts';
import { byteSize, choice, count, duration } from './parameters.ts';
import { UNDELAYED_PATH } from './peers/index.ts';
import { idleSecurely, secureLine } from './secure-server.ts';
import { slowClient } from './slow-client.ts';
import { defineServer, type PeerAddress } from './workload.ts';

/**
 * What is received at once: every connection has that, and most wait. A longer head, or many requests sent at
 * once, take several receives; nginx begins with 1 KiB.
 */
export const REQUEST_BYTES = 2 * 1024;
/** As much as one TLS record has. */
const RECORD_BYTES = 16 * 1024;

interface ServerFixture {
  readonly responseSize: number;
  readonly idleConnections: number;
  readonly slowClients: number;
  readonly slowEvery: number;
  readonly certificate: OwnCertificate | undefined;
}

export default defineServer({
  name: 'http-server',
  summary: 'A server that answers GET; every request is parsed by llhttp',
  params: z.object({
    responseSize: byteSize('128B'),
    /** What stands behind the server takes this long. */
    delay: duration('0'),
    /** Input to SHA-256, for each request. */
    work: byteSize('0B'),
    connections: choice('kept', 'one-a-request'),
    /** Requests that a client sends before it reads the answers; all of them are one request of the load. */
    depth: count(1, 1),
    /** With `on`, its own process performs the handshakes, which are all full ones, and encrypts. */
    tls: choice('off', 'on'),
    idleConnections: count(0),
    /** Clients beside the load that send a byte of their request every so often. */
    slowClients: count(0),
    slowEvery: duration('100ms'),
  }),
  message: 'responseSize',
  unused: ({ connections, tls, slowClients }) => [
    ...(connections === 'kept' ? [] : ['depth']),
    ...(tls === 'off' ? [] : ['slowClients']),
    ...(tls === 'off' && slowClients > 0 ? [] : ['slowEvery']),
  ],
  async prepare({ params, directory }) {
    requireOpenFiles(params.idleConnections + params.slowClients, 'idle or slow connection');
    requireDepth(params.depth);
    const certificate = params.tls === 'on' ? await makeOwnCertificate(directory) : undefined;
    return { ...params, path: '/', certificate };
  },
  http: (params) => {
    const reason = whyAnotherLoad(params);
    return reason === undefined ? { path: '/' } : { reason };
  },
  undelayed: (fixture) => ({ ...fixture, path: UNDELAYED_PATH }),
  *serve(connection, { responseSize, delay, work, certificate }) {
    const line = certificate
      ? yield* secureLine(connection, certificate, Buffer.alloc(RECORD_BYTES))
      : plainLine(connection, Buffer.alloc(REQUEST_BYTES));
    const reader = createRequestReader();
    const answer = line.sending(answerOf(responseSize));
    try {
      yield* serveRequests(line, reader, function* () {
        if (work > 0) yield* compute(work);
        if (delay > 0 && reader.target !== UNDELAYED_PATH) yield* sleep(delay);
        yield* answer;
      });
    } finally {
      reader.free();
      if (line.release) yield* line.release();
    }
  },
  background: (fixture) => idle(fixture),
  lasting: (fixture) => slowClients(fixture),
  connect: (fixture, tally) => connectHttp(serverTarget(fixture), tally),
  request: exchange,
  disconnect: disconnectHttp,
});

/** What makes the load another one than requests for `/`, one after another; `undefined` if nothing does. */
function whyAnotherLoad(params: {
  readonly connections: string;
  readonly depth: number;
  readonly tls: string;
  readonly idleConnections: number;
  readonly slowClients: number;
}): string | undefined {
  const { connections, depth, tls, idleConnections, slowClients } = params;
  if (connections !== 'kept') return 'each has a connection of its own (connections=one-a-request)';
  if (tls === 'on') return 'the certificate is verified (tls=on)';
  if (depth > 1) return `${depth} requests are sent before their answers are read (depth)`;
  if (idleConnections + slowClients > 0) return 'others are connected besides (idleConnections, slowClients)';
  return undefined;
}

/** Connections that are opened and watched, and never used; over TLS, used once. */
function idle(fixture: PeerAddress & ServerFixture): Steps[] {
  const { host, port, certificate, responseSize, idleConnections: count } = fixture;
  if (!certificate) return idleConnections(fixture);
  const answerBytes = answerOf(responseSize).length;
  const request = requestHead(UNDELAYED_PATH, `${host}:${port}`);
  return Array.from({ length: count }, () => idleSecurely(fixture, certificate, { request, answerBytes }));
}

/** A server may stop reading while its answers wait to be read: this many requests fit where they wait. */
const MOST_AT_ONCE = 256;

/** @throws UserError for more requests at once than a client can send without reading. */
function requireDepth(depth: number): void {
  if (depth > MOST_AT_ONCE)
    throw new UserError(`depth=${depth}: client and server could wait for each other to read`, {
      hint: `send at most ${MOST_AT_ONCE} requests at once`,
    });
}

function slowClients(fixture: PeerAddress & ServerFixture): Steps[] {
  const { host, port, responseSize, certificate, slowClients: count, slowEvery } = fixture;
  if (certificate) return [];
  const request = Buffer.from(requestHead('/', `${host}:${port}`));
  const answerBytes = answerOf(responseSize).length;
  return Array.from({ length: count }, () =>
    slowClient({ host, port, request, answerBytes, everyNs: slowEvery }),
  );
}

/**
 * Answers one request after another until the client leaves, or does not want to keep its connection.
 * @throws Error `EHTTP` or `EHEAD` after it has answered 400 or 431.
 */
export function* serveRequests(line: HttpLine, reader: RequestReader, answerOne: () => Steps): Steps<void> {
  const { buffer, take } = line;
  for (let bytes = yield* take; bytes > 0; bytes = yield* take) {
    for (let from = 0; from < bytes; ) {
      try {
        from = reader.take(buffer, bytes, from);
      } catch (error) {
        yield* line.sending(refusal(error));
        throw error;
      }
      if (from < 0) break;
      yield* answerOne();
      if (!reader.keepsAlive) return;
    }
  }
}

const answerOf = (bodyBytes: number): Buffer =>
  Buffer.concat([headOf(bodyBytes), Buffer.alloc(bodyBytes, 'iobench ')]);

/** The head of an answer whose body has this many bytes. */
export const headOf = (bodyBytes: number): Buffer =>
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${bodyBytes}\r\n\r\n`);

/** The answer to what is no request. */
export const refusal = (error: unknown): Buffer =>
  Buffer.from(
    `HTTP/1.1 ${(error as { code?: unknown }).code === 'EHEAD' ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\n` +
      'Content-Length: 0\r\nConnection: close\r\n\r\n',
  );

/** What the clients of such a server ask. */
export const serverTarget = ({
  host,
  port,
  path,
  connections,
  depth = 1,
  certificate,
}: PeerAddress & {
  readonly path: string;
  readonly connections: string;
  readonly depth?: number;
  readonly certificate?: OwnCertificate | undefined;
}): HttpTarget => ({
  host,
  port,
  addresses: [host],
  head: requestHead(path, `${host}:${port}`, { isKept: connections === 'kept' }),
  depth: connections === 'kept' ? depth : 1,
  ...(certificate && { tls: { caFile: certificate.caFile, host: certificate.host } }),
});
