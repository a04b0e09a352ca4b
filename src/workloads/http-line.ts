/** A connection as HTTP uses it: by operations that are reused, or over TLS. */
import {
  type Connection,
  close,
  type Operation,
  type Peeked,
  peek,
  receive,
  type Steps,
  send,
} from '../operations.ts';
import type { TlsStream } from '../protocols/tls-stream.ts';

/** What `yield*` takes: an operation, or steps that begin anew each time. */
export interface Part<Result> {
  // biome-ignore lint/suspicious/noExplicitAny: as in `Steps`
  [Symbol.iterator](): Iterator<Operation, Result, any>;
}

export interface HttpLine {
  /** Where received bytes are put. */
  readonly buffer: Uint8Array;
  /** What has arrived and was not taken. */
  readonly look: Part<Peeked>;
  /** Takes what arrives next; the result is how many bytes, 0 at the end. */
  readonly take: Part<number>;
  /** What sends these bytes, as often as it is performed. */
  sending(bytes: Uint8Array): Part<unknown>;
  close(): Part<unknown>;
  /** Ends it, and leaves the connection to its owner. Without it, there is nothing to be done. */
  readonly release?: () => Steps;
}

export const plainLine = (connection: Connection, buffer: Uint8Array): HttpLine => ({
  buffer,
  look: peek(connection),
  take: receive(connection, buffer),
  sending: (bytes) => send(connection, bytes),
  close: () => close(connection),
});

export const tlsLine = (stream: TlsStream, buffer: Uint8Array): HttpLine => ({
  buffer,
  look: { [Symbol.iterator]: () => stream.peek() },
  take: { [Symbol.iterator]: () => takeInto(buffer, stream) },
  sending: (bytes) => ({ [Symbol.iterator]: () => stream.send(bytes) }),
  close: () => stream.close(),
  release: () => stream.release(),
});

function* takeInto(buffer: Uint8Array, stream: TlsStream): Steps<number> {
  const bytes = yield* stream.receive();
  buffer.set(bytes);
  return bytes.length;
}
