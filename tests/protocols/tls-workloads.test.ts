/** The TLS workloads beside servers that do not do what they should, and the certificates that they make. */

import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Steps } from '../../src/operations.ts';
import { Client } from '../../src/workloads/client.ts';
import { makeOwnCertificate } from '../../src/workloads/own-certificate.ts';
import { Tally } from '../../src/workloads/tally.ts';
import tlsEcho from '../../src/workloads/tls-echo.ts';
import tlsHandshake from '../../src/workloads/tls-handshake.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import { engines } from '../engines/every-engine.ts';
import { tlsPeer } from './tls-peer.ts';

const peer = tlsPeer();
const { runSteps } = engines[0] as (typeof engines)[number];

/** How so many requests of one client end: the code of an error, or `well`. */
async function endings(workload: Workload, fixture: object, times: number): Promise<string[]> {
  const trust = { caFile: peer.caFile, host: 'localhost' };
  const client = new Client(workload, { host: '127.0.0.1', trust, ...fixture }, Math.random, new Tally());
  const ends: string[] = [];
  for (let time = 0; time < times; time++) {
    try {
      await runSteps(client.request() as Steps);
      ends.push('well');
    } catch (error) {
      ends.push(String((error as { code?: unknown }).code));
      client.discard();
    }
  }
  const leaving = client.disconnect() as Steps | undefined;
  if (leaving) await runSteps(leaving);
  return ends;
}

describe('tls-echo', () => {
  test.each([
    ['good', 64 * 1024, ['well', 'well', 'well']],
    // It answers 8 bytes, and ends.
    ['ends', 64, ['EOF', 'EOF', 'EOF']],
    ['ends', 4, ['EMISMATCH', 'EMISMATCH', 'EMISMATCH']],
    ['ends', 8, ['EMISMATCH', 'EMISMATCH', 'EMISMATCH']],
    ['other', 64, ['ECERTIFICATE', 'ECERTIFICATE', 'ECERTIFICATE']],
  ] as const)('the server %s, %i bytes', async (server, messageSize, expected) => {
    expect(await endings(tlsEcho, { port: peer.ports[server], messageSize }, 3)).toEqual(expected);
  });
});

describe('tls-handshake', () => {
  test.each([
    ['good', false, ['well', 'well', 'well']],
    ['good', true, ['well', 'well', 'well']],
    ['older', true, ['well', 'well', 'well']],
    ['forgetful', false, ['well', 'well', 'well']],
    ['forgetful', true, ['ENOTRESUMED', 'ENOTRESUMED', 'ENOTRESUMED']],
    ['other', true, ['ECERTIFICATE', 'ECERTIFICATE', 'ECERTIFICATE']],
  ] as const)('the server %s, resumed: %s', async (server, resumed, expected) => {
    expect(await endings(tlsHandshake, { port: peer.ports[server], resumed }, 3)).toEqual(expected);
  });
});

test('certificates are made for each run, for its own servers, and their owner alone can read the key', async () => {
  const made = async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'test-of-iobench-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const { certFile, keyFile, caFile } = await makeOwnCertificate(directory);
    const modes = readdirSync(directory).map((name) => statSync(path.join(directory, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    const [cert, ca] = [certFile, caFile].map((file) => new X509Certificate(readFileSync(file)));
    return { cert: cert as X509Certificate, ca: ca as X509Certificate, key: readFileSync(keyFile, 'utf8') };
  };
  const [first, second] = [await made(), await made()];
  expect(first.cert.verify(first.ca.publicKey)).toBe(true);
  expect(first.cert.verify(second.ca.publicKey)).toBe(false);
  expect(first.key).not.toBe(second.key);
  expect(first.cert.checkHost('localhost')).toBe('localhost');
  expect(first.cert.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(first.cert.checkHost('example.test')).toBe(undefined);
  expect([first.cert.ca, first.ca.ca]).toEqual([false, true]);
  const days = (Date.parse(first.cert.validTo) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(29);
  expect(days).toBeLessThan(31);
});
