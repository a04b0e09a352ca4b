/**
 * Every model under workloads that fail, peers that go away, and messages that do not fit: written as a user
 * would.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Model } from '../src/models/model.ts';
import type { TrialRecord } from '../src/result.ts';
import { createFixtures, measured, models, peerFile, workloadFile, workloads } from './measuring.ts';
import { workspace } from './workspace.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const supported = { form: 'operations', uses: ['sockets'], concurrency: 4, threads: undefined } as const;
const possible = models.filter((model) => model.refuses(supported) === undefined);
for (const model of models.filter((each) => !possible.includes(each)))
  console.log(`not tested here: ${model.name}: ${JSON.stringify(model.refuses(supported))}`);

async function only(records: Promise<TrialRecord[]>): Promise<TrialRecord> {
  const all = await records;
  expect(all).toHaveLength(1);
  return all[0] as TrialRecord;
}

const ONE_IN_TEN = `
  import { defineWorkload, sleep } from 'iobench';
  let requests = 0;
  export default defineWorkload({
    name: 'one-in-ten',
    summary: 'Fails one request in ten',
    *request() {
      const number = ++requests;
      yield* sleep(number % 10 === 0 ? 20e6 : 100e3);
      if (number % 10 === 0) throw Object.assign(new Error('refused by the test'), { code: 'EMINE' });
    },
  });`;

const SAYS_GOODBYE = (log: string) => `
  import { appendFileSync } from 'node:fs';
  import { isMainThread } from 'node:worker_threads';
  import { defineWorkload, sleep } from 'iobench';
  const say = (word) => appendFileSync(${JSON.stringify(log)}, word + '\\n');
  if (isMainThread && process.argv[1].includes('cell.main')) process.once('exit', () => say('exit'));
  export default defineWorkload({
    name: 'says-goodbye',
    summary: 'Tells of every client that leaves',
    *connect() {
      say('connect');
      yield* sleep(1e5);
      return {};
    },
    *request() {
      yield* sleep(1e5);
    },
    *disconnect() {
      yield* sleep(1e5);
      say('disconnect');
    },
  });`;

const BREAKS_OFF = (peer: string) => `
  import { close, connect, defineWorkload, OperationError, receive, send } from 'iobench';
  import { pathToFileURL } from 'node:url';
  export default defineWorkload({
    name: 'breaks-off',
    summary: 'The peer closes or resets every third connection',
    uses: ['sockets'],
    prepare: ({ startPeer }) => startPeer(pathToFileURL(${JSON.stringify(peer)})),
    *connect({ host, port }) {
      return { connection: yield* connect(host, port), buffer: Buffer.alloc(64) };
    },
    *request({ connection, buffer }) {
      yield* send(connection, buffer);
      for (let received = 0; received < 64; ) {
        const bytes = yield* receive(connection, buffer, received);
        if (bytes === 0) throw new OperationError('receive', 'EOF', 'the peer');
        received += bytes;
      }
    },
    *disconnect({ connection }) {
      yield* close(connection);
    },
  });`;
const BREAKING_PEER = `(() => {
  let pieces = 0;
  return net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      pieces++;
      if (pieces % 7 === 0) socket.end(bytes.subarray(0, 10));
      else if (pieces % 7 === 3) socket.resetAndDestroy();
      else socket.write(bytes);
    });
  });
})()`;

describe.each(possible as Model[])('$name', (model) => {
  test('a workload that fails one request in ten: exactly those, by code, and no latency of theirs', async () => {
    const file = await workloadFile(workspace(), 'one-in-ten.ts', ONE_IN_TEN);
    const trial = await only(
      measured({ model, fixtures, ...file, plan: { requests: 100, durationNs: 60e9, warmupNs: 0 } }),
    );
    expect(trial).toMatchObject({ status: 'measured', completed: 90, failed: 10, errors: { EMINE: 10 } });
    if (trial.status === 'measured') expect(trial.latency.meanNs).toBeLessThan(15e6);
  });

  test('every client disconnects in the end, and the process ends by itself', async () => {
    const directory = workspace();
    const log = path.join(directory, 'log');
    const file = await workloadFile(directory, 'says-goodbye.ts', SAYS_GOODBYE(log));
    const trial = await only(
      measured({ model, fixtures, ...file, concurrencies: [4], plan: { requests: 20, durationNs: 20e9 } }),
    );
    expect(trial).toMatchObject({ status: 'measured', failed: 0 });
    const words = readFileSync(log, 'utf8').trim().split('\n');
    const times = (word: string) => words.filter((each) => each === word).length;
    // One request after another needs one connection only.
    expect(times('connect')).toBeGreaterThanOrEqual(1);
    expect(times('connect')).toBeLessThanOrEqual(4);
    expect(times('disconnect')).toBe(times('connect'));
    expect(times('exit')).toBe(1);
  });

  test('a peer that breaks off in the middle: failures by code, new connections, no hang', async () => {
    const directory = workspace();
    const file = await workloadFile(
      directory,
      'breaks-off.ts',
      BREAKS_OFF(peerFile(directory, 'breaking.mjs', BREAKING_PEER)),
    );
    const ours = createFixtures(directory);
    onTestFinished(() => ours.remove());
    const trial = await only(
      measured({
        model,
        fixtures: ours,
        ...file,
        concurrencies: [4],
        plan: { requests: 300, durationNs: 20e9 },
      }),
    );
    expect(trial).toMatchObject({ status: 'measured', unfinished: 0 });
    if (trial.status !== 'measured') return;
    const codes = Object.keys(trial.errors);
    expect(codes).toContain('EOF');
    expect(codes).toContain('ECONNRESET');
    expect(codes.filter((code) => !['EOF', 'ECONNRESET', 'EPIPE'].includes(code))).toEqual([]);
    // Two of seven pieces break a connection, and hit the one request that waits on it.
    expect(trial.failed / (trial.completed + trial.failed)).toBeGreaterThan(0.15);
    expect(trial.failed / (trial.completed + trial.failed)).toBeLessThan(0.45);
  });

  test('a message larger than the sockets hold arrives whole', async () => {
    const workload = workloads.find(({ name }) => name === 'tcp-echo');
    if (!workload) return expect.unreachable();
    const trial = await only(
      measured({
        model,
        fixtures,
        workload,
        params: { messageSize: '4MiB' },
        plan: { requests: 5, durationNs: 20e9 },
      }),
    );
    expect(trial).toMatchObject({ status: 'measured', completed: 5, failed: 0 });
  });
});
