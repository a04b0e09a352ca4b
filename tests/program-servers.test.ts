/** nginx and HAProxy in a model's place: whom requests reach, by the back ends' own counts, and how they end. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { MeasuredTrial } from '../src/result.ts';
import { load } from './compiled.ts';
import { createFixtures, measured, workloads } from './measuring.ts';
import { peerProcesses } from './peer-at-work.ts';

const { startProgramServer } = await load<typeof import('../src/run/server/program-server.ts')>(
  'run/server/program-server.js',
);
const { unserved } = await load<typeof import('../src/run/server/server-trials.ts')>(
  'run/server/server-trials.js',
);
const { parseRoutes } = await load<typeof import('../src/workloads/balancing/routes.ts')>(
  'workloads/balancing/routes.js',
);
const { makeOwnCertificate } = await load<typeof import('../src/workloads/own-certificate.ts')>(
  'workloads/own-certificate.js',
);
const { programs } = await load<typeof import('../src/programs/index.ts')>('programs/index.js');
const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const workload = workloads.find(({ name }) => name === 'load-balance') ?? expect.unreachable();
const EJECT_MS = 1_000;
const signal = new AbortController().signal;
type Program = (typeof programs)[number];
type Skip = (why?: string) => never;

/** A back end in this process, which can be stopped, and started again on its port. */
async function backEnd() {
  const got: string[] = [];
  const protocols: string[] = [];
  let server: http.Server;
  let lateMs = 0;
  const start = async (port = 0) => {
    server = http.createServer((request, response) => {
      if (request.headers['x-health-check'] !== undefined) return void response.end('well');
      if (lateMs > 0) return void setTimeout(() => response.end('late'), lateMs);
      got.push(String(request.headers['x-forwarded-for']));
      protocols.push(String(request.headers['x-forwarded-proto']));
      if (request.url?.startsWith('/fresh')) response.setHeader('Cache-Control', 'max-age=60');
      response.end('ok');
    });
    server.keepAliveTimeout = 0;
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return (server.address() as net.AddressInfo).port;
  };
  const port = await start();
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const answersLate = () => {
    lateMs = 1_000;
  };
  onTestFinished(stop);
  return { got, protocols, port, stop, start: () => start(port), answersLate };
}

async function balanced(program: Program, skip: Skip, params: Readonly<Record<string, unknown>> = {}) {
  const backEnds = await Promise.all([backEnd(), backEnd(), backEnd()]);
  const weights = (params.weights ?? [1, 1, 1]) as number[];
  const fixture = {
    layer: '7',
    algorithm: 'round-robin',
    backEnds: backEnds.map(({ port }, number) => ({ host: '127.0.0.1', port, weight: weights[number] })),
    ejectAfter: 1,
    ejectFor: EJECT_MS * 1e6,
    slowStart: 0,
    checks: { intervalNs: 0, path: '/', rise: 2, fall: 2 },
    timeout: 0,
    routes: [],
    cache: 0,
    targets: 1,
    tls: { kind: 'none' },
    ...params,
  };
  const plan = { cell: { model: program.name }, fixture, connections: 8 };
  const server = await startProgramServer({ program, plan, directory: fixtures.directory, signal }).catch(
    (error: Error) =>
      /is not installed|has no stream module/.test(error.message)
        ? skip(error.message)
        : Promise.reject(error),
  );
  onTestFinished(() => server.stop());
  return { server, backEnds, counts: () => backEnds.map(({ got }) => got.length) };
}

/** Asks N times on one connection; the statuses that were answered. */
async function asked(
  { address }: { address: { port: number } },
  times: number,
  localAddress = '127.0.9.1',
  asking: { path?: string; headers?: Record<string, string> } = {},
) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const statuses = new Set<number>();
  try {
    for (let time = 0; time < times; time++) {
      const request = http.get({ ...address, ...asking, agent, localAddress, timeout: 10_000 });
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      for await (const _ of response);
      statuses.add(response.statusCode ?? 0);
    }
  } finally {
    agent.destroy();
  }
  return [...statuses];
}

/** One request on a connection of its own; its answer, whose body was read. */
async function answered(over: typeof http | typeof https, options: https.RequestOptions) {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) =>
    over.get({ ...options, agent: false }, resolve).on('error', reject),
  );
  for await (const _ of response);
  return response;
}

describe.each(programs)('$name', (program) => {
  test.for(['7', '4'])(
    'layer %s: shares are exact in turns, and in turns by weight',
    async (layer, { skip }) => {
      const turns = await balanced(program, skip, { layer });
      for (let client = 0; client < 9; client++) expect(await asked(turns.server, 2)).toEqual([200]);
      expect(turns.counts()).toEqual([6, 6, 6]);
      const [first] = turns.backEnds;
      expect(new Set(first?.got)).toEqual(new Set([layer === '7' ? '127.0.9.1' : 'undefined']));

      const weighted = { layer, algorithm: 'weighted-round-robin', weights: [5, 3, 1] };
      const { server, counts } = await balanced(program, skip, weighted);
      for (let client = 0; client < 18; client++) expect(await asked(server, 1)).toEqual([200]);
      expect(counts()).toEqual([10, 6, 2]);
    },
  );

  test('an address has one back end, whatever the connection', async ({ skip }) => {
    const { server, backEnds } = await balanced(program, skip, { algorithm: 'ip-hash' });
    const addresses = Array.from({ length: 16 }, (_, client) => `127.0.${client}.1`);
    for (const address of [...addresses, ...addresses]) await asked(server, 1, address);
    const seenBy = (address: string) => backEnds.filter(({ got }) => got.includes(address)).length;
    expect(addresses.map(seenBy)).toEqual(addresses.map(() => 1));
    expect(backEnds.filter(({ got }) => got.length > 0).length).toBeGreaterThan(1);
  });

  test('a request goes to the back ends of its route', async ({ skip }) => {
    const routes = parseRoutes('/api:0:1+header:X-Tenant=a:2+cookie:group=b:0', 3);
    const { server, counts } = await balanced(program, skip, { routes });
    const of = async (...asking: Parameters<typeof asked>) => {
      const before = counts();
      expect(await asked(...asking)).toEqual([200]);
      return counts().map((count, number) => count - (before[number] as number));
    };
    expect(await of(server, 4, undefined, { path: '/api/x?y' })).toEqual([2, 2, 0]);
    expect(await of(server, 3, undefined, { headers: { 'X-Tenant': 'a' } })).toEqual([0, 0, 3]);
    expect(await of(server, 3, undefined, { headers: { Cookie: 'a=b; group=b' } })).toEqual([3, 0, 0]);
    const none = { path: '/ap', headers: { 'X-Tenant': 'A', Cookie: 'group=bb' } };
    expect(await of(server, 6, undefined, none)).toEqual([2, 2, 2]);
  });

  test('answers come from its cache, and say so; each route has its own', async ({ skip }) => {
    const routes = parseRoutes('header:X-Tenant=a:2', 3);
    const { server, counts } = await balanced(program, skip, { routes, cache: 2 ** 20 });
    const sum = () => counts().reduce((total, count) => total + count);
    const ask = async (path: string, headers = {}) =>
      (await answered(http, { ...server.address, path, headers })).headers['cache-status'];
    expect(await ask('/fresh')).toBeUndefined();
    expect([await ask('/fresh'), await ask('/fresh')]).toEqual(Array(2).fill(`${program.name}; hit`));
    expect(sum()).toBe(1);
    expect(await ask('/fresh', { 'X-Tenant': 'a' })).toBeUndefined();
    expect(await ask('/fresh', { 'X-Tenant': 'a' })).toBe(`${program.name}; hit`);
    expect([await ask('/'), await ask('/')]).toEqual([undefined, undefined]);
    expect(sum()).toBe(4);
  });

  test('TLS ends there, and back ends are notified of it; or a plain request is redirected', async ({
    skip,
  }) => {
    const directory = mkdtempSync(path.join(fixtures.directory, 'certificate-'));
    const certificate = await makeOwnCertificate(directory);
    const secure = await balanced(program, skip, { tls: { kind: 'terminate', certificate } });
    const { host: servername, caFile } = certificate;
    const headers = { 'X-Forwarded-Proto': 'ftp' };
    const options = { ...secure.server.address, servername, ca: readFileSync(caFile), headers };
    expect(await answered(https, options)).toMatchObject({ statusCode: 200 });
    expect(secure.backEnds.flatMap(({ protocols }) => protocols)).toEqual(['https']);

    const { server, counts } = await balanced(program, skip, { tls: { kind: 'redirect' } });
    const answer = await answered(http, { ...server.address, path: '/a?b' });
    expect(answer).toMatchObject({ statusCode: 301, headers: { location: 'https://127.0.0.1/a?b' } });
    expect(counts()).toEqual([0, 0, 0]);
  });

  test('a back end that dies fails nobody, gets nothing while it is ejected, and its part afterwards', async ({
    skip,
  }) => {
    const { server, backEnds, counts } = await balanced(program, skip);
    await asked(server, 6);
    await backEnds[1]?.stop();
    expect(await asked(server, 12)).toEqual([200]);
    await backEnds[1]?.start();
    expect(await asked(server, 4)).toEqual([200]);
    expect(counts()[1]).toBe(2);
    // nginx counts in whole seconds: it may take it a second more.
    for (let look = 0; look < 40 && counts()[1] === 2; look++) {
      await sleep(EJECT_MS / 10);
      expect(await asked(server, 3)).toEqual([200]);
    }
    const [, before = 0] = counts();
    expect(before).toBeGreaterThan(2);
    expect(await asked(server, 30)).toEqual([200]);
    expect((counts()[1] ?? 0) - before).toBeGreaterThan(5);
  });

  test('killed in mid-run, it is what the trial failed for, and nothing of it is left', async ({ skip }) => {
    await balanced(program, skip).then(({ server }) => server.stop());
    const trial = measured({
      model: program,
      workload,
      fixtures,
      concurrencies: [4],
      plan: { durationNs: 1e9 },
    });
    const serving = () => peerProcesses().find(({ command }) => /^nginx: master|haproxy -db /.test(command));
    for (let time = 0; time < 1000 && serving() === undefined; time++) await sleep(10);
    const { pid, uid } = serving() ?? expect.unreachable();
    expect(uid).toBe(process.getuid?.() === 0 ? 65_534 : process.getuid?.());
    await sleep(300);
    process.kill(pid, 'SIGKILL');
    const reason = expect.stringContaining(`${program.name} ended (SIGKILL)`);
    expect(await trial).toMatchObject([{ status: 'failed', reason }]);
    expect(peerProcesses().filter(({ command }) => command.includes(program.name))).toEqual([]);
  });

  test('that is not installed is unsupported, and its package is named', async () => {
    const missing = {
      ...program,
      program: () => ({ name: 'no-such', package: 'no-such-package', words: () => [] }),
    };
    const plan = { cell: { model: program.name }, fixture: {}, connections: 1 };
    const error = await startProgramServer({
      program: missing,
      plan,
      directory: fixtures.directory,
      signal,
    }).catch((caught: unknown) => caught);
    const record = unserved({ cell: plan.cell, trial: 1 } as never, error);
    expect(record).toMatchObject({
      status: 'unsupported',
      reason: expect.stringContaining('no-such-package'),
    });
  });
});

test('a trial has the figures that a program has, and no others', async ({ skip }) => {
  const program = programs.find(({ name }) => name === 'nginx') ?? expect.unreachable();
  await balanced(program, skip).then(({ server }) => server.stop());
  const params = { backends: '1ms+1ms+1ms' };
  const [trial] = await measured({ model: program, workload, fixtures, concurrencies: [6], params });
  expect(trial).toMatchObject({ status: 'measured', failed: 0, threads: 2, cell: { model: 'nginx' } });
  const { cpu, contextSwitches, maxRssBytes, peers, completed, connectionsMade } = trial as MeasuredTrial;
  expect(cpu.userNs + cpu.systemNs).toBeGreaterThan(0);
  expect(contextSwitches.voluntary).toBeGreaterThan(0);
  expect(maxRssBytes).toBeGreaterThan(1e6);
  expect(connectionsMade).toBe(6);
  for (const absent of ['threadTime', 'connections', 'idleCpuShare'])
    expect(trial).not.toHaveProperty(absent);
  const requests = peers.flatMap((peer) => peer.requests ?? []);
  expect(requests).toHaveLength(3);
  expect(Math.max(...requests) - Math.min(...requests)).toBeLessThanOrEqual(completed / 10 + 6);
});

test('a configuration that is refused fails the cell with the reason of the program', async ({ skip }) => {
  const program = programs.find(({ name }) => name === 'haproxy') ?? expect.unreachable();
  await balanced(program, skip).then(({ server }) => server.stop());
  const [trial] = await measured({ model: program, workload, fixtures, threads: 1000 });
  const reason = expect.stringMatching(/^haproxy cannot serve: .*'nbthread' value must be between 1 and/);
  expect(trial).toMatchObject({ status: 'failed', reason });
});

test('HAProxy: checks take a back end out and bring it back, uncounted; a late answer is 504', async ({
  skip,
}) => {
  const program = programs.find(({ name }) => name === 'haproxy') ?? expect.unreachable();
  const checks = { intervalNs: 50e6, path: '/', rise: 2, fall: 2 };
  const { server, backEnds, counts } = await balanced(program, skip, { ejectAfter: 0, checks, timeout: 1e8 });
  expect(await asked(server, 6)).toEqual([200]);
  await backEnds[1]?.stop();
  await sleep(400);
  expect(await asked(server, 12)).toEqual([200]);
  expect(counts()).toEqual([8, 2, 8]);
  await backEnds[1]?.start();
  await sleep(400);
  expect(await asked(server, 6)).toEqual([200]);
  expect(counts()).toEqual([10, 4, 10]);
  for (const each of backEnds) each.answersLate();
  expect(await asked(server, 1)).toEqual([504]);
});
