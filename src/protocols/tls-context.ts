/** What the TLS connections of a thread share: whom they trust, or how they identify themselves. */
import process from 'node:process';
import { type OpenSsl, requireOpenSsl } from '../engines/openssl.ts';
import { takeTlsError } from './tls-error.ts';

const SSL_VERIFY_PEER = 1;
const SSL_FILETYPE_PEM = 1;
/** The commands of `SSL_CTX_ctrl`, which are macros in C. */
const SET_SESS_CACHE_MODE = 44;
const SET_MIN_PROTO_VERSION = 123;
const SESS_CACHE_OFF = 0;
const TLS_1_2 = 0x0303;

/** The files of a server, PEM: its certificate, followed by those that lead to a trusted one, and its key. */
export interface TlsIdentity {
  readonly certFile: string;
  readonly keyFile: string;
}

/** One for each set of files; they live as long as their thread. */
const contexts = new Map<string, number>();

/**
 * For clients that trust the certificates in a file (PEM), and nobody else; without one, those that Node
 * trusts (`tls.rootCertificates`). They verify the chain, the time and the host; TLS 1.2 or later.
 * @throws TlsError if the file cannot be read; UnsupportedError where there is no OpenSSL.
 */
export function clientContext(caFile?: string): number {
  return shared(`client ${caFile ?? ''}`, (openssl) => {
    const context = openssl.SSL_CTX_new(openssl.TLS_client_method());
    openssl.SSL_CTX_set_verify(context, SSL_VERIFY_PEER, 0);
    if (caFile === undefined) trustRoots(openssl, context);
    const isLoaded = caFile === undefined || openssl.SSL_CTX_load_verify_file(context, caFile) === 1;
    return { context, failure: isLoaded ? undefined : `the certificates in ${caFile}` };
  });
}

function trustRoots(openssl: OpenSsl, context: number): void {
  const store = openssl.SSL_CTX_get_cert_store(context);
  const { rootCertificates } = process.getBuiltinModule('node:tls');
  for (const pem of rootCertificates) {
    const bytes = Buffer.from(pem);
    const bio = openssl.BIO_new_mem_buf(openssl.addressOf(bytes), bytes.length);
    const certificate = openssl.PEM_read_bio_X509(bio, 0, 0, 0);
    // The store counts its own references.
    openssl.X509_STORE_add_cert(store, certificate);
    openssl.X509_free(certificate);
    openssl.BIO_free(bio);
  }
}

/** For servers. Clients are not asked for certificates. @throws like `clientContext`. */
export function serverContext({ certFile, keyFile }: TlsIdentity): number {
  return shared(`server ${certFile} ${keyFile}`, (openssl) => {
    const context = openssl.SSL_CTX_new(openssl.TLS_server_method());
    // Tickets hold the whole session, so that the server does not have to.
    openssl.SSL_CTX_ctrl(context, SET_SESS_CACHE_MODE, SESS_CACHE_OFF, 0);
    if (openssl.SSL_CTX_use_certificate_chain_file(context, certFile) !== 1)
      return { context, failure: `the certificate in ${certFile}` };
    // It checks that the two belong together.
    const isKey = openssl.SSL_CTX_use_PrivateKey_file(context, keyFile, SSL_FILETYPE_PEM) === 1;
    return { context, failure: isKey ? undefined : `the key in ${keyFile}` };
  });
}

function shared(
  key: string,
  make: (openssl: OpenSsl) => { readonly context: number; readonly failure: string | undefined },
): number {
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const openssl = requireOpenSsl();
  openssl.ERR_clear_error();
  const { context, failure } = make(openssl);
  if (failure !== undefined) {
    const error = takeTlsError(openssl, failure);
    openssl.SSL_CTX_free(context);
    throw error;
  }
  openssl.SSL_CTX_ctrl(context, SET_MIN_PROTO_VERSION, TLS_1_2, 0);
  contexts.set(key, context);
  return context;
}
