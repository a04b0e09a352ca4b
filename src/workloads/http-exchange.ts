/** A keep-alive GET as operations: what the HTTP workloads share. */
import { lookup } from 'node:dns/promises';
import { UserError } from '../errors.ts';
import { type Connection, close, connect, OperationError, receive, send } from '../operations.ts';
import { createResponseReader, type ResponseReader } from './http-response.ts';
import type { PeerAddress, Preparation } from './workload.ts';

/** Where requests go: a numeric address, and what they say. Plain data. */
export interface HttpTarget extends PeerAddress {
  readonly head: string;
}

export interface HttpClient {
  readonly target: HttpTarget;
  readonly head: Uint8Array;
  readonly buffer: Uint8Array;
  readonly reader: ResponseReader;
  readonly connection: Connection;
}

/** Our own server, or the one that `url` names. */
export async function httpTarget({ startPeer, params }: Preparation<{ url: string; delay: number; responseSize: number }>): Promise<HttpTarget> {
  if (params.url !== '') return targetOf(params.url);
  const peer = await startPeer('http', { delayNs: params.delay, responseBytes: params.responseSize });
  return { ...peer, head: requestHead('/', `${peer.host}:${peer.port}`) };
}

/**
 * Reads a URL, and looks its host up.
 * @throws UserError if it is not a URL of plain HTTP, or its host is not known.
 */
export async function targetOf(written: string): Promise<HttpTarget> {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url) throw new UserError(`${JSON.stringify(written)} is not a URL`, { hint: 'write it like http://127.0.0.1:8080/path' });
  if (url.protocol !== 'http:') {
    throw new UserError(`${written}: only http:// can be written as operations`, {
      hint: 'for https, write an async workload with fetch: iobench new NAME --form async',
    });
  }
  try {
    const { address } = await lookup(url.hostname.replace(/^\[|\]$/g, ''));
    return { host: address, port: Number(url.port || 80), head: requestHead(url.pathname + url.search, url.host) };
  } catch (error) {
    throw new UserError(`the host of ${written} is not known`, { cause: error });
  }
}

const requestHead = (path: string, host: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: iobench\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n`;

export function* connectHttp(target: HttpTarget) {
  const connection = yield* connect(target.host, target.port);
  const client: HttpClient = { target, connection, head: Buffer.from(target.head), buffer: Buffer.alloc(16 * 1024), reader: createResponseReader() };
  return client;
}

/** One GET, to the last byte of its response. A status of 400 or more is a failure. */
export function* exchange({ connection, head, buffer, reader, target }: HttpClient) {
  yield* send(connection, head);
  for (;;) {
    const bytes = yield* receive(connection, buffer);
    const status = reader.take(buffer, bytes);
    if (status >= 400) throw Object.assign(new Error(`the server answered ${status}`), { code: `HTTP ${status}` });
    if (status > 0) return status;
    if (bytes === 0) throw new OperationError('receive', 'EOF', `${target.host}:${target.port} closed the connection`);
  }
}

export function* disconnectHttp({ connection }: HttpClient) {
  yield* close(connection);
}
