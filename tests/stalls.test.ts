/**
 * A peer that stands still in mid-window: under an open load every model accounts for all requests, and shows
 * how long they waited.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../src/models/model.ts';
import type { MeasuredTrial } from '../src/result.ts';
import { createFixtures, measuredOpen, models, peerFile, workloadFile } from './measuring.ts';

const RATE = 200;
/**
 * Stands still for 1.2 s once it has had 200 messages, which is a second into the schedule; the window closes
 * 0.8 s after that.
 */
const STALLING_PEER = `(() => {
  let messages = 0;
  return net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      messages++;
      if (messages === ${RATE}) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
      socket.write(bytes);
    });
  });
})()`;
const ASKING = (peer: string) => `
  import { pathToFileURL } from 'node:url';
  import { close, connect, defineWorkload, receive, send } from 'iobench';
  export default defineWorkload({
    name: 'asking',
    summary: 'Asks a peer that stands still for a while',
    uses: ['sockets'],
    prepare: ({ startPeer }) => startPeer(pathToFileURL(${JSON.stringify(peer)})),
    *connect({ host, port }) {
      return { connection: yield* connect(host, port), buffer: Buffer.alloc(16) };
    },
    *request({ connection, buffer }) {
      yield* send(connection, buffer);
      for (let received = 0; received < buffer.length; ) received += yield* receive(connection, buffer, received);
    },
    *disconnect({ connection }) {
      yield* close(connection);
    },
  });`;

const directory = mkdtempSync(path.join(os.tmpdir(), 'tests-stalls-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const traits = { form: 'operations', uses: ['sockets'], concurrency: 64, threads: undefined } as const;
const possible: readonly Model[] = models.filter((model) => model.refuses(traits) === undefined);
const file = await workloadFile(
  directory,
  'asking.ts',
  ASKING(peerFile(directory, 'stalling.mjs', STALLING_PEER)),
);

describe.skipIf(process.platform === 'win32').each(possible)('$name', (model) => {
  // A peer of its own: it stands still once.
  const fixtures = createFixtures(directory);
  afterAll(() => fixtures.remove());

  // All of a small pool stand still with the peer: the dispatcher has to notice by itself that the window is
  // over.
  const pool = model.name === 'thread-per-request' ? { threads: 8 } : {};

  test('a stall that the window ends in is in its figures', { retry: 1 }, async () => {
    const record = await measuredOpen({
      model,
      fixtures,
      ...file,
      ...pool,
      ratePerSecond: RATE,
      plan: { durationNs: 1.7e9, warmupNs: 50e6 },
    });
    expect(record).toMatchObject({ status: 'measured', failed: 0, shed: 0 });
    const { conservation, latency, unfinished } = record as MeasuredTrial;
    const { atOpening, due, completed, failed, shed, atClose, drained, failedDraining } =
      conservation ?? ({} as never);
    expect(atOpening + due).toBe(completed + failed + shed + atClose);
    expect(atClose).toBe(drained + failedDraining + unfinished);
    // By the schedule: 340 in 1.7 s, give or take what Poisson does.
    expect(Math.abs(due - 1.7 * RATE)).toBeLessThan(5 * Math.sqrt(1.7 * RATE));
    // Some 140 of them waited from 0.5 to 1.2 s.
    expect(drained).toBeGreaterThan(60);
    expect(latency.count).toBe(due - unfinished);
    expect(latency.meanNs).toBeGreaterThan(0.2e9);
  });
});
