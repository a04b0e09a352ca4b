/**
 * Servers under every model, and clients that misbehave: each is answered or closed, each is counted, and the
 * server goes on.
 */
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { ownCpus } from '../src/engines/affinity.ts';
import type { ServerProcess } from '../src/run/server/server-process.ts';
import { load } from './compiled.ts';
import {
  createFixtures,
  littleRatio,
  measured,
  measuredOpen,
  models,
  workloadFile,
  workloads,
} from './measuring.ts';
import { workspace } from './workspace.ts';

const { startServer } = await load<typeof import('../src/run/server/server-process.ts')>(
  'run/server/server-process.js',
);
const fixtures = createFixtures();
const ownFixtures = createFixtures(undefined, { peerPlace: { cpus: ownCpus()?.slice(1, 2) } });
afterAll(() => Promise.all([fixtures.remove(), ownFixtures.remove()]));

const FIXTURE = { responseSize: 8, delay: 0, work: 0, connections: 'kept', idleConnections: 0, path: '/' };
const GET = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
const LIMIT_MS = 20_000;

const possible = models.filter(
  (model) =>
    model.refuses({ form: 'operations', uses: ['sockets'], concurrency: 8, threads: undefined }) ===
    undefined,
);

function start(model: string): Promise<ServerProcess> {
  return startServer({
    plan: {
      cell: { model },
      workload: { name: 'http-server' },
      fixture: FIXTURE,
      seed: 1,
      connections: 8,
    },
    signal: new AbortController().signal,
  });
}

/** Sends pieces, a little apart, and reads to the end of what comes back. */
async function asked(
  { address }: ServerProcess,
  pieces: readonly string[],
  { ends = false, pauseMs = 0 } = {},
): Promise<string> {
  const socket = net.connect({ ...address, allowHalfOpen: true, noDelay: true });
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  // A server that refuses may reset what was not read.
  socket.on('error', () => {});
  const over = once(socket, 'close').catch(() => {});
  await once(socket, 'connect');
  for (const piece of pieces) {
    socket.write(piece, 'latin1');
    if (pauseMs > 0) await sleep(pauseMs);
  }
  if (ends) socket.end();
  else await answered(() => answer.includes('\r\n\r\n') || socket.readableEnded);
  await Promise.race([over, sleep(ends ? LIMIT_MS : 50)]);
  socket.destroy();
  return answer;
}

async function answered(condition: () => boolean): Promise<void> {
  for (let waitedMs = 0; !condition() && waitedMs < LIMIT_MS; waitedMs += 5) await sleep(5);
}

const statusOf = (answer: string): string => answer.split('\r\n', 1)[0] ?? '';

async function settled(server: ServerProcess) {
  for (let tries = 0; ; tries++) {
    const accounts = await server.read();
    if (accounts === undefined) throw new Error(`the server does not answer: ${server.ending}`);
    if (accounts.connections.open === 0 || tries > 200) return accounts.connections;
    await sleep(10);
  }
}

describe.each(possible.map(({ name }) => name))('%s', (model) => {
  test('answers those who ask, closes those who do not, and counts both', async () => {
    const server = await start(model);
    try {
      const all = await Promise.all(Array.from({ length: 50 }, () => asked(server, [GET], { ends: true })));
      expect(all.map(statusOf)).toEqual(all.map(() => 'HTTP/1.1 200 OK'));
      expect(await settled(server)).toMatchObject({ accepted: 50, served: 50, failed: 0, open: 0 });

      // Whoever has sent its last byte is answered all the same.
      expect(await asked(server, [GET, GET], { ends: true })).toMatch(/^(HTTP\/1.1 200 OK[\s\S]*){2}$/);
      expect(statusOf(await asked(server, [...GET], { pauseMs: 1, ends: true }))).toBe('HTTP/1.1 200 OK');
      expect(statusOf(await asked(server, ['\x16\x03\x01 no HTTP\r\n\r\n']))).toBe(
        'HTTP/1.1 400 Bad Request',
      );
      const head = ['GET / HTTP/1.1\r\n', ...Array.from({ length: 80 }, () => `X: ${'x'.repeat(1000)}\r\n`)];
      expect(statusOf(await asked(server, head))).toMatch(/^(HTTP\/1.1 431 .*|)$/);
      // Silent, and in the middle of a request.
      expect(await asked(server, [], { ends: true })).toBe('');
      expect(await asked(server, [GET.slice(0, 9)], { ends: true })).toBe('');
      await reset(server);

      expect(statusOf(await asked(server, [GET], { ends: true }))).toBe('HTTP/1.1 200 OK');
      const { accepted, served, failed, open } = await settled(server);
      expect({ accepted, open, all: served + failed }).toEqual({ accepted: 58, open: 0, all: 58 });
      expect(failed).toBeGreaterThanOrEqual(2);
      expect(server.ending).toBeUndefined();
    } finally {
      await server.stop();
    }
    expect(isThere(server.pid)).toBe(false);
  });
});

/** Asks, and is gone with a reset. */
async function reset({ address }: ServerProcess): Promise<void> {
  const socket = net.connect(address);
  await once(socket, 'connect');
  socket.write(GET);
  await sleep(20);
  socket.resetAndDestroy();
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const epoll = models.find(({ name }) => name === 'epoll') as (typeof models)[number];

describe('requests from several processes', () => {
  const workload = workloads.find(({ name }) => name === 'echo-server') as (typeof workloads)[number];
  const three = { model: epoll, workload, fixtures, generators: 3 };

  test('are those of one load, and each process is looked at', async () => {
    // More idle connections than one of three would be given.
    const params = { idleConnections: '4' };
    const [trial] = await measured({ ...three, params, concurrencies: [8] });
    if (trial?.status !== 'measured') throw new Error(JSON.stringify(trial));
    expect(trial.cell).toMatchObject({ generator: 'epoll', generators: 3 });
    const names = trial.peers.map(({ name }) => name);
    expect(names).toEqual(['generator 1', 'generator 2', 'generator 3']);
    expect(trial.peers.every(({ cpuNs, wallNs }) => cpuNs > 0 && wallNs > 0)).toBe(true);
    const { due, atOpening, completed, failed, atClose } = trial.conservation ?? expect.unreachable();
    expect(atOpening + due).toBe(completed + failed + atClose);
    expect(trial.completed).toBe(completed);
    // All clients of the load, one connection each, and each idle one once.
    expect(trial.connections).toMatchObject({ openAtClose: 8 + 4, failed: 0 });
    expect(trial.connections?.accepted).toBe(trial.connectionsMade);
    expect(littleRatio(trial)).toBeCloseTo(1, 1);
  });

  test('share the schedule of an open load', async () => {
    const trial = await measuredOpen({ ...three, ratePerSecond: 1500 });
    if (trial.status !== 'measured') throw new Error(JSON.stringify(trial));
    // A hundred milliseconds; five standard deviations of a Poisson process.
    expect(Math.abs((trial.conservation?.due ?? 0) - 150)).toBeLessThan(5 * Math.sqrt(150));
  });

  test('are those of fewer where there are fewer clients', async () => {
    const [trial] = await measured({ ...three, concurrencies: [1] });
    expect(trial).toMatchObject({ status: 'measured', peers: [{ name: 'generator' }] });
    expect(trial?.cell).not.toHaveProperty('generators');
  });
});

describe('clients of http-server', () => {
  const workload = workloads.find(({ name }) => name === 'http-server') as (typeof workloads)[number];
  const run = async (
    model: (typeof models)[number],
    params: Record<string, string>,
    plan: { timeLimitNs?: number } = {},
  ) => {
    const [trial] = await measured({ model, workload, fixtures, params, concurrencies: [4], plan });
    return trial;
  };

  test('that are slow are open beside the others, and are in no figure', async () => {
    const trial = await run(epoll, { slowClients: '3', slowEvery: '1ms' });
    expect(trial).toMatchObject({ status: 'measured', failed: 0 });
    expect(trial).toMatchObject({ connections: { openAtClose: 4 + 3, failed: 0, open: 0 } });
  });

  test('that are slow leave nobody for the others, where one connection is served after another', async () => {
    const iterative = models.find(({ name }) => name === 'sync-blocking') as (typeof models)[number];
    // A request of theirs takes longer than the trial.
    const params = { slowClients: '1', slowEvery: '100ms' };
    expect(await run(iterative, params, { timeLimitNs: 2e9 })).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^it did not end within 2s: .*no request had ended/),
    });
  });

  test('may send several requests before they read, and read all answers', async () => {
    const bytesOf = async (depth: string) => {
      const trial = await run(epoll, { depth, responseSize: '100B' });
      if (trial?.status !== 'measured' || !trial.bytes) throw new Error(JSON.stringify(trial));
      expect(trial.failed).toBe(0);
      return { in: trial.bytes.in / trial.completed, out: trial.bytes.out / trial.completed };
    };
    const [one, eight] = [await bytesOf('1'), await bytesOf('8')];
    expect(eight.in / one.in).toBeCloseTo(8, 0);
    expect(eight.out / one.out).toBeCloseTo(8, 0);
  });

  test('cannot send so many that both would wait for the other to read', async () => {
    expect(await run(epoll, { depth: '257' })).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^prepare failed: depth=257/),
    });
  });
});

const [first, second] = ownCpus() ?? [];

test.runIf(second !== undefined)('each process stays on the CPUs that it was given', async () => {
  const text = `
    import { readFileSync } from 'node:fs';
    import { close, connect, defineServer, receive, send } from 'iobench';
    const own = () => Buffer.from([Number(/Cpus_allowed_list:\\s*(\\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])]);
    export default defineServer({
      name: 'placed',
      summary: 'Placed',
      prepare: () => ({ prepared: own()[0] }),
      *serve(connection) {
        const asked = Buffer.alloc(1);
        while ((yield* receive(connection, asked)) > 0) yield* send(connection, own());
      },
      *connect({ host, port, prepared }) {
        return { connection: yield* connect(host, port), prepared, buffer: Buffer.alloc(1) };
      },
      *request({ connection, prepared, buffer }) {
        yield* send(connection, buffer);
        yield* receive(connection, buffer);
        const found = [buffer[0], prepared, own()[0]].join();
        if (found !== '${first},${second},${second}') throw new Error('placed on ' + found);
      },
      *disconnect({ connection }) { yield* close(connection); },
    });`;
  const mine = await workloadFile(workspace(), 'placed.mjs', text);
  const [trial] = await measured({
    model: epoll,
    ...mine,
    fixtures: ownFixtures,
    plan: { cpus: { measured: [first as number], generators: [second as number] } },
  });
  expect(trial).toMatchObject({ status: 'measured', failed: 0 });
});

describe('a server of the user’s own', () => {
  const text = (serve: string) => `
    import { close, connect, defineServer, receive, send, OperationError } from 'iobench';
    export default defineServer({
      name: 'mine',
      summary: 'Mine',
      *serve(connection) { const buffer = Buffer.alloc(8); ${serve} },
      *connect({ host, port }) { return { connection: yield* connect(host, port), buffer: Buffer.alloc(8) }; },
      *request({ connection, buffer }) {
        yield* send(connection, buffer);
        if ((yield* receive(connection, buffer)) === 0) throw new OperationError('receive', 'EOF', 'the server');
      },
      *disconnect({ connection }) { yield* close(connection); },
    });`;
  const run = async (serve: string) => {
    const mine = await workloadFile(workspace(), 'mine.mjs', text(serve));
    const [trial] = await measured({ model: epoll, ...mine, fixtures, concurrencies: [2] });
    return trial;
  };

  test('is measured', async () => {
    expect(
      await run('while ((yield* receive(connection, buffer)) > 0) yield* send(connection, buffer);'),
    ).toMatchObject({ status: 'measured', failed: 0, connections: { failed: 0, open: 0 } });
  });

  test.each([
    [
      'that ends',
      'yield* receive(connection, buffer); process.exit(3);',
      /^the server ended \(exit code 3\)/,
    ],
    [
      'that is killed',
      `yield* receive(connection, buffer); process.kill(process.pid, 'SIGKILL');`,
      /^the server ended \(SIGKILL\)/,
    ],
    [
      'that refuses',
      `throw new Error('not today');`,
      /^none of \d+ requests ended well \(.*(EOF|ECONNRESET)/,
    ],
  ])('%s fails its cell, with the reason', async (_what, serve, reason) => {
    expect(await run(serve)).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) });
  });
});
