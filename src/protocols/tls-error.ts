/** Why TLS failed, in OpenSSL's own words. */
import type { OpenSsl } from '../engines/openssl.ts';

/**
 * A failure of TLS, counted by its code: `ECERTIFICATE` if the peer's certificate was refused, `ETLS` for
 * anything else that is against the protocol, or that the peer has reported (an alert).
 */
export class TlsError extends Error {
  override readonly name = 'TlsError';
  readonly code: 'ECERTIFICATE' | 'ETLS';
  constructor(code: 'ECERTIFICATE' | 'ETLS', message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/**
 * What this thread's queue of errors holds, as one error; the queue is empty afterwards. It is to be called
 * before anything else calls OpenSSL: Node's own crypto uses the same queue.
 * @param ssl of a connection whose certificate may be the cause.
 */
export function takeTlsError(openssl: OpenSsl, what: string, ssl = 0): TlsError {
  const verified = ssl === 0 ? 0 : openssl.SSL_get_verify_result(ssl);
  // The first error is the cause; on a connection it may be somebody else's, and the last one is its own.
  const code = ssl === 0 ? openssl.ERR_get_error() : openssl.ERR_peek_last_error();
  openssl.ERR_clear_error();
  const reason = openssl.ERR_reason_error_string(code) ?? `error ${code.toString(16)}`;
  if (verified === 0) return new TlsError('ETLS', `${what}: ${reason}`);
  const why = openssl.X509_verify_cert_error_string(verified);
  return new TlsError('ECERTIFICATE', `${what}: ${reason}: ${why} (${verified})`);
}
