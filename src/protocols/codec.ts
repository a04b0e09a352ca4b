/**
 * Between bytes and messages, without any I/O: what makes a protocol run under every model. Each protocol is
 * one file that makes a codec for each connection.
 */
import type { Steps } from '../operations.ts';
import type { Stream } from './stream.ts';

/** One end of one connection. */
export interface Codec<Sent, Received> {
  /** The bytes of a message, valid until the next call. */
  encode(message: Sent): Uint8Array;
  /**
   * The messages that are complete with these bytes, in order; the rest is kept for the next call. What is
   * kept, of messages and parts, is copied: the bytes change after the call.
   * @throws Error with the code of its protocol (`EPROTOCOL` if it has none) for anything but its messages.
   */
  decode(bytes: Uint8Array): readonly Received[];
}

/** Messages both ways over a stream. */
export interface Messages<Sent, Received> {
  send(message: Sent): Steps;
  /**
   * The next message.
   * @throws Error `EOF` if the peer closes before it is complete.
   */
  next(): Steps<Received>;
  /** How many messages have arrived and were not taken: what came unasked is not the next answer. */
  readonly waiting: number;
}

/** `first` are messages that have arrived already, with the bytes of what came before. */
export function messagesOver<Sent, Received>(
  stream: Stream,
  codec: Codec<Sent, Received>,
  first: readonly Received[] = [],
): Messages<Sent, Received> {
  const arrived: Received[] = [...first];
  return {
    *send(message) {
      yield* stream.send(codec.encode(message));
    },
    *next() {
      for (;;) {
        const message = arrived.shift();
        if (message !== undefined) return message;
        const bytes = yield* stream.receive();
        if (bytes.length === 0)
          throw Object.assign(new Error('the peer closed the connection'), { code: 'EOF' });
        arrived.push(...codec.decode(bytes));
      }
    },
    get waiting() {
      return arrived.length;
    },
  };
}

/** Sends a message, and returns the next one that arrives: its answer, where answers come in order. */
export function* ask<Sent, Received>(messages: Messages<Sent, Received>, message: Sent): Steps<Received> {
  yield* messages.send(message);
  return yield* messages.next();
}
