/** The certificate of a run's own servers: made for it, in its folder, and gone with that. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeCertificates } from '../protocols/certificate.ts';

/** What servers identify themselves with, and what clients need to verify that. Plain data. */
export interface OwnCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  /** The name that clients ask for. */
  readonly host: string;
}

const LOCAL_HOST = 'localhost';
/** Nobody else may read a key. */
const OWNER_ONLY = 0o600;

/** Makes it, in this folder. @throws UnsupportedError where OpenSSL cannot be called. */
export async function makeOwnCertificate(directory: string, host = LOCAL_HOST): Promise<OwnCertificate> {
  const { ca, cert, key } = makeCertificates({ names: [`DNS:${host}`, 'IP:127.0.0.1', 'IP:::1'] });
  const written = async (name: string, pem: string): Promise<string> => {
    const file = path.join(directory, name);
    await writeFile(file, pem, { mode: OWNER_ONLY, flag: 'wx' });
    return file;
  };
  return {
    caFile: await written('ca.pem', ca),
    certFile: await written('cert.pem', cert),
    keyFile: await written('key.pem', key),
    host,
  };
}
