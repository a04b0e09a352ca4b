/** HTTP over TLS as a server and its idle clients see it. */
import { type Connection, connect, OperationError, type Steps, watch } from '../operations.ts';
import { acceptTls, connectTls, type TlsClientOptions } from '../protocols/tls.ts';
import type { TlsIdentity } from '../protocols/tls-context.ts';
import { type HttpLine, tlsLine } from './http-line.ts';
import type { PeerAddress } from './workload.ts';

/**
 * A server's connection over TLS. A client that leaves without notifying of it has had its answers (RFC 9112,
 * 9.8), and is no failure.
 */
export function* secureLine(connection: Connection, identity: TlsIdentity, buffer: Uint8Array) {
  const line = tlsLine(yield* acceptTls(connection, identity), buffer);
  const take = function* (): Steps<number> {
    try {
      return yield* line.take;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'EOF') return 0;
      throw error;
    }
  };
  return { ...line, take: { [Symbol.iterator]: take } } satisfies HttpLine;
}

/**
 * A connection that has been used once, and stays open and watched. The server's tickets come before its first
 * answer: as long as they were not received, it would not be idle.
 */
export function* idleSecurely(
  { host, port }: PeerAddress,
  trust: TlsClientOptions,
  { request, answerBytes }: { readonly request: string; readonly answerBytes: number },
): Steps<void> {
  const connection = yield* connect(host, port);
  const stream = yield* connectTls(connection, trust);
  yield* stream.send(Buffer.from(request));
  for (let left = answerBytes; left > 0; ) {
    const bytes = yield* stream.receive();
    if (bytes.length === 0) throw new OperationError('receive', 'EOF', `${host}:${port}`);
    left -= bytes.length;
  }
  yield* watch(connection);
}
