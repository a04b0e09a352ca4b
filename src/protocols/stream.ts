/** Bytes both ways, in order: a connection, or what protects one (TLS). */
import {
  type Connection,
  close,
  connect,
  type Peeked,
  peek,
  receive,
  type Steps,
  send,
} from '../operations.ts';

export interface Stream {
  /** Sends all bytes. */
  send(bytes: Uint8Array): Steps;
  /**
   * The bytes that arrive next, at least one; of length 0 at the end of the stream. They are valid until the
   * next `receive` of this stream: to keep them, copy them.
   */
  receive(): Steps<Uint8Array>;
  /**
   * Checks what has arrived and was not received, without waiting: bytes before a request is sent cannot be
   * its answer.
   */
  peek(): Steps<Peeked>;
  close(): Steps;
}

const BUFFER_BYTES = 16 * 1024;

/** Connects, and opens what is spoken over the connection, which is closed if that fails. */
export function* openOver<Opened>(
  { host, port }: { readonly host: string; readonly port: number },
  open: (stream: Stream) => Steps<Opened>,
): Steps<Opened> {
  const stream = streamOver(yield* connect(host, port));
  try {
    return yield* open(stream);
  } catch (error) {
    yield* stream.close();
    throw error;
  }
}

/** A connection as a stream. */
export function streamOver(connection: Connection): Stream {
  const buffer = Buffer.alloc(BUFFER_BYTES);
  const take = receive(connection, buffer);
  const look = peek(connection);
  return {
    *send(bytes) {
      yield* send(connection, bytes);
    },
    *receive() {
      return buffer.subarray(0, yield* take);
    },
    *peek() {
      return yield* look;
    },
    *close() {
      yield* close(connection);
    },
  };
}
