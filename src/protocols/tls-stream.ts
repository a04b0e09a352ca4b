/**
 * TLS as a stream (RFC 8446, RFC 5246): OpenSSL turns bytes into records and back, between two buffers of its
 * own (BIO_s_mem(3)), and operations move what is in them. So it runs under every model, each in its own way.
 */
import net from 'node:net';
import { type OpenSsl, requireOpenSsl } from '../engines/openssl.ts';
import {
  type Connection,
  close,
  OperationError,
  type Peeked,
  peek,
  receive,
  type Steps,
  send,
} from '../operations.ts';
import type { Stream } from './stream.ts';
import { TlsError, takeTlsError } from './tls-error.ts';
import type { TlsMemory } from './tls-memory.ts';

export interface TlsStream extends Stream {
  /** `TLSv1.3`. */
  readonly version: string;
  /** The handshake was an abbreviated one: it continued a session that was remembered. */
  readonly isResumed: boolean;
  /**
   * Notifies the peer of the end (close_notify), and receives until it has done the same; what it sends
   * meanwhile is dropped. The stream still has to be closed.
   */
  end(): Steps<void>;
  /** Notifies the peer of the end, and frees the memory; the connection stays open. */
  release(): Steps<void>;
  /** The same, and closes the connection. */
  close(): Steps<void>;
}

/** The most content of a record (RFC 8446, 5.1), and what a record adds to it at most (TLS 1.2). */
const CONTENT_BYTES = 16 * 1024;
const RECORD_BYTES = CONTENT_BYTES + 5 + 2048;

/** The results of SSL_get_error(3). */
const NO_ERROR = 0;
const WANT_READ = 2;
const ZERO_RETURN = 6;
/** A command of SSL_ctrl(3), which is a macro in C: the name for SNI. */
const SET_TLSEXT_HOSTNAME = 55;

/** The results of `read` besides a number of bytes: more has to be received first; it has failed. */
const NEEDS_MORE = -1;
const FAILED = -2;

const NOTHING = new Uint8Array(0);
const peeked = Buffer.allocUnsafeSlow(1);

/** @throws TlsError; OperationError `EOF` if the peer closes where it may not. */
export class Tls implements TlsStream {
  private readonly openssl: OpenSsl;
  private readonly connection: Connection;
  private readonly memory: TlsMemory | undefined;
  /** The address of OpenSSL's state; 0 once it is freed. */
  private ssl: number;
  /** Records that have come in, and those that are to go out: freed with the state. */
  private readonly arriving: number;
  private readonly leaving: number;
  private readonly inward = Buffer.allocUnsafeSlow(RECORD_BYTES);
  private readonly outward = Buffer.allocUnsafeSlow(RECORD_BYTES);
  private readonly content = Buffer.allocUnsafeSlow(CONTENT_BYTES);
  private view: Uint8Array = this.content;
  private readonly inwardAt: number;
  private readonly outwardAt: number;
  private readonly contentAt: number;
  private readonly take;
  private readonly look;
  /** The handshake is done, and nothing has failed since. */
  private isSound = false;
  /** OpenSSL may have more content: bytes have arrived that it has not looked at. */
  private mayHaveMore = false;
  private isFlushing = false;
  /** There may be records that are to go out. */
  private hasLeaving = false;
  private hasNotified = false;
  private failure: Error | undefined;

  constructor(connection: Connection, context: number, memory?: TlsMemory) {
    const openssl = requireOpenSsl();
    this.openssl = openssl;
    this.connection = connection;
    this.memory = memory;
    this.ssl = openssl.SSL_new(context);
    if (this.ssl === 0) throw takeTlsError(openssl, 'SSL_new');
    this.arriving = openssl.BIO_new(openssl.BIO_s_mem());
    this.leaving = openssl.BIO_new(openssl.BIO_s_mem());
    openssl.SSL_set_bio(this.ssl, this.arriving, this.leaving);
    this.inwardAt = openssl.addressOf(this.inward);
    this.outwardAt = openssl.addressOf(this.outward);
    this.contentAt = openssl.addressOf(this.content);
    this.take = receive(connection, this.inward);
    this.look = peek(connection);
  }

  asClientOf(host: string): void {
    const { openssl, ssl, memory } = this;
    openssl.SSL_set_connect_state(ssl);
    if (net.isIP(host) === 0) openssl.SSL_ctrl(ssl, SET_TLSEXT_HOSTNAME, 0, host);
    if (openssl.SSL_set1_host(ssl, host) !== 1) throw takeTlsError(openssl, `the host ${host}`);
    if (memory) memory.recall(ssl);
  }

  asServer(): void {
    this.openssl.SSL_set_accept_state(this.ssl);
  }

  get version(): string {
    return this.openssl.SSL_get_version(this.alive()) ?? '';
  }

  get isResumed(): boolean {
    return this.openssl.SSL_session_reused(this.alive()) === 1;
  }

  *handshake(): Steps<void> {
    const { openssl, ssl } = this;
    for (;;) {
      openssl.ERR_clear_error();
      const result = openssl.SSL_do_handshake(ssl);
      const error = result === 1 ? NO_ERROR : openssl.SSL_get_error(ssl, result);
      if (error !== NO_ERROR && error !== WANT_READ) {
        this.failed('handshake');
        return yield* this.giveUp();
      }
      yield* this.flush();
      if (error === NO_ERROR) break;
      yield* this.fill('during the handshake');
    }
    this.isSound = true;
    this.mayHaveMore = openssl.BIO_ctrl_pending(this.arriving) > 0;
  }

  *send(bytes: Uint8Array): Steps<void> {
    const { openssl } = this;
    const address = openssl.addressOf(bytes);
    for (let from = 0; from < bytes.length; from += CONTENT_BYTES) {
      const length = Math.min(CONTENT_BYTES, bytes.length - from);
      if (openssl.SSL_write(this.alive(), address + from, length) !== length) {
        this.failed('send');
        return yield* this.giveUp();
      }
      yield* this.flush();
    }
  }

  *receive(): Steps<Uint8Array> {
    this.alive();
    for (;;) {
      if (this.mayHaveMore) {
        const bytes = this.read();
        if (bytes > 0) return this.contentOf(bytes);
        if (bytes === 0) return NOTHING;
        if (bytes === FAILED) return yield* this.giveUp();
        // The protocol may ask for an answer before it goes on.
        yield* this.flush();
      }
      yield* this.fill('without notifying of the end: what it sent may be incomplete');
    }
  }

  *peek(): Steps<Peeked> {
    const { openssl } = this;
    for (;;) {
      const ssl = this.alive();
      if (this.mayHaveMore) {
        openssl.ERR_clear_error();
        const bytes = openssl.SSL_peek(ssl, openssl.addressOf(peeked), 1);
        if (bytes > 0) return 'bytes';
        const state = this.stateAfter(bytes);
        if (state === 0) return 'end';
        if (state === FAILED) return yield* this.giveUp();
      }
      // A message of the protocol (a ticket) is not content.
      const found = yield* this.look;
      if (found !== 'bytes') return found;
      yield* this.fill('while it was looked at');
    }
  }

  *end(): Steps<void> {
    yield* this.notify();
    while ((yield* this.receive()).length > 0);
  }

  *release(): Steps<void> {
    try {
      yield* this.notify();
    } finally {
      this.free();
    }
  }

  *close(): Steps<void> {
    try {
      yield* this.release();
    } finally {
      yield* close(this.connection);
    }
  }

  /** Frees OpenSSL's state. A session that ended well can be continued. */
  free(): void {
    const { openssl, ssl, memory } = this;
    if (ssl === 0) return;
    if (memory && this.isSound) memory.remember(ssl);
    this.ssl = 0;
    openssl.SSL_free(ssl);
  }

  /** Sends close_notify, once. The peer may be gone by then. */
  private *notify(): Steps<void> {
    if (!this.isSound || this.hasNotified) return;
    this.hasNotified = true;
    this.openssl.SSL_shutdown(this.alive());
    try {
      yield* this.flush();
    } catch {
      // Nobody is there to be notified.
    }
  }

  /** Takes content that has arrived: how many bytes; 0 at the end; `NEEDS_MORE`, `FAILED`. */
  private read(): number {
    const { openssl } = this;
    const ssl = this.alive();
    openssl.ERR_clear_error();
    const bytes = openssl.SSL_read(ssl, this.contentAt, CONTENT_BYTES);
    if (bytes <= 0) return this.stateAfter(bytes);
    // The content of a whole record fits: the rest is in records that have not been looked at.
    this.mayHaveMore = openssl.BIO_ctrl_pending(this.arriving) > 0;
    return bytes;
  }

  /**
   * A view of the content. Most pieces are as long as the last, and to make one takes as long as to read it.
   */
  private contentOf(bytes: number): Uint8Array {
    if (this.view.length !== bytes) this.view = this.content.subarray(0, bytes);
    return this.view;
  }

  private stateAfter(result: number): number {
    const error = this.openssl.SSL_get_error(this.ssl, result);
    if (error === ZERO_RETURN) return 0;
    if (error === WANT_READ) {
      this.mayHaveMore = false;
      return NEEDS_MORE;
    }
    this.failed('receive');
    return FAILED;
  }

  /** Takes what OpenSSL reports before anyone else calls it. */
  private failed(what: string): void {
    this.isSound = false;
    this.failure = takeTlsError(this.openssl, what, this.ssl);
  }

  /** Sends what OpenSSL has to report to the peer (an alert), and throws. */
  private *giveUp(): Steps<never> {
    const { failure } = this;
    try {
      yield* this.flush();
    } catch {
      // The failure comes first.
    }
    throw failure;
  }

  /** Sends all records that are to go out. Whoever does so already sends these, too. */
  private *flush(): Steps<void> {
    this.hasLeaving = true;
    if (this.isFlushing) return;
    const { openssl, leaving, outwardAt } = this;
    this.isFlushing = true;
    try {
      while (this.hasLeaving) {
        this.alive();
        const bytes = openssl.BIO_read(leaving, outwardAt, RECORD_BYTES);
        this.hasLeaving = bytes === RECORD_BYTES;
        if (bytes > 0) yield* send(this.connection, this.outward, 0, bytes);
      }
    } catch (error) {
      this.isSound = false;
      throw error;
    } finally {
      this.isFlushing = false;
    }
  }

  /** Receives what comes next. */
  private *fill(when: string): Steps<void> {
    let bytes: number;
    try {
      bytes = yield* this.take;
    } catch (error) {
      this.isSound = false;
      throw error;
    }
    this.alive();
    if (bytes === 0) {
      this.isSound = false;
      throw new OperationError('receive', 'EOF', `the peer closed ${when}`);
    }
    this.openssl.BIO_write(this.arriving, this.inwardAt, bytes);
    this.mayHaveMore = true;
  }

  /** Its state may be used only as long as it is not freed. */
  private alive(): number {
    if (this.ssl === 0) throw new TlsError('ETLS', 'the stream was closed');
    return this.ssl;
  }
}
