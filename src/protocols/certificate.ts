/** Certificates for a run's own servers (RFC 5280), made anew: an authority, and one that it signs. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { type OpenSsl, requireOpenSsl } from '../engines/openssl.ts';
import { takeTlsError } from './tls-error.ts';

/** PEM. The authority's key is forgotten. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Whom it is for: names and addresses, as `DNS:localhost` and `IP:127.0.0.1`. */
  readonly names: readonly string[];
  /** From when to when it is valid, from now on, seconds. */
  readonly validSeconds?: readonly [number, number];
}

const HOUR = 3600;
/** Longer than any run; a clock that is a little behind does not matter. */
const VALID_SECONDS = [-HOUR, 30 * 24 * HOUR] as const;
const VERSION_3 = 2;
const MBSTRING_ASC = 0x1001;
/** Extensions by their numbers in OpenSSL (obj_mac.h). */
const KEY_USAGE = 83;
const SUBJECT_ALT_NAME = 85;
const BASIC_CONSTRAINTS = 87;
const EXTENDED_KEY_USAGE = 126;

/** @throws UnsupportedError without OpenSSL; TlsError if a name is none. */
export function makeCertificates({ names, validSeconds = VALID_SECONDS }: CertificateOptions): Certificates {
  const openssl = requireOpenSsl();
  openssl.ERR_clear_error();
  const authority = newKey(openssl);
  const server = newKey(openssl);
  // Authorities are found by their names: those of two runs may be trusted by one client.
  const name = `iobench ${randomUUID()}`;
  const own = { serial: 1, subject: name, validSeconds: VALID_SECONDS, signer: authority.key };
  const ca = newCertificate(openssl, { ...own, key: authority.key, extensions: AUTHORITY });
  let cert = 0;
  try {
    const extensions: Extension[] = [
      [SUBJECT_ALT_NAME, names.join()],
      [BASIC_CONSTRAINTS, 'critical,CA:FALSE'],
      [EXTENDED_KEY_USAGE, 'serverAuth'],
    ];
    const leaf = { ...own, serial: 2, subject: 'iobench server', validSeconds, key: server.key, extensions };
    cert = newCertificate(openssl, { ...leaf, issuer: ca });
    return { ca: pemOf(openssl, ca), cert: pemOf(openssl, cert), key: server.pem };
  } finally {
    if (cert !== 0) openssl.X509_free(cert);
    openssl.X509_free(ca);
    openssl.EVP_PKEY_free(authority.key);
    openssl.EVP_PKEY_free(server.key);
  }
}

type Extension = readonly [number, string];
const AUTHORITY: readonly Extension[] = [
  [BASIC_CONSTRAINTS, 'critical,CA:TRUE'],
  [KEY_USAGE, 'critical,keyCertSign'],
];

interface Described {
  readonly serial: number;
  readonly subject: string;
  readonly validSeconds: readonly [number, number];
  readonly key: number;
  readonly signer: number;
  /** Itself, if none is given. */
  readonly issuer?: number;
  readonly extensions: readonly Extension[];
}

/** A certificate of OpenSSL's, which has to be freed. */
function newCertificate(openssl: OpenSsl, described: Described): number {
  const { serial, subject, validSeconds, key, signer, issuer, extensions } = described;
  const certificate = openssl.X509_new();
  openssl.X509_set_version(certificate, VERSION_3);
  openssl.ASN1_INTEGER_set(openssl.X509_get_serialNumber(certificate), serial);
  openssl.X509_gmtime_adj(openssl.X509_getm_notBefore(certificate), validSeconds[0]);
  openssl.X509_gmtime_adj(openssl.X509_getm_notAfter(certificate), validSeconds[1]);
  openssl.X509_set_pubkey(certificate, key);
  const name = openssl.X509_get_subject_name(certificate);
  openssl.X509_NAME_add_entry_by_txt(name, 'CN', MBSTRING_ASC, subject, -1, -1, 0);
  openssl.X509_set_issuer_name(certificate, openssl.X509_get_subject_name(issuer ?? certificate));
  const isWhole = extensions.every((extension) => extend(openssl, certificate, extension));
  if (isWhole && openssl.X509_sign(certificate, signer, openssl.EVP_sha256()) > 0) return certificate;
  openssl.X509_free(certificate);
  throw takeTlsError(openssl, `a certificate for ${extensions.map(([, value]) => value).join()}`);
}

function extend(openssl: OpenSsl, certificate: number, [nid, value]: Extension): boolean {
  const extension = openssl.X509V3_EXT_conf_nid(0, 0, nid, value);
  if (extension === 0) return false;
  openssl.X509_add_ext(certificate, extension, -1);
  openssl.X509_EXTENSION_free(extension);
  return true;
}

/** A new key (ECDSA, P-256): as PEM, and as OpenSSL's, which has to be freed. */
function newKey(openssl: OpenSsl): { readonly pem: string; readonly key: number } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const bytes = Buffer.from(pem);
  const bio = openssl.BIO_new_mem_buf(openssl.addressOf(bytes), bytes.length);
  const key = openssl.PEM_read_bio_PrivateKey(bio, 0, 0, 0);
  openssl.BIO_free(bio);
  if (key === 0) throw takeTlsError(openssl, 'a new key');
  return { pem, key };
}

function pemOf(openssl: OpenSsl, certificate: number): string {
  const bio = openssl.BIO_new(openssl.BIO_s_mem());
  openssl.PEM_write_bio_X509(bio, certificate);
  const pem = Buffer.alloc(openssl.BIO_ctrl_pending(bio));
  openssl.BIO_read(bio, openssl.addressOf(pem), pem.length);
  openssl.BIO_free(bio);
  return pem.toString('latin1');
}
