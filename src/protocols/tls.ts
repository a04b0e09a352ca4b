/** The two sides of TLS: a client's and a server's handshake over a connection. */
import { type Connection, close, type Steps } from '../operations.ts';
import { clientContext, serverContext, type TlsIdentity } from './tls-context.ts';
import type { TlsMemory } from './tls-memory.ts';
import { Tls, type TlsStream } from './tls-stream.ts';

export interface TlsClientOptions {
  /** PEM: the certificates that are trusted; without it, those that Node trusts. */
  readonly caFile?: string;
  /** A name, which the server learns (RFC 6066, SNI), or an address: its certificate has to be for it. */
  readonly host: string;
  /** Continues the session that it remembers, if it has one, and remembers this one when it is closed. */
  readonly memory?: TlsMemory | undefined;
}

/**
 * Performs a client's handshake. If it fails, the connection is closed.
 * @throws TlsError; OperationError `EOF` if the peer closes meanwhile; UnsupportedError without OpenSSL.
 */
export function* connectTls(connection: Connection, options: TlsClientOptions): Steps<TlsStream> {
  let stream: Tls | undefined;
  let isReady = false;
  try {
    const { caFile, host, memory } = options;
    stream = new Tls(connection, clientContext(caFile), memory);
    stream.asClientOf(host);
    yield* stream.handshake();
    isReady = true;
    return stream;
  } finally {
    if (!isReady) {
      stream?.free();
      yield* closeQuietly(connection);
    }
  }
}

/**
 * Performs a server's handshake. The connection stays its owner's, also if it fails.
 * @throws like `connectTls`.
 */
export function* acceptTls(connection: Connection, identity: TlsIdentity): Steps<TlsStream> {
  const stream = new Tls(connection, serverContext(identity));
  let isReady = false;
  try {
    stream.asServer();
    yield* stream.handshake();
    isReady = true;
    return stream;
  } finally {
    if (!isReady) stream.free();
  }
}

function* closeQuietly(connection: Connection): Steps<void> {
  try {
    yield* close(connection);
  } catch {
    // It was over: closing it may fail, too.
  }
}
