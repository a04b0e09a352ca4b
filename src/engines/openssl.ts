/**
 * OpenSSL, which Node's own binary holds and exports (a distribution's Node is linked with it): TLS and
 * certificates without I/O. Each function returns what its manual page documents (https://docs.openssl.org).
 */
import { UnsupportedError } from '../operations.ts';
import { bindProcess } from './libc.ts';

/** Their results are numbers; pointers are, too. */
const NUMBERS = {
  TLS_client_method: 'uintptr_t TLS_client_method()',
  TLS_server_method: 'uintptr_t TLS_server_method()',
  SSL_CTX_new: 'uintptr_t SSL_CTX_new(uintptr_t method)',
  SSL_CTX_free: 'void SSL_CTX_free(uintptr_t context)',
  SSL_CTX_ctrl: 'long SSL_CTX_ctrl(uintptr_t context, int command, long number, uintptr_t pointer)',
  SSL_CTX_set_verify: 'void SSL_CTX_set_verify(uintptr_t context, int mode, uintptr_t callback)',
  SSL_CTX_load_verify_file: 'int SSL_CTX_load_verify_file(uintptr_t context, const char *file)',
  SSL_CTX_use_certificate_chain_file:
    'int SSL_CTX_use_certificate_chain_file(uintptr_t context, const char *file)',
  SSL_CTX_use_PrivateKey_file:
    'int SSL_CTX_use_PrivateKey_file(uintptr_t context, const char *file, int type)',
  SSL_new: 'uintptr_t SSL_new(uintptr_t context)',
  SSL_free: 'void SSL_free(uintptr_t ssl)',
  SSL_ctrl: 'long SSL_ctrl(uintptr_t ssl, int command, long number, const char *text)',
  SSL_set_bio: 'void SSL_set_bio(uintptr_t ssl, uintptr_t read, uintptr_t write)',
  SSL_set_connect_state: 'void SSL_set_connect_state(uintptr_t ssl)',
  SSL_set_accept_state: 'void SSL_set_accept_state(uintptr_t ssl)',
  SSL_set1_host: 'int SSL_set1_host(uintptr_t ssl, const char *name)',
  SSL_do_handshake: 'int SSL_do_handshake(uintptr_t ssl)',
  SSL_get_error: 'int SSL_get_error(uintptr_t ssl, int result)',
  SSL_get_verify_result: 'long SSL_get_verify_result(uintptr_t ssl)',
  SSL_read: 'int SSL_read(uintptr_t ssl, uintptr_t buffer, int bytes)',
  SSL_peek: 'int SSL_peek(uintptr_t ssl, uintptr_t buffer, int bytes)',
  SSL_write: 'int SSL_write(uintptr_t ssl, uintptr_t buffer, int bytes)',
  SSL_shutdown: 'int SSL_shutdown(uintptr_t ssl)',
  SSL_session_reused: 'int SSL_session_reused(uintptr_t ssl)',
  SSL_get1_session: 'uintptr_t SSL_get1_session(uintptr_t ssl)',
  SSL_set_session: 'int SSL_set_session(uintptr_t ssl, uintptr_t session)',
  SSL_SESSION_free: 'void SSL_SESSION_free(uintptr_t session)',
  BIO_s_mem: 'uintptr_t BIO_s_mem()',
  BIO_new: 'uintptr_t BIO_new(uintptr_t type)',
  BIO_new_mem_buf: 'uintptr_t BIO_new_mem_buf(uintptr_t buffer, int bytes)',
  BIO_free: 'int BIO_free(uintptr_t bio)',
  BIO_read: 'int BIO_read(uintptr_t bio, uintptr_t buffer, int bytes)',
  BIO_write: 'int BIO_write(uintptr_t bio, uintptr_t buffer, int bytes)',
  BIO_ctrl_pending: 'size_t BIO_ctrl_pending(uintptr_t bio)',
  ERR_get_error: 'unsigned long ERR_get_error()',
  ERR_peek_last_error: 'unsigned long ERR_peek_last_error()',
  ERR_clear_error: 'void ERR_clear_error()',
  PEM_read_bio_PrivateKey:
    'uintptr_t PEM_read_bio_PrivateKey(uintptr_t bio, uintptr_t key, uintptr_t callback, uintptr_t word)',
  PEM_read_bio_X509:
    'uintptr_t PEM_read_bio_X509(uintptr_t bio, uintptr_t certificate, uintptr_t callback, uintptr_t word)',
  SSL_CTX_get_cert_store: 'uintptr_t SSL_CTX_get_cert_store(uintptr_t context)',
  X509_STORE_add_cert: 'int X509_STORE_add_cert(uintptr_t store, uintptr_t certificate)',
  PEM_write_bio_X509: 'int PEM_write_bio_X509(uintptr_t bio, uintptr_t certificate)',
  EVP_PKEY_free: 'void EVP_PKEY_free(uintptr_t key)',
  EVP_sha256: 'uintptr_t EVP_sha256()',
  X509_new: 'uintptr_t X509_new()',
  X509_free: 'void X509_free(uintptr_t certificate)',
  X509_set_version: 'int X509_set_version(uintptr_t certificate, long version)',
  X509_get_serialNumber: 'uintptr_t X509_get_serialNumber(uintptr_t certificate)',
  ASN1_INTEGER_set: 'int ASN1_INTEGER_set(uintptr_t integer, long value)',
  X509_getm_notBefore: 'uintptr_t X509_getm_notBefore(uintptr_t certificate)',
  X509_getm_notAfter: 'uintptr_t X509_getm_notAfter(uintptr_t certificate)',
  X509_gmtime_adj: 'uintptr_t X509_gmtime_adj(uintptr_t time, long seconds)',
  X509_set_pubkey: 'int X509_set_pubkey(uintptr_t certificate, uintptr_t key)',
  X509_get_subject_name: 'uintptr_t X509_get_subject_name(uintptr_t certificate)',
  X509_set_issuer_name: 'int X509_set_issuer_name(uintptr_t certificate, uintptr_t name)',
  X509_NAME_add_entry_by_txt:
    'int X509_NAME_add_entry_by_txt(uintptr_t name, const char *field, int type, const char *text, int bytes, int place, int set)',
  X509V3_EXT_conf_nid:
    'uintptr_t X509V3_EXT_conf_nid(uintptr_t configuration, uintptr_t context, int nid, const char *value)',
  X509_add_ext: 'int X509_add_ext(uintptr_t certificate, uintptr_t extension, int place)',
  X509_EXTENSION_free: 'void X509_EXTENSION_free(uintptr_t extension)',
  X509_sign: 'int X509_sign(uintptr_t certificate, uintptr_t key, uintptr_t digest)',
} as const;

const TEXTS = {
  ERR_reason_error_string: 'const char *ERR_reason_error_string(unsigned long error)',
  X509_verify_cert_error_string: 'const char *X509_verify_cert_error_string(long error)',
  SSL_get_version: 'const char *SSL_get_version(uintptr_t ssl)',
} as const;

type Given = readonly (number | string)[];

export type OpenSsl = { readonly [Name in keyof typeof NUMBERS]: (...given: Given) => number } & {
  readonly [Name in keyof typeof TEXTS]: (...given: Given) => string | null;
} & {
  /** The address of a buffer's first byte. Looked up once per buffer. */
  addressOf(buffer: Uint8Array): number;
};

let loaded: OpenSsl | { readonly reason: string } | undefined;

/**
 * The functions of OpenSSL, for this thread.
 * @throws UnsupportedError with the reason, if koffi is missing, or this Node does not export them.
 */
export function requireOpenSsl(): OpenSsl {
  loaded ??= load();
  if ('reason' in loaded) throw new UnsupportedError(loaded.reason);
  return loaded;
}

function load(): OpenSsl | { reason: string } {
  try {
    const { functions, addressOf } = bindProcess({ ...NUMBERS, ...TEXTS });
    return { ...functions, addressOf } as unknown as OpenSsl;
  } catch (error) {
    return {
      reason: `the OpenSSL of this Node cannot be called: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
