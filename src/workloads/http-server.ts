import * as z from 'zod/mini';
import { type Connection, compute, receive, type Steps, send, sleep } from '../operations.ts';
import { idleConnections } from './echo-exchange.ts';
import { connectHttp, disconnectHttp, exchange } from './http-exchange.ts';
import { createRequestReader, type RequestReader } from './http-request.ts';
import { requestHead } from './http-target.ts';
import { requireOpenFiles } from './open-files.ts';
import { byteSize, choice, count, duration } from './parameters.ts';
import { UNDELAYED_PATH } from './peers/index.ts';
import { defineServer, type PeerAddress } from './workload.ts';

const BUFFER_BYTES = 16 * 1024;

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
    idleConnections: count(0),
  }),
  prepare({ params }) {
    requireOpenFiles(params.idleConnections, 'idle connection');
    return { ...params, path: '/' };
  },
  undelayed: (fixture) => ({ ...fixture, path: UNDELAYED_PATH }),
  *serve(connection, { responseSize, delay, work }) {
    const reader = createRequestReader();
    const answer = send(connection, answerOf(responseSize));
    try {
      yield* serveRequests(connection, reader, function* () {
        if (work > 0) yield* compute(work);
        if (delay > 0 && reader.target !== UNDELAYED_PATH) yield* sleep(delay);
        yield* answer;
      });
    } finally {
      reader.free();
    }
  },
  background: idleConnections,
  connect: (fixture, tally) => connectHttp(serverTarget(fixture), tally),
  request: exchange,
  disconnect: disconnectHttp,
});

/**
 * Answers one request after another until the client leaves, or does not want to keep its connection.
 * @throws Error `EHTTP` or `EHEAD` after it has answered 400 or 431.
 */
export function* serveRequests(
  connection: Connection,
  reader: RequestReader,
  answerOne: () => Steps,
): Steps<void> {
  const buffer = Buffer.alloc(BUFFER_BYTES);
  const take = receive(connection, buffer);
  for (let bytes = yield* take; bytes > 0; bytes = yield* take) {
    for (let from = 0; from < bytes; ) {
      try {
        from = reader.take(buffer, bytes, from);
      } catch (error) {
        yield* send(connection, refusal(error));
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

const refusal = (error: unknown): Buffer =>
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
}: PeerAddress & { readonly path: string; readonly connections: string }) => ({
  host,
  port,
  addresses: [host],
  head: requestHead(path, `${host}:${port}`, { isKept: connections === 'kept' }),
});
