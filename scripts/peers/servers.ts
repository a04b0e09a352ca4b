/**
 * Servers beside each other: ours under a model, and those that a user would pick instead, all under the same
 * clients. CPU time is read from outside (/proc/PID/task/TID/schedstat), of all threads of the process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { generatorModel } from '../../dist/run/server/generator.js';
import { sendRequests } from '../../dist/run/server/generators.js';
import { startServer } from '../../dist/run/server/server-process.js';
import { fixtureOf, perSecond } from '../ours.ts';
import { MissingPeer } from './theirs.ts';

const BODY_BYTES = 128;
const SECONDS = 2;
const LONGEST_WARMUP_NS = 3e9;
const never = new AbortController().signal;

export type ServerWorkload = 'http-server' | 'echo-server';

/** A server that listens. */
export interface Running {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<unknown>;
}

export interface Served {
  readonly cpuNsPerRequest: number;
  readonly perSecond: number;
  /** The memory of its process as the window closes. */
  readonly memoryBytes: number;
  /** Files and sockets that it has open then. */
  readonly descriptors: number;
}

/** Loads a server with kept connections, after as long a warm-up, and ends it. */
export async function loaded(
  workload: ServerWorkload,
  start: () => Promise<Running>,
  { concurrency = 32, params = [] as readonly string[] } = {},
): Promise<Served> {
  const server = await start();
  try {
    const { chosen, fixture, value } = await fixtureOf({ workload, params });
    const used: Partial<Record<'open' | 'closed', number>> = {};
    const plan = {
      cell: {
        model: generatorModel().name,
        workload,
        params: chosen,
        load: { kind: 'closed', concurrency },
      },
      workload: { name: workload },
      fixture: { ...(value as object), host: '127.0.0.1', port: server.port },
      server: { pid: server.pid },
      trial: 1,
      seed: 1,
      warmupNs: SECONDS * 1e9,
      longestWarmupNs: LONGEST_WARMUP_NS,
      durationNs: SECONDS * 1e9,
      maxInFlight: 10_000,
    } as const;
    let memoryBytes = Number.NaN;
    let descriptors = 0;
    const turned = (phase: 'open' | 'closed') => {
      used[phase] = cpuNsOf(server.pid);
      memoryBytes = residentBytes(server.pid);
      descriptors = readdirSync(`/proc/${server.pid}/fd`).length;
    };
    const options = { fixture, timeLimitNs: 120e9, signal: never, turned };
    const sent = await sendRequests(plan, 1, options);
    const record = sent?.record;
    if (record?.status !== 'measured') throw new Error(JSON.stringify(record));
    const cpuNs = (used.closed ?? Number.NaN) - (used.open ?? Number.NaN);
    return {
      cpuNsPerRequest: cpuNs / record.completed,
      perSecond: perSecond(record),
      memoryBytes,
      descriptors,
    };
  } finally {
    await server.stop();
  }
}

/** On a CPU so far, all threads, nanoseconds. */
function cpuNsOf(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce(
    (sum, thread) => sum + Number(readFileSync(`${tasks}/${thread}/schedstat`, 'utf8').split(' ')[0]),
    0,
  );
}

/** Resident, of all threads: VmRSS of proc(5), /proc/PID/status. */
function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

/** Ours, under a model. */
export const ours =
  (model: string, workload: ServerWorkload, concurrency = 32) =>
  async (): Promise<Running> => {
    const { value } = await fixtureOf({ workload });
    const server = await startServer({
      plan: {
        cell: { model },
        workload: { name: workload },
        fixture: value,
        seed: 1,
        connections: concurrency,
      },
      signal: never,
    });
    return { pid: server.pid, port: server.address.port, stop: server.stop };
  };

/** One of the scripts in `bare/`, which prints its port. */
export const bareServer = (script: string) => async (): Promise<Running> => {
  const file = path.join(import.meta.dirname, 'bare', `${script}.mjs`);
  const child = spawn(process.execPath, [file, String(BODY_BYTES)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  return { pid: child.pid as number, port: Number(printed.toString()), stop: () => ended(child) };
};

/** nginx with one worker, which answers by itself: nothing is read from a disk. */
export async function nginx(): Promise<Running> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'iobench-nginx-'));
  const port = await freePort();
  const file = path.join(folder, 'nginx.conf');
  writeFileSync(file, nginxConfiguration(folder, port));
  const child = spawn('nginx', ['-p', folder, '-c', file, '-e', path.join(folder, 'error.log')], {
    stdio: 'ignore',
  });
  const failed = once(child, 'error').then(() => {
    throw new MissingPeer('nginx is missing: apt-get install nginx-light');
  });
  await Promise.race([failed, listening(port)]);
  return {
    pid: workerOf(child.pid as number),
    port,
    async stop() {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const nginxConfiguration = (folder: string, port: number): string => `
daemon off; master_process on; worker_processes 1; pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; default_type text/plain;
  client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
  uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
  server { listen 127.0.0.1:${port}; location / { return 200 "${'iobench '.repeat(BODY_BYTES / 8)}"; } }
}
`;

/** The process that serves is a child of the one that was started. */
function workerOf(master: number): number {
  const children = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ');
  return Number(children[0]);
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const socket = net.connect(port, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nothing listens on port ${port}`);
}

async function ended(child: ChildProcess): Promise<void> {
  const over = once(child, 'exit');
  child.kill('SIGTERM');
  await over;
}
