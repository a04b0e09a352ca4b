/** Where koffi is missing, or a Node does not export OpenSSL, nothing else takes its place. */
import { expect, test, vi } from 'vitest';
import { UnsupportedError } from '../../src/operations.ts';
import httpGet from '../../src/workloads/http-get.ts';
import httpServer from '../../src/workloads/http-server.ts';
import tlsEcho from '../../src/workloads/tls-echo.ts';
import tlsHandshake from '../../src/workloads/tls-handshake.ts';
import type { Preparation } from '../../src/workloads/workload.ts';

vi.mock('../../src/engines/libc.ts', () => ({
  bindProcess() {
    throw new Error("Cannot find function 'SSL_new' in shared library");
  },
}));

const REASON = "the OpenSSL of this Node cannot be called: Cannot find function 'SSL_new' in shared library";
const preparationOf = (params: unknown) => ({ ...preparation, params }) as unknown as Preparation<unknown>;
const preparation = {
  directory: '/nowhere',
  signal: new AbortController().signal,
  startPeer: async () => ({ host: '127.0.0.1', port: 1 }),
};
const own = { url: '', delay: 0, responseSize: 1, idleConnections: 0, slowClients: 0, depth: 1 };

test.each([
  [tlsEcho, { messageSize: 64 }],
  [tlsHandshake, { resumed: false }],
  [httpGet, { ...own, tls: 'on' }],
  [httpGet, { ...own, url: 'https://127.0.0.1/' }],
  [httpServer, { ...own, tls: 'on' }],
])('$name with %o is unsupported, with the reason', async (workload, params) => {
  const refused: unknown = await Promise.resolve(workload.prepare?.(preparationOf(params))).catch(
    (error) => error,
  );
  expect(refused).toBeInstanceOf(UnsupportedError);
  expect((refused as Error).message).toBe(REASON);
});

test('plain HTTP does not need it', async () => {
  const plain = { ...own, tls: 'off' };
  expect(await httpGet.prepare?.(preparationOf(plain))).toMatchObject({ port: 1 });
  expect(await httpServer.prepare?.(preparationOf(plain))).toMatchObject({ path: '/' });
});
