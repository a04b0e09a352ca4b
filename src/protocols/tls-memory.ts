/** What a client remembers of a server between two connections, so that the next handshake is shorter. */
import { requireOpenSsl } from '../engines/openssl.ts';

/** Of one server, for one connection at a time. Has to be freed. */
export class TlsMemory {
  /** The address of a session of OpenSSL's; 0 if there is none. */
  private session = 0;

  /** A connection that is about to begin continues the session. */
  recall(ssl: number): void {
    if (this.session !== 0) requireOpenSsl().SSL_set_session(ssl, this.session);
  }

  /** Takes a connection's newest session: with TLS 1.3 the one of the ticket that came last. */
  remember(ssl: number): void {
    const session = requireOpenSsl().SSL_get1_session(ssl);
    this.free();
    this.session = session;
  }

  free(): void {
    if (this.session !== 0) requireOpenSsl().SSL_SESSION_free(this.session);
    this.session = 0;
  }
}
