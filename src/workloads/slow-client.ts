/** A client that takes its time to ask: a server that waits for it may have nobody left for the others. */
import { connect, OperationError, receive, type Steps, send, sleep } from '../operations.ts';
import type { PeerAddress } from './workload.ts';

export interface SlowClient extends PeerAddress {
  readonly request: Uint8Array;
  readonly answerBytes: number;
  /** The time before each byte, nanoseconds. */
  readonly everyNs: number;
}

/**
 * Sends a request byte by byte, receives its answer, and begins again, without an end.
 * @throws OperationError `EOF` if the server closes the connection.
 */
export function* slowClient({ host, port, request, answerBytes, everyNs }: SlowClient): Steps<void> {
  const connection = yield* connect(host, port);
  const answer = Buffer.alloc(16 * 1024);
  for (;;) {
    for (let at = 0; at < request.length; at++) {
      yield* sleep(everyNs);
      yield* send(connection, request, at, 1);
    }
    for (let left = answerBytes; left > 0; ) {
      const bytes = yield* receive(connection, answer);
      if (bytes === 0) throw new OperationError('receive', 'EOF', `${host}:${port} (closed a slow client)`);
      left -= bytes;
    }
  }
}
