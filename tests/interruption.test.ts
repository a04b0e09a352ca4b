/**
 * Signals in the midst of blocking calls and of waits: a process that kills every thread of the measured one
 * again and again.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import type { Model } from '../src/models/model.ts';
import { createFixtures, measured, models, peerFile, workloadFile } from './measuring.ts';
import { workspace } from './workspace.ts';

const KOFFI = JSON.stringify(createRequire(import.meta.url).resolve('koffi'));
const traits = { form: 'operations', uses: ['sockets'], concurrency: 4, threads: undefined } as const;
const whyNot = process.platform === 'linux' ? undefined : 'tgkill(2), a signal to one thread, is of Linux';
if (whyNot) console.log(`skipped: ${whyNot}`);
const possible: readonly Model[] = models.filter((model) => model.refuses(traits) === undefined);

/**
 * Sends SIGUSR2 to all threads every few milliseconds while the process lives, and writes how many were sent.
 */
const KILLER = `
  const { appendFileSync, readdirSync } = require('node:fs');
  const tgkill = require(${KOFFI}).load(null).func('int tgkill(int process, int thread, int signal)');
  const [measured, log] = [Number(process.argv[2]), process.argv[3]];
  process.on('disconnect', () => process.exit());
  setInterval(() => {
    const sent = readdirSync('/proc/' + measured + '/task').filter((thread) => tgkill(measured, Number(thread), 12) === 0);
    // It is killed with the measured process, maybe in the midst of this: a file that is written anew would
    // be empty then.
    appendFileSync(log, '.'.repeat(sent.length));
  }, 3);`;

/**
 * The peer answers late, so that somebody waits; Node's handlers restart a call, so they are told not to
 * (siginterrupt(3)).
 */
const INTERRUPTED = (directory: string, peer: string, log: string) => `
  import { fork } from 'node:child_process';
  import { existsSync, writeFileSync } from 'node:fs';
  import { createRequire } from 'node:module';
  import { isMainThread } from 'node:worker_threads';
  import { pathToFileURL } from 'node:url';
  import { close, connect, defineWorkload, receive, send, sleep } from 'iobench';
  if (isMainThread && process.argv[1].includes('cell.main')) {
    process.on('SIGUSR2', () => {});
    createRequire(import.meta.url)(${KOFFI}).load(null).func('int siginterrupt(int signal, int flag)')(12, 1);
    const file = ${JSON.stringify(path.join(directory, 'killer.cjs'))};
    writeFileSync(file, ${JSON.stringify(KILLER)});
    const killer = fork(file, [String(process.pid), ${JSON.stringify(log)}]);
    killer.unref();
    killer.channel.unref();
    // The requests begin when the signals have.
    const still = new Int32Array(new SharedArrayBuffer(4));
    for (let time = 0; time < 1000 && !existsSync(${JSON.stringify(log)}); time++) Atomics.wait(still, 0, 0, 10);
  }
  export default defineWorkload({
    name: 'interrupted',
    summary: 'Connects, sends much, waits, receives much, sleeps',
    uses: ['sockets'],
    prepare: ({ startPeer }) => startPeer(pathToFileURL(${JSON.stringify(peer)})),
    *connect({ host, port }) {
      return { host, port, buffer: Buffer.alloc(200_000) };
    },
    *request({ host, port, buffer }) {
      const connection = yield* connect(host, port);
      yield* send(connection, buffer);
      for (let received = 0; received < buffer.length; ) {
        const bytes = yield* receive(connection, buffer, received);
        if (bytes === 0) throw new Error('the peer has closed');
        received += bytes;
      }
      yield* sleep(2e6);
      yield* close(connection);
    },
  });`;
const LATE_PEER = `net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => setTimeout(() => socket.write(bytes), 10));
  })`;

describe.skipIf(whyNot !== undefined).each(possible)('$name', (model) => {
  test('signals in the midst of its calls cost no request', async () => {
    const directory = workspace();
    const log = path.join(directory, 'sent');
    const peer = peerFile(directory, 'late.mjs', LATE_PEER);
    const file = await workloadFile(directory, 'interrupted.ts', INTERRUPTED(directory, peer, log));
    const ours = createFixtures(directory);
    try {
      const plan = { requests: 60, durationNs: 20e9, warmupNs: 0 };
      const [trial] = await measured({ model, fixtures: ours, ...file, concurrencies: [4], plan });
      expect(trial).toMatchObject({ status: 'measured', completed: 60, failed: 0, errors: {} });
      expect(readFileSync(log, 'utf8').length).toBeGreaterThan(100);
    } finally {
      await ours.remove();
    }
  });
});
