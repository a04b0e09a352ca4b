/** A client's end of HTTP/1.1 as operations (RFC 9112): requests, and whole answers with headers and bodies. */
import type { Steps } from '../operations.ts';
import { createResponseCodec, type HttpResponse } from './http-messages.ts';
import type { Stream } from './stream.ts';

export { type HttpResponse, headerOf } from './http-messages.ts';

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  /** With its query: `/path?query`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As its content type says; its length is added. */
  readonly body?: string;
}

/** Called while a request is under way. */
export interface HttpProgress {
  /** The system has taken the request. */
  sent?(): void;
  /** The first bytes of an answer have come. */
  answered?(): void;
}

/** One connection, one request at a time. */
export interface Http {
  /**
   * Sends a request, and receives its answer to the last byte, whatever its status is.
   * @throws Error `EOF` if the peer closes before the answer is complete; `EHTTP` for anything but HTTP, or if
   * a part of the request would break its lines; `EUNASKED` for bytes that no request has asked for.
   */
  exchange(request: HttpRequest, progress?: HttpProgress): Steps<HttpResponse>;
  /** Whether the last answer left the connection open for another request. */
  readonly keepsAlive: boolean;
  /** Closes the stream. */
  close(): Steps;
}

/** Speaks with a host, `name:port`, over a stream that has just been opened. */
export function openHttp(stream: Stream, host: string): Http {
  const codec = createResponseCodec();
  let keepsAlive = true;
  return {
    *exchange(request, progress = {}) {
      const bytes = requestBytes(host, request);
      if ((yield* stream.peek()) === 'bytes') throw unasked();
      yield* stream.send(bytes);
      progress.sent?.();
      for (let isFirst = true; ; isFirst = false) {
        const piece = yield* stream.receive();
        if (isFirst && piece.length > 0) progress.answered?.();
        const [response, ...others] = piece.length > 0 ? codec.decode(piece) : codec.end();
        if (others.length > 0 || (response && codec.hasPart)) throw unasked();
        if (response) {
          keepsAlive = response.keepsAlive;
          return response;
        }
        if (piece.length === 0)
          throw Object.assign(new Error('the peer closed before its answer was complete'), { code: 'EOF' });
      }
    },
    get keepsAlive() {
      return keepsAlive;
    },
    *close() {
      codec.free();
      yield* stream.close();
    },
  };
}

/** Nothing of it may end a line: it would be read as another header, or another request. */
const BREAKS = /[\r\n\0]/;

/** The text of a request. */
export function requestBytes(host: string, request: HttpRequest): Buffer {
  const { method = 'GET', path, headers = {}, body } = request;
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`, 'user-agent: iobench'];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`content-length: ${Buffer.byteLength(body)}`);
  if (/\s/.test(path) || lines.some((line) => BREAKS.test(line)))
    throw Object.assign(new Error('a part of the request would break its lines'), { code: 'EHTTP' });
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`);
}

const unasked = (): Error =>
  Object.assign(new Error('the server sent bytes that no request asked for'), { code: 'EUNASKED' });
