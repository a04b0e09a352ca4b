/** Starts `tls-peer.mjs` before the tests of a file, with certificates of its own, and ends it after them. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { makeCertificates } from '../../src/protocols/certificate.ts';

const SERVERS = [
  'good',
  'expired',
  'other',
  'older',
  'tooOld',
  'forgetful',
  'asks',
  'named',
  'hasty',
  'ends',
  'cutsOff',
  'web',
  'slow',
  'cut',
  'garbage',
  'breaksOff',
  'resets',
] as const;
type Ports = Readonly<Record<(typeof SERVERS)[number], number>>;

export interface TlsPeer {
  readonly ports: Ports;
  /** Trusts all of its servers. */
  readonly caFile: string;
  /** Another authority's. */
  readonly otherCaFile: string;
  readonly identity: { readonly certFile: string; readonly keyFile: string };
  /** A client's act; one after another. */
  ask<Answer>(act: string, how: Readonly<Record<string, unknown>>): Promise<Answer>;
}

const DAY = 24 * 3600;

/** Makes certificates, in files; each has an authority of its own. */
function certificatesIn(directory: string, name: string, names: readonly string[], untilSeconds = DAY) {
  const { ca, cert, key } = makeCertificates({ names, validSeconds: [-2 * DAY, untilSeconds] });
  const file = (what: string, pem: string): string => {
    const where = path.join(directory, `${name}-${what}.pem`);
    writeFileSync(where, pem, { mode: 0o600 });
    return where;
  };
  return { ca, certFile: file('cert', cert), keyFile: file('key', key) };
}

export function tlsPeer(): TlsPeer {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'test-of-iobench-'));
  const good = certificatesIn(directory, 'good', ['DNS:localhost', 'IP:127.0.0.1']);
  const expired = certificatesIn(directory, 'expired', ['DNS:localhost'], -DAY);
  const other = certificatesIn(directory, 'other', ['DNS:example.test', 'IP:127.0.0.2']);
  const caFile = path.join(directory, 'ca.pem');
  const otherCaFile = path.join(directory, 'other-ca.pem');
  writeFileSync(caFile, good.ca + expired.ca + other.ca);
  writeFileSync(otherCaFile, other.ca);
  const peer = { ports: {} as Ports, caFile, otherCaFile, identity: good };
  const child = fork(new URL('./tls-peer.mjs', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  async function ask<Answer>(act: string, how: Readonly<Record<string, unknown>>): Promise<Answer> {
    child.send({ act, ...how });
    const [{ answer, error }] = (await once(child, 'message')) as [{ answer: Answer; error?: string }];
    if (error !== undefined) throw new Error(error);
    return answer;
  }
  beforeAll(async () => {
    peer.ports = await ask('serve', { files: { good, expired, other } });
  });
  afterAll(async () => {
    child.kill();
    await once(child, 'exit');
    rmSync(directory, { recursive: true });
  });
  return Object.assign(peer, { ask });
}
