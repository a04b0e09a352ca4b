/** What is compared with what, and what the ratio of ours to theirs has to be. */
import process from 'node:process';
import { cpuNsPerRequest, fixtureOf, measureOurs, type OurCell, perSecond } from '../ours.ts';
import { bareServer, loaded, nginx, ours, type Running, type ServerWorkload } from './servers.ts';
import { bare, fio, redisBenchmark, wrk } from './theirs.ts';

export interface Comparison {
  readonly what: string;
  readonly unit: '/s' | 'ns' | 'B';
  ours(): Promise<number>;
  theirs(): Promise<number>;
  readonly bar: { readonly atLeast: number } | { readonly atMost: number };
}

const BEST_BATCHING = [
  '--ioengine=io_uring',
  '--iodepth=32',
  '--iodepth_batch_submit=16',
  '--iodepth_batch_complete_max=32',
  '--fixedbufs=1',
  '--registerfiles=1',
];
const REGISTERED = ['io-uring.fixedBuffers=true', 'io-uring.registeredFiles=true'];
const http = { workload: 'http-get', params: ['http-get.delay=0'] };

const rate = async (cell: OurCell) => perSecond(await measureOurs(cell));
/**
 * CPU time is compared over so long, after as long: what is still being compiled in the first two seconds
 * costs a request a fifth more.
 */
const WARM_SECONDS = 2;
const cpu = async (cell: OurCell) =>
  cpuNsPerRequest(await measureOurs({ ...cell, warmupSeconds: WARM_SECONDS, seconds: WARM_SECONDS }));

/**
 * The peak memory with so many requests in flight, none of which ends before all have begun; V8's young
 * generation is kept the same size. A request's share is the slope from 1,000 to 10,000: fewer do not have
 * the code compiled that serves them, which is no request's.
 */
async function memory(model: string, concurrency: number): Promise<number> {
  process.env.NODE_OPTIONS = '--max-semi-space-size=1';
  try {
    return (
      await measureOurs({ model, workload: 'sleep', concurrency, params: ['sleep.duration=1s'], seconds: 1 })
    ).maxRssBytes;
  } finally {
    delete process.env.NODE_OPTIONS;
  }
}

const file = async () =>
  ((await fixtureOf({ workload: 'file-read' })).value as { data: { path: string } }).data.path;
const echo = async () => (await fixtureOf({ workload: 'tcp-echo' })).value as { host: string; port: number };
const tlsEcho = async () =>
  (await fixtureOf({ workload: 'tls-echo' })).value as {
    host: string;
    port: number;
    trust: { caFile: string; host: string };
  };
const server = async () => (await fixtureOf(http)).value as { host: string; port: number };
const url = async () => `http://127.0.0.1:${(await server()).port}/`;

/** What a workload prepared: where its peer listens, and what else its clients know. */
const listening = async (workload: string) =>
  (await fixtureOf({ workload })).value as { host: string; port: number; keys: number };

/** Two servers' CPU time per request, under the same clients. */
const servers = (
  what: string,
  workload: ServerWorkload,
  model: string,
  theirs: () => Promise<Running>,
  atMost: number,
): Comparison => ({
  what: `${workload}, 32 kept connections, server CPU per request: ${model} / ${what}`,
  unit: 'ns',
  ours: async () => (await loaded(workload, ours(model, workload))).cpuNsPerRequest,
  theirs: async () => (await loaded(workload, theirs)).cpuNsPerRequest,
  bar: { atMost },
});
const NO_BAR = Number.POSITIVE_INFINITY;

/** The load balancer under epoll beside a program in its place, before the same back ends. */
const balancers = (layer: '7' | '4', program: string, atMost: number): Comparison => {
  const cell = {
    workload: 'load-balance',
    concurrency: 16,
    params: [`load-balance.layer=${layer}`, 'load-balance.backends=0+0+0'],
  };
  return {
    what: `load-balance, layer ${layer}, 16 clients, 3 back ends, server CPU per request: epoll / ${program}`,
    unit: 'ns',
    ours: () => cpu({ ...cell, model: 'epoll' }),
    theirs: () => cpu({ ...cell, model: program }),
    bar: { atMost },
  };
};

export const comparisons: readonly Comparison[] = [
  {
    what: 'file-read, 32 in flight: io-uring / fio io_uring, iodepth 32, defaults',
    unit: '/s',
    ours: () => rate({ model: 'io-uring', workload: 'file-read', concurrency: 32 }),
    theirs: async () => fio(await file(), ['--ioengine=io_uring', '--iodepth=32']),
    bar: { atLeast: 1.6 },
  },
  {
    what: 'the same / fio io_uring, iodepth 32, best batching, fixed buffers, registered files',
    unit: '/s',
    ours: () => rate({ model: 'io-uring', workload: 'file-read', concurrency: 32, params: REGISTERED }),
    theirs: async () => fio(await file(), BEST_BATCHING),
    bar: { atLeast: 0.9 },
  },
  {
    what: 'file-read, 1 in flight: io-uring / fio io_uring, iodepth 1',
    unit: '/s',
    ours: () => rate({ model: 'io-uring', workload: 'file-read', concurrency: 1 }),
    theirs: async () => fio(await file(), ['--ioengine=io_uring', '--iodepth=1']),
    bar: { atLeast: 0 },
  },
  {
    what: 'file-read: sync-blocking / fio psync',
    unit: '/s',
    ours: () => rate({ model: 'sync-blocking', workload: 'file-read', concurrency: 1 }),
    theirs: async () => fio(await file(), ['--ioengine=psync']),
    bar: { atLeast: 0.8 },
  },
  {
    what: 'file-read: sync-blocking / a bare fs.readSync loop',
    unit: '/s',
    ours: () => rate({ model: 'sync-blocking', workload: 'file-read', concurrency: 1 }),
    theirs: async () => bare('read', await file(), 4096, 1000),
    bar: { atLeast: 0 },
  },
  {
    what: 'tcp-echo, 32 connections, client CPU a request: epoll / a bare node:net loop',
    unit: 'ns',
    ours: () => cpu({ model: 'epoll', workload: 'tcp-echo', concurrency: 32 }),
    theirs: async () => bare('net', (await echo()).host, (await echo()).port, 32, 64, WARM_SECONDS),
    bar: { atMost: 0.9 },
  },
  {
    what: 'tcp-echo, 32 connections, client CPU a request: event-loop / a bare node:net loop',
    unit: 'ns',
    ours: () => cpu({ model: 'event-loop', workload: 'tcp-echo', concurrency: 32 }),
    theirs: async () => bare('net', (await echo()).host, (await echo()).port, 32, 64, WARM_SECONDS),
    bar: { atMost: 1.05 },
  },
  {
    what: 'the same: event-loop / a bare loop that receives as it does (onread)',
    unit: 'ns',
    ours: () => cpu({ model: 'event-loop', workload: 'tcp-echo', concurrency: 32 }),
    theirs: async () => bare('net', (await echo()).host, (await echo()).port, 32, 64, WARM_SECONDS, 'onread'),
    bar: { atMost: Number.POSITIVE_INFINITY },
  },
  {
    what: 'tls-echo, 64 B, 32 connections, client CPU per request: epoll / a bare node:tls client',
    unit: 'ns',
    ours: () => cpu({ model: 'epoll', workload: 'tls-echo', concurrency: 32 }),
    theirs: async () => {
      const { host, port, trust } = await tlsEcho();
      return bare('tls', host, port, trust.caFile, trust.host, 32, 64, WARM_SECONDS);
    },
    bar: { atMost: 0.7 },
  },
  {
    what: 'http-get, 32 connections, client CPU a request: epoll / autocannon',
    unit: 'ns',
    ours: () => cpu({ model: 'epoll', concurrency: 32, ...http }),
    theirs: async () => bare('http', await url(), 32, WARM_SECONDS),
    bar: { atMost: 0.75 },
  },
  {
    what: 'http-get, 32 connections, client CPU a request: epoll / wrk',
    unit: 'ns',
    ours: () => cpu({ model: 'epoll', concurrency: 32, ...http }),
    theirs: async () => wrk(await url(), 32, WARM_SECONDS),
    bar: { atMost: 1.15 },
  },
  {
    what: 'websocket-echo, 32 connections, client CPU a request: epoll / a bare loop of ws',
    unit: 'ns',
    ours: () => cpu({ model: 'epoll', workload: 'websocket-echo', concurrency: 32 }),
    async theirs() {
      const { host, port } = await listening('websocket-echo');
      return bare('ws', host, port, 32, 64, WARM_SECONDS);
    },
    bar: { atMost: 0.6 },
  },
  {
    what: 'redis-get, 32 connections, no pipelining: epoll / redis-benchmark',
    unit: '/s',
    ours: () => rate({ model: 'epoll', workload: 'redis-get', concurrency: 32 }),
    async theirs() {
      const { port, keys } = await listening('redis-get');
      return redisBenchmark(port, 32, keys);
    },
    bar: { atLeast: 0.85 },
  },
  {
    what: 'sql-query, 8 connections, client CPU a request: epoll / a bare loop of pg, prepared',
    unit: 'ns',
    ours: () => cpu({ model: 'epoll', workload: 'sql-query', concurrency: 8 }),
    theirs: async () => bare('pg', JSON.stringify(await listening('sql-query')), 8, WARM_SECONDS),
    bar: { atMost: 0.8 },
  },
  {
    what: 'noop: thread-per-request, 8 threads / bare piscina.run, 8 threads',
    unit: '/s',
    ours: () =>
      rate({
        model: 'thread-per-request',
        workload: 'noop',
        concurrency: 8,
        threads: 8,
        seconds: 2,
        warmupSeconds: 0.8,
      }),
    theirs: () => bare('piscina', 8, 2000),
    bar: { atLeast: 0.9 },
  },
  {
    what: 'noop: sync-blocking, all included / 300 ns',
    unit: 'ns',
    ours: async () => 1e9 / (await rate({ model: 'sync-blocking', workload: 'noop', concurrency: 1 })),
    theirs: async () => 300,
    bar: { atMost: 1 },
  },
  {
    what: 'noop: sync-blocking, all included / an iteration of tinybench, all included',
    unit: 'ns',
    ours: async () => 1e9 / (await rate({ model: 'sync-blocking', workload: 'noop', concurrency: 1 })),
    theirs: () => bare('tinybench'),
    bar: { atMost: 0.8 },
  },
  {
    what: 'noop: sync-blocking, all included / an iteration of mitata, every sample kept',
    unit: 'ns',
    ours: async () => 1e9 / (await rate({ model: 'sync-blocking', workload: 'noop', concurrency: 1 })),
    theirs: () => bare('mitata'),
    bar: { atMost: Number.POSITIVE_INFINITY },
  },
  {
    what: 'tcp-echo, 64 active connections, client CPU a request: epoll with 10,000 silent ones beside / with none',
    unit: 'ns',
    ours: () =>
      cpu({
        model: 'epoll',
        workload: 'tcp-echo',
        concurrency: 64,
        params: ['tcp-echo.idleConnections=10000'],
      }),
    theirs: () => cpu({ model: 'epoll', workload: 'tcp-echo', concurrency: 64 }),
    bar: { atMost: 1.3 },
  },
  ...(['async-callback', 'io-uring'] as const).map(
    (model): Comparison => ({
      what: `sleep, 10,000 in flight, memory a request: ${model} / 2 KiB`,
      unit: 'B',
      ours: async () => ((await memory(model, 10_000)) - (await memory(model, 1_000))) / 9_000,
      theirs: async () => 2048,
      bar: { atMost: 1 },
    }),
  ),
  balancers('7', 'haproxy', 2.5),
  balancers('7', 'nginx', NO_BAR),
  balancers('4', 'haproxy', 2.5),
  balancers('4', 'nginx', NO_BAR),
  servers('node:http', 'http-server', 'epoll', bareServer('http-server'), 0.25),
  servers('node:net without a parser', 'http-server', 'epoll', bareServer('net-server'), NO_BAR),
  servers('nginx, return 200, one worker', 'http-server', 'epoll', nginx, 1.5),
  servers('node:http', 'http-server', 'io-uring', bareServer('http-server'), NO_BAR),
  servers('node:http', 'http-server', 'event-loop', bareServer('http-server'), NO_BAR),
  servers('node:http', 'http-server', 'multi-reactor', bareServer('http-server'), NO_BAR),
  servers('a bare node:net echo server', 'echo-server', 'event-loop', bareServer('echo-server'), 1.15),
  ...(['echo-server', 'http-server'] as const).map(
    (workload): Comparison => ({
      what: `${workload}, 10,000 idle connections, server memory per connection: epoll / 8 KiB`,
      unit: 'B',
      ours: () => memoryPerConnection('epoll', workload),
      theirs: async () => 8192,
      bar: { atMost: 1 },
    }),
  ),
  ...(['epoll', 'io-uring'] as const).map(
    (model): Comparison => ({
      what: `echo-server, 64 active connections, server CPU per request: ${model} with 10,000 idle ones / with none`,
      unit: 'ns',
      ours: () => idleBeside(model, ['echo-server.idleConnections=10000']),
      theirs: () => idleBeside(model, []),
      bar: { atMost: 1.3 },
    }),
  ),
];

/**
 * The memory of a server with 10,000 idle connections, per connection, above that of one with none; V8's young
 * generation is kept the same size.
 */
async function memoryPerConnection(model: string, workload: ServerWorkload): Promise<number> {
  const connections = 10_000;
  process.env.NODE_OPTIONS = '--max-semi-space-size=1';
  try {
    const measure = (params: readonly string[]) => loaded(workload, ours(model, workload), { params });
    const none = await measure([]);
    const idle = await measure([`${workload}.idleConnections=${connections}`]);
    const open = idle.descriptors - none.descriptors;
    if (open < connections) throw new Error(`the server had ${open} of ${connections} idle connections`);
    return (idle.memoryBytes - none.memoryBytes) / connections;
  } finally {
    delete process.env.NODE_OPTIONS;
  }
}

async function idleBeside(model: string, params: readonly string[]): Promise<number> {
  const concurrency = 64;
  const start = ours(model, 'echo-server', concurrency);
  return (await loaded('echo-server', start, { concurrency, params })).cpuNsPerRequest;
}
