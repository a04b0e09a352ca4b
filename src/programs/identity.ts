/** What a program identifies itself with over TLS: a file in its own folder, which its user may read. */
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { ProgramPlace } from '../workloads/peers/program.ts';
import type { Task } from './program.ts';

/** The certificate, and its key: relative to the folder in which the program is started. */
export const IDENTITY = 'identity.pem';
/** Nobody else may read a key. */
const OWNER_ONLY = 0o600;

/** Writes it, where it is needed. */
export function writeIdentity({ folder }: ProgramPlace, { tls }: Task['fixture']): void {
  if (tls.kind !== 'terminate') return;
  const { certFile, keyFile } = tls.certificate;
  const file = path.join(folder, IDENTITY);
  writeFileSync(file, readFileSync(certFile, 'utf8') + readFileSync(keyFile, 'utf8'), { mode: OWNER_ONLY });
  const { uid, gid } = statSync(folder);
  if (uid !== process.getuid?.()) chownSync(file, uid, gid);
}
