/** The load balancer under every model: whom requests reach, by the back ends' own counts, and who has failed. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { MeasuredTrial } from '../src/result.ts';
import { load } from './compiled.ts';
import { createFixtures, measured, models, workloads } from './measuring.ts';

const { startServer } = await load<typeof import('../src/run/server/server-process.ts')>(
  'run/server/server-process.js',
);
const { parseRoutes } = await load<typeof import('../src/workloads/balancing/routes.ts')>(
  'workloads/balancing/routes.js',
);
const { makeOwnCertificate } = await load<typeof import('../src/workloads/own-certificate.ts')>(
  'workloads/own-certificate.js',
);
const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const possible = models.filter(
  (model) =>
    model.refuses({ form: 'operations', uses: ['sockets'], concurrency: 8, threads: undefined }) ===
    undefined,
);
const EJECT_MS = 400;

interface Got {
  readonly method: string;
  readonly body: string;
  readonly forwardedFor: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** A back end in this process, which can be stopped, and started again on its port. */
async function backEnd(number: number) {
  const got: Got[] = [];
  const checks = { seen: 0, answer: 'good' as 'good' | 'bad' | 'none' };
  let server: http.Server;
  const listener: http.RequestListener = async (request, response) => {
    if (request.headers['x-health-check'] !== undefined) {
      checks.seen++;
      if (checks.answer !== 'none') response.writeHead(checks.answer === 'good' ? 204 : 503).end();
      return;
    }
    const body = await readAll(request);
    const forwardedFor = String(request.headers['x-forwarded-for']);
    got.push({ method: request.method ?? '', body, forwardedFor, headers: request.headers });
    response.setHeader('X-Backend', number);
    if (request.url?.startsWith('/fresh')) response.setHeader('Cache-Control', 'max-age=3');
    if (request.url === '/private') response.setHeader('Cache-Control', 'private, max-age=3');
    if (request.url === '/hang') return;
    if (request.url === '/hints') response.writeEarlyHints({ link: '</a>; rel=preload' });
    if (request.url === '/break') {
      response.writeHead(200, { 'content-length': 1000 }).write('a part');
      setTimeout(() => response.destroy(), 20);
    } else if (request.url === '/chunks') {
      response.write('one ');
      setTimeout(() => response.end('two'), 5);
    } else response.end(request.method === 'HEAD' ? '' : `from ${number}${body}`);
  };
  const start = async (port = 0) => {
    server = http.createServer(listener).listen(port, '127.0.0.1');
    server.keepAliveTimeout = 0;
    await once(server, 'listening');
    return (server.address() as net.AddressInfo).port;
  };
  const port = await start();
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  return { got, checks, port, stop, start: () => start(port) };
}

async function balanced(model: string, params: Readonly<Record<string, unknown>> = {}, seed = 1) {
  const backEnds = await Promise.all([0, 1, 2].map(backEnd));
  const weights = (params.weights ?? [1, 1, 1]) as number[];
  const fixture = {
    layer: '7',
    algorithm: 'round-robin',
    backEnds: backEnds.map(({ port }, number) => ({ host: '127.0.0.1', port, weight: weights[number] })),
    ejectAfter: 1,
    ejectFor: EJECT_MS * 1e6,
    checks: { intervalNs: 0, path: '/', rise: 2, fall: 3 },
    slowStart: 0,
    timeout: 0,
    routes: [],
    cache: 0,
    targets: 1,
    tls: { kind: 'none' },
    addresses: 1,
    connections: 'kept',
    path: '/',
    ...params,
  };
  const server = await startServer({
    plan: { cell: { model }, workload: { name: 'load-balance' }, fixture, seed, connections: 4 },
    signal: new AbortController().signal,
  });
  onTestFinished(() => server.stop());
  return { server, backEnds, counts: () => backEnds.map(({ got }) => got.length) };
}

async function readAll(message: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of message) text += piece;
  return text;
}

interface Asking {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly from?: string;
  readonly headers?: Record<string, string>;
}

/** Asks N times on one connection; the statuses, and the bodies. */
async function asked({ address }: { address: { port: number } }, times: number, asking: Asking = {}) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const { path: target = '/', method = 'GET', body: sent, from: localAddress, headers = {} } = asking;
  const answers: { status: number; body: string; headers: http.IncomingHttpHeaders }[] = [];
  try {
    for (let time = 0; time < times; time++) {
      const options = { ...address, agent, path: target, method, headers, localAddress, timeout: 10_000 };
      const request = http.request(options).end(sent);
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      const body = await readAll(response);
      answers.push({ status: response.statusCode ?? 0, body, headers: response.headers });
    }
  } finally {
    agent.destroy();
  }
  return answers;
}

const statusesOf = (answers: readonly { status: number }[]) => [
  ...new Set(answers.map(({ status }) => status)),
];

describe.each(possible.map(({ name }) => name))('layer 7 under %s', (model) => {
  test('round robin: shares are exact over many connections, and each back end knows the client', async () => {
    const { server, backEnds, counts } = await balanced(model);
    for (let connection = 0; connection < 10; connection++)
      expect(statusesOf(await asked(server, 3, { from: '127.0.9.1' }))).toEqual([200]);
    expect(counts()).toEqual([10, 10, 10]);
    for (const { got } of backEnds)
      expect(new Set(got.map(({ forwardedFor }) => forwardedFor))).toEqual(new Set(['127.0.9.1']));
  });

  test('messages arrive whole: bodies, chunks, HEAD, and what an earlier proxy has written', async () => {
    const { server, backEnds } = await balanced(model);
    const body = 'x'.repeat(100_000);
    const headers = { 'X-Forwarded-For': '192.0.2.7', Connection: 'keep-alive, X-Hop', 'X-Hop': 'secret' };
    const [posted] = await asked(server, 1, { method: 'POST', body, headers });
    expect(posted?.body).toBe(`from 0${body}`);
    expect(backEnds[0]?.got[0]).toMatchObject({ method: 'POST', forwardedFor: '192.0.2.7, 127.0.0.1' });
    expect(backEnds[0]?.got[0]?.headers).not.toHaveProperty('x-hop');
    expect((await asked(server, 2, { path: '/chunks' })).map((each) => each.body)).toEqual([
      'one two',
      'one two',
    ]);
    expect(await asked(server, 2, { method: 'HEAD' })).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(statusesOf(await asked(server, 2))).toEqual([200]);
  });

  test('a back end that dies fails nobody, gets nothing while it is ejected, and its part afterwards', async () => {
    const { server, backEnds, counts } = await balanced(model);
    await asked(server, 6);
    await backEnds[1]?.stop();
    expect(statusesOf(await asked(server, 12))).toEqual([200]);
    expect(counts()[1]).toBe(2);
    await backEnds[1]?.start();
    expect(statusesOf(await asked(server, 4))).toEqual([200]);
    await sleep(EJECT_MS + 50);
    const before = counts();
    expect(statusesOf(await asked(server, 30))).toEqual([200]);
    expect(counts().map((count, number) => count - (before[number] as number))).toEqual([10, 10, 10]);
  });

  test('with no back end: 502 as they are tried, 503 when all are ejected; one that breaks off is not repeated', async () => {
    const { server, backEnds, counts } = await balanced(model, { timeout: 100e6 });
    await expect(asked(server, 1, { path: '/break' })).rejects.toThrow();
    expect(counts()).toEqual([1, 0, 0]);
    await sleep(EJECT_MS + 50);
    for (const each of backEnds) await each.stop();
    expect(statusesOf(await asked(server, 1))).toEqual([502]);
    expect(statusesOf(await asked(server, 2))).toEqual([503]);
    for (const each of backEnds) await each.start();
    await sleep(EJECT_MS + 50);
    expect(statusesOf(await asked(server, 3))).toEqual([200]);
    // One that does not answer in time: 504, to nobody else, and it is ejected.
    const before = counts();
    expect(statusesOf(await asked(server, 1, { path: '/hang' }))).toEqual([504]);
    expect(statusesOf(await asked(server, 4))).toEqual([200]);
    const gained = counts().map((count, number) => count - (before[number] as number));
    expect(gained.toSorted()).toEqual([1, 2, 2]);
  });
});

const CHECKED = ['sync-blocking', 'thread-per-request', 'async-promise', 'epoll', 'multi-reactor'];
const CHECK_MS = 25;

describe.each(possible.filter(({ name }) => CHECKED.includes(name)).map(({ name }) => name))(
  'health checks under %s',
  (model) => {
    test('one that is down gets nothing, and its part when it is back; they are asked in one place', async () => {
      const checks = { intervalNs: CHECK_MS * 1e6, path: '/', rise: 2, fall: 2 };
      const { server, backEnds, counts } = await balanced(model, { ejectAfter: 0, checks });
      const second = backEnds[1] ?? expect.unreachable();
      const parts = async () => {
        const before = counts();
        expect(statusesOf(await asked(server, 6))).toEqual([200]);
        return counts().map((count, number) => count - (before[number] as number));
      };
      const soon = { timeout: 5000, interval: CHECK_MS };
      await expect.poll(parts, soon).toEqual([2, 2, 2]);
      second.checks.answer = 'bad';
      await expect.poll(parts, soon).toEqual([3, 0, 3]);
      second.checks.answer = 'good';
      await expect.poll(parts, soon).toEqual([2, 2, 2]);
      second.checks.answer = 'none';
      const [seen, startMs] = [second.checks.seen, performance.now()];
      await expect.poll(parts, soon).toEqual([3, 0, 3]);
      await sleep(4 * CHECK_MS);
      // A check that is not answered has a limit, so that others follow.
      const asks = second.checks.seen - seen;
      expect(asks).toBeGreaterThanOrEqual(2);
      expect(asks).toBeLessThanOrEqual((performance.now() - startMs) / CHECK_MS + 2);
    });
  },
);

test('all that are down: 503', async () => {
  const checks = { intervalNs: CHECK_MS * 1e6, path: '/', rise: 1, fall: 1 };
  const { server, backEnds } = await balanced('epoll', { checks });
  for (const each of backEnds) each.checks.answer = 'bad';
  const statuses = async () => statusesOf(await asked(server, 1));
  await expect.poll(statuses, { timeout: 5000, interval: CHECK_MS }).toEqual([503]);
});

test('what is drawn by chance follows from the seed', async () => {
  const drawn = async (seed: number) => {
    const { server } = await balanced('epoll', { algorithm: 'random' }, seed);
    return (await asked(server, 40)).map(({ body }) => body);
  };
  const [first, again, other] = await Promise.all([drawn(1), drawn(1), drawn(2)]);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test('over several loops the shares of all are exact', async ({ skip }) => {
  if (!possible.some(({ name }) => name === 'multi-reactor')) skip('multi-reactor cannot run here');
  const { server, counts } = await balanced('multi-reactor', {
    algorithm: 'weighted-round-robin',
    weights: [5, 3, 1],
  });
  const clients = Array.from({ length: 18 }, (_, client) => asked(server, 5, { from: `127.0.${client}.1` }));
  expect(statusesOf((await Promise.all(clients)).flat())).toEqual([200]);
  expect(counts()).toEqual([50, 30, 10]);
});

test('a route: its back ends take turns, and no other gets its requests when they are gone', async () => {
  const routes = parseRoutes('/api:0:1+header:X-Tenant=a:2', 3);
  const { server, backEnds, counts } = await balanced('epoll', { routes });
  const api = { path: '/api/1' };
  for (let time = 0; time < 4; time++) {
    await asked(server, 1, api);
    await asked(server, 1, { headers: { 'X-Tenant': 'a' } });
  }
  expect(counts()).toEqual([2, 2, 4]);
  await asked(server, 6);
  expect(counts()).toEqual([4, 4, 6]);
  for (const each of backEnds.slice(0, 2)) await each.stop();
  expect(statusesOf(await asked(server, 1, api))).toEqual([502]);
  expect(statusesOf(await asked(server, 2, api))).toEqual([503]);
  expect(counts()).toEqual([4, 4, 6]);
});

describe.each(possible.filter(({ name }) => CHECKED.includes(name)).map(({ name }) => name))(
  'TLS under %s',
  (model) => {
    test('ends at the balancer: clients know it by its certificate, and back ends know of it', async () => {
      const directory = mkdtempSync(path.join(fixtures.directory, 'certificate-'));
      const certificate = await makeOwnCertificate(directory);
      const { server, backEnds } = await balanced(model, { tls: { kind: 'terminate', certificate } });
      const { host: servername, caFile } = certificate;
      const agent = new https.Agent({ keepAlive: true, maxSockets: 1, servername, ca: readFileSync(caFile) });
      const body = 'x'.repeat(100_000);
      for (let time = 0; time < 3; time++) {
        const request = https.request({ ...server.address, agent, method: 'POST' }).end(body);
        const [response] = (await once(request, 'response')) as [http.IncomingMessage];
        expect(await readAll(response)).toBe(`from ${time}${body}`);
      }
      agent.destroy();
      for (const { got } of backEnds) expect(got[0]?.headers['x-forwarded-proto']).toBe('https');
    });
  },
);

test('a client that waits to be asked for its body is asked, once; too large a body is refused at once', async () => {
  const { server, counts } = await balanced('epoll');
  const options = { ...server.address, method: 'POST' };
  const announced = async (bytes: number) => {
    const headers = { Expect: '100-continue', 'Content-Length': bytes };
    const request = http.request({ ...options, headers, agent: false });
    let asks = 0;
    request.on('continue', () => {
      asks++;
      request.end('x'.repeat(bytes));
    });
    request.flushHeaders();
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const body = await readAll(response);
    request.destroy();
    return { asks, status: response.statusCode, body };
  };
  expect(await announced(100_000)).toEqual({ asks: 1, status: 200, body: `from 0${'x'.repeat(100_000)}` });
  expect(await announced(2 ** 20)).toEqual({ asks: 0, status: 413, body: '' });
  expect(counts()).toEqual([1, 0, 0]);
});

describe.each(CHECKED)('%s', (model) => {
  test('a body beyond the limit is 413, and its client gets to know', async ({ skip }) => {
    if (!possible.some(({ name }) => name === model)) skip(`${model} cannot run here`);
    const { server, counts } = await balanced(model);
    const socket = net.connect(server.address.port, '127.0.0.1');
    socket.on('error', () => {});
    // More than the limit by far: it is still being sent when the answer comes.
    socket.write('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n400000\r\n');
    socket.end(Buffer.alloc(2 ** 22));
    let text = '';
    for await (const piece of socket) text += piece;
    expect(text).toBe('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    expect(counts()).toEqual([0, 0, 0]);
    // A body of just less is passed on.
    expect(statusesOf(await asked(server, 1, { method: 'POST', body: 'x'.repeat(1_000_000) }))).toEqual([
      200,
    ]);
  });
});

/** Sends bytes, and returns what comes until the connection ends. */
async function spoken(port: number, ...lines: string[]): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.setTimeout(10_000, () => socket.destroy(new Error('it neither answers nor closes')));
  socket.write([...lines, '', ''].join('\r\n'));
  let text = '';
  for await (const piece of socket) text += piece;
  return text;
}

test('what clients write otherwise: line ends first, spaces, a whole URL, HTTP/1.0, Connection: content-length', async () => {
  const { server, backEnds } = await balanced('epoll', { cache: 2 ** 20 });
  const { port } = server.address;
  const last = ['Host: h', 'Connection: close'];
  const head = await spoken(port, '', '', 'HEAD  http://i/fresh  HTTP/1.1', ...last);
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(backEnds[0]?.got[0]).toMatchObject({ method: 'HEAD', headers: { host: 'i' } });
  // It knows no chunks, and its connection ends, whatever it asks for.
  const old = await spoken(port, 'GET /chunks HTTP/1.0', 'Connection: keep-alive');
  expect(old).toMatch(/\r\nConnection: close\r\n\r\none two$/);
  expect(old.toLowerCase()).not.toContain('transfer-encoding');
  const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n';
  const fields = [`Content-Length: ${smuggled.length}`, 'Connection: close, content-length', 'Host: h'];
  const posted = await spoken(port, 'POST / HTTP/1.1', ...fields, '', smuggled.slice(0, -4));
  expect(posted).toContain(`from 2${smuggled}`);
  expect(backEnds[2]?.got).toMatchObject([{ method: 'POST', body: smuggled }]);
  expect(await spoken(port, 'CONNECT h:443 HTTP/1.1', 'Host: h')).toMatch(/^HTTP\/1\.1 501 /);
});

test('a POST puts out of date what the cache has of its target', async () => {
  const { server, counts } = await balanced('epoll', { cache: 2 ** 20 });
  const get = () => asked(server, 1, { path: '/fresh' });
  await get();
  await get();
  expect(counts()).toEqual([1, 0, 0]);
  await asked(server, 1, { path: '/fresh', method: 'POST', body: 'x' });
  await get();
  expect(counts()).toEqual([1, 1, 1]);
});

test('an interim answer of a back end is not the answer', async () => {
  const { server, backEnds } = await balanced('epoll');
  const text = await spoken(server.address.port, 'GET /hints HTTP/1.1', 'Host: h', 'Connection: close');
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nfrom 0$/);
  expect(text.match(/HTTP\/1/g)).toHaveLength(1);
  expect(text).toContain('\r\nConnection: close\r\n');
  expect(backEnds[0]?.got).toHaveLength(1);
});

test('layer 4: a back end that is frozen is late for the end of a client that has left, too', async () => {
  const held: net.Socket[] = [];
  const frozen = net.createServer({ allowHalfOpen: true }, (socket) => {
    held.push(socket.on('error', () => {}));
    socket.write('hello');
  });
  await once(frozen.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of held) socket.destroy();
    frozen.close();
  });
  const { port } = frozen.address() as net.AddressInfo;
  const backEnds = [{ host: '127.0.0.1', port, weight: 1 }];
  const limits = { timeout: 100e6, ejectFor: 60e9 };
  const { server } = await balanced('epoll', { layer: '4', backEnds, ...limits });
  /** Asks for nothing, and leaves after the first piece. */
  const greeting = async () => {
    const client = net.connect(server.address.port, '127.0.0.1').on('error', () => {});
    const piece = await new Promise<unknown>((resolve) => client.on('data', resolve).on('close', resolve));
    client.destroy();
    return String(piece);
  };
  expect(await greeting()).toBe('hello');
  // Late once, it is ejected: nobody else is connected to it.
  await expect.poll(greeting, { timeout: 5000, interval: 50 }).not.toBe('hello');
});

test('a plain request is redirected to TLS, and reaches no back end', async () => {
  const { server, counts } = await balanced('epoll', { tls: { kind: 'redirect' } });
  const answers = await asked(server, 2, { path: '/a?b' });
  expect(answers).toMatchObject(
    Array(2).fill({ status: 301, headers: { location: 'https://127.0.0.1/a?b' } }),
  );
  expect(counts()).toEqual([0, 0, 0]);
});

test('a trial over TLS, by address: each is known by its back end, which got all of its requests', async () => {
  const epoll = models.find(({ name }) => name === 'epoll') ?? expect.unreachable();
  const workload = workloads.find(({ name }) => name === 'load-balance') ?? expect.unreachable();
  const params = { backends: '0+0+0', tls: 'terminate', algorithm: 'ip-hash' };
  const [trial] = await measured({ model: epoll, workload, fixtures, concurrencies: [6], params });
  expect(trial).toMatchObject({ status: 'measured', failed: 0, cell: { params: { tls: 'terminate' } } });
  expect((trial as MeasuredTrial).peerStickiness).toBe(1);
});

test('a cache: what back ends allow is given again, to all clients, for as long as they say', async () => {
  const { server, backEnds, counts } = await balanced('epoll', { cache: 2 ** 20 });
  const sum = () => counts().reduce((total, count) => total + count);
  const first = await asked(server, 1, { path: '/fresh' });
  const again = await asked(server, 3, { path: '/fresh' });
  expect(sum()).toBe(1);
  expect(again.map(({ body }) => body)).toEqual(Array(3).fill(first[0]?.body));
  expect(again[0]?.headers).toMatchObject({ age: '0', 'cache-status': 'iobench; hit' });
  expect(first[0]?.headers).not.toHaveProperty('cache-status');
  for (const path of ['/', '/private']) expect(statusesOf(await asked(server, 2, { path }))).toEqual([200]);
  await asked(server, 1, { path: '/fresh', method: 'HEAD' });
  await asked(server, 1, { path: '/fresh', headers: { 'Cache-Control': 'no-cache' } });
  expect(sum()).toBe(7);
  // Back ends that are gone: fresh answers are there, and then are not.
  for (const each of backEnds) await each.stop();
  expect(statusesOf(await asked(server, 1, { path: '/fresh' }))).toEqual([200]);
  await sleep(3_050);
  expect(statusesOf(await asked(server, 1, { path: '/fresh' }))).toEqual([502]);
});

test('a trial with a cache: its hits are those requests that no back end got', async () => {
  const epoll = models.find(({ name }) => name === 'epoll') ?? expect.unreachable();
  const workload = workloads.find(({ name }) => name === 'load-balance') ?? expect.unreachable();
  // Of 40 answers half fit, at random: about every second request is one.
  const params = { backends: '0+0', cache: String(20 * 700), targets: '40' };
  const [trial] = await measured({ model: epoll, workload, fixtures, concurrencies: [4], params });
  expect(trial).toMatchObject({ status: 'measured', failed: 0 });
  const { completed, cacheHits = 0, peers } = trial as MeasuredTrial;
  const passedOn = peers.reduce((sum, { requests = 0 }) => sum + requests, 0);
  expect(cacheHits / completed).toBeGreaterThan(0.3);
  expect(cacheHits / completed).toBeLessThan(0.7);
  // They are read a little apart.
  expect(Math.abs(cacheHits + passedOn - completed)).toBeLessThanOrEqual(completed / 10 + 4);
});

test('ip hash: an address has one back end, whatever the connection', async () => {
  const { server, backEnds } = await balanced('epoll', { algorithm: 'ip-hash' });
  const addresses = Array.from({ length: 24 }, (_, client) => `127.0.${client}.1`);
  for (let time = 0; time < 3; time++) await Promise.all(addresses.map((from) => asked(server, 2, { from })));
  const seenBy = (address: string) =>
    backEnds.filter(({ got }) => got.some(({ forwardedFor }) => forwardedFor === address)).length;
  expect(addresses.map(seenBy)).toEqual(addresses.map(() => 1));
  expect(backEnds.every(({ got }) => got.length > 0)).toBe(true);
});

test('clients ask by chance for each route and for none: back ends get their parts', async () => {
  const epoll = models.find(({ name }) => name === 'epoll') ?? expect.unreachable();
  const workload = workloads.find(({ name }) => name === 'load-balance') ?? expect.unreachable();
  const params = { backends: '0+0+0', route: '/api:0+cookie:group=b:0' };
  const [trial] = await measured({ model: epoll, workload, fixtures, concurrencies: [6], params });
  expect(trial).toMatchObject({ status: 'measured', failed: 0 });
  const [first = 0, ...others] = (trial as MeasuredTrial).peers.flatMap(({ requests }) => requests ?? []);
  // Two kinds of three are for the first alone, which gets its part of the third, too: 7/9.
  const share = first / (first + (others[0] ?? 0) + (others[1] ?? 0));
  expect(share).toBeGreaterThan(0.7);
  expect(share).toBeLessThan(0.86);
});

test('a trial: its peers are the back ends, each with its own count, and the counts are the requests', async () => {
  const epoll = models.find(({ name }) => name === 'epoll') ?? expect.unreachable();
  const workload = workloads.find(({ name }) => name === 'load-balance') ?? expect.unreachable();
  const params = { backends: '1ms+1ms+1ms' };
  const [trial] = await measured({ model: epoll, workload, fixtures, concurrencies: [6], params });
  expect(trial).toMatchObject({ status: 'measured', failed: 0 });
  const { peers, completed, peerStickiness } = trial as MeasuredTrial;
  // In turns, each of three gets its third of each address, whose requests are few here.
  expect(peerStickiness).toBeGreaterThan(1 / 3);
  expect(peerStickiness).toBeLessThan(0.7);
  for (const peer of peers) expect(peer).not.toHaveProperty('byAddress');
  const counted = peers.flatMap(({ name, requests }) => (requests === undefined ? [] : [{ name, requests }]));
  expect(counted.map(({ name }) => name)).toEqual([
    'backend 0 (node)',
    'backend 1 (node)',
    'backend 2 (node)',
  ]);
  expect(peers.flatMap(({ expected }) => expected ?? [])).toEqual(
    Array(3).fill({ share: 1 / 3, isByChance: false }),
  );
  const requests = counted.map((each) => each.requests);
  // They are read a little apart, and while requests are under way.
  expect(Math.max(...requests) - Math.min(...requests)).toBeLessThanOrEqual(completed / 10 + 6);
  expect(requests.reduce((sum, each) => sum + each)).toBeGreaterThan(completed / 2);
});

const TRAITS = { form: 'operations', uses: ['sockets'], concurrency: 4, threads: undefined } as const;
/** Each of their threads stands in one call. */
const BLOCKING = ['sync-blocking', 'thread-per-request'];
const SIXTY_FOUR_MIB = 64 * 2 ** 20;

/** Sends back all that it gets; begins to read a while after the connection. */
async function slowEcho(): Promise<net.AddressInfo> {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    setTimeout(() => socket.pipe(socket), 50);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server.address() as net.AddressInfo;
}

/** Sends while it receives, ends its half, and reads to the end, slowly at first. */
async function echoed(port: number, bytes: Buffer): Promise<Buffer> {
  const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  socket.end(bytes);
  await sleep(100);
  const pieces: Buffer[] = [];
  for await (const piece of socket) {
    pieces.push(piece as Buffer);
    if (pieces.length < 20) await sleep(2);
  }
  return Buffer.concat(pieces);
}

describe.each(possible.filter(({ name }) => !BLOCKING.includes(name)).map(({ name }) => name))(
  'layer 4 under %s',
  (model) => {
    test('64 MiB both ways at once arrive whole, with slow readers and a half-close', async () => {
      const { port } = await slowEcho();
      const { server } = await balanced(model, {
        layer: '4',
        backEnds: [{ host: '127.0.0.1', port, weight: 1 }],
      });
      const bytes = Buffer.alloc(SIXTY_FOUR_MIB);
      for (let at = 0; at < SIXTY_FOUR_MIB; at += 4) bytes.writeUInt32LE(Math.imul(at, 0x9e3779b1) >>> 0, at);
      const both = await Promise.all([
        echoed(server.address.port, bytes),
        echoed(server.address.port, bytes),
      ]);
      expect(both.map((answer) => answer.equals(bytes))).toEqual([true, true]);
    });

    test('a late back end: its connection ends, and it is ejected; one that nobody asks is not late', async () => {
      const limits = { timeout: 100e6, ejectFor: 60e9 };
      const { server, counts } = await balanced(model, { layer: '4', ...limits });
      const idle = net.connect(server.address.port, '127.0.0.1');
      onTestFinished(() => void idle.destroy());
      idle.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
      await once(idle, 'data');
      expect(counts()).toEqual([1, 0, 0]);
      await expect(asked(server, 1, { path: '/hang' })).rejects.toThrow();
      expect(counts()).toEqual([1, 1, 0]);
      for (let time = 0; time < 4; time++) expect(statusesOf(await asked(server, 2))).toEqual([200]);
      expect(counts()[1]).toBe(1);
      // For longer than the limit nobody has asked on it, and it is still open.
      const [before] = counts();
      idle.write('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
      for await (const _ of idle);
      expect(counts()[0]).toBe((before ?? 0) + 1);
    });

    test('shares are exact over connections; a back end that has died fails nobody', async () => {
      const { server, backEnds, counts } = await balanced(model, { layer: '4' });
      for (let connection = 0; connection < 9; connection++) await asked(server, 2);
      expect(counts()).toEqual([6, 6, 6]);
      expect(backEnds[0]?.got[0]?.forwardedFor).toBe('undefined');
      await backEnds[2]?.stop();
      for (let connection = 0; connection < 6; connection++)
        expect(statusesOf(await asked(server, 1))).toEqual([200]);
      expect(counts()[2]).toBe(6);
    });
  },
);

test.each(possible.filter(({ name }) => BLOCKING.includes(name)))(
  'layer 4 under $name is unsupported, with the reason',
  async (model) => {
    expect(model.refuses(TRAITS)).toBeUndefined();
    const workload = workloads.find(({ name }) => name === 'load-balance') ?? expect.unreachable();
    const [trial] = await measured({
      model,
      workload,
      fixtures,
      params: { layer: '4', backends: '1ms+1ms' },
    });
    expect(trial).toMatchObject({
      status: 'unsupported',
      reason: expect.stringContaining('cannot wait for another at the same time'),
    });
  },
);
