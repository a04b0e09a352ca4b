/** nginx as a load balancer: its configuration, made of the parameters of `load-balance`. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readinessDrawing } from '../models/drawings/readiness.ts';
import { UnsupportedError } from '../operations.ts';
import { PROGRAM_FAMILY, refusesAnother, type ServerProgram, type Task } from './program.ts';

export const nginx: ServerProgram = {
  name: 'nginx',
  family: PROGRAM_FAMILY,
  summary: 'nginx itself as the load balancer: workers that wait in epoll, and a master that starts them',
  definition:
    'A program in C that stands in the place of the model, with the same parameters, clients and back ends. ' +
    'Each of its workers is one thread that waits in epoll for many connections, and takes their next steps itself. ' +
    'Its figures are those of all its processes, read from /proc.',
  source: 'nginx.org: ngx_http_upstream_module, ngx_stream_upstream_module; ngx_http_proxy_module',
  takesThreads: true,
  refuses: refusesAnother('nginx'),
  program: (task) => ({
    name: 'nginx',
    package: 'nginx-light',
    async words(place) {
      const built = await place.run('nginx', ['-V']);
      requireRecent(built);
      const module = task.fixture.layer === '4' ? streamModule(built) : undefined;
      const file = path.join(place.folder, 'nginx.conf');
      writeFileSync(file, nginxConfiguration(task, place.port, module));
      // Without `-e` it begins with a log that only root may write.
      const words = ['-p', place.folder, '-e', path.join(place.folder, 'error.log'), '-c', file];
      await place.run('nginx', ['-t', ...words]);
      return words;
    },
  }),

  style: { light: '#00875a', dark: '#b4e15a', line: 'solid', point: 'diamond' },
  drawing: readinessDrawing(
    'which?',
    'watch A, B',
    'A worker of nginx waits in epoll for whichever connection is ready, and takes its next step itself; the master only watches over its workers.',
  ),
};

/** What nginx calls the algorithms, on layer 7 and on layer 4; without a word it takes turns by weight. */
const METHODS: Readonly<Record<string, readonly [http: string, stream: string]>> = {
  'round-robin': ['', ''],
  'weighted-round-robin': ['', ''],
  random: ['random;', 'random;'],
  'ip-hash': ['ip_hash;', 'hash $remote_addr consistent;'],
  'least-connections': ['least_conn;', 'least_conn;'],
  'power-of-two-choices': ['random two least_conn;', 'random two least_conn;'],
};
/** Nothing is given up that the models would not give up: they have no such limits. */
const LONG = '10h';
const MOST_REQUESTS = 2 ** 31 - 1;
const SPARE_CONNECTIONS = 64;

/**
 * The whole file.
 * @throws UnsupportedError for parameters that nginx cannot have.
 */
export function nginxConfiguration(
  { fixture, threads, connections }: Task,
  port: number,
  module?: string,
): string {
  const { layer, backEnds } = fixture;
  requireOpenSource(fixture);
  // Each client may have left a kept connection at each back end.
  const kept = connections * backEnds.length;
  const block = layer === '4' ? streamBlock(fixture, port, threads) : httpBlock(fixture, port, threads, kept);
  return `${[
    ...(module === undefined ? [] : [`load_module ${module};`]),
    'daemon off;',
    `worker_processes ${threads};`,
    // In its own folder, which `-p` names.
    'pid nginx.pid;',
    'error_log error.log crit;',
    `events { worker_connections ${2 * connections + kept + SPARE_CONNECTIONS}; }`,
    ...block,
  ].join('\n')}\n`;
}

/** @throws UnsupportedError for what only NGINX Plus has. */
function requireOpenSource({ checks, slowStart }: Task['fixture']): void {
  if (checks.intervalNs > 0)
    throw new UnsupportedError(
      'nginx checks back ends only by the requests that it passes on: its health_check is part of NGINX Plus',
    );
  if (slowStart > 0)
    throw new UnsupportedError('nginx has no slow start: its slow_start is part of NGINX Plus');
}

/** @throws UnsupportedError for what is not a whole number of them. */
function milliseconds(timeoutNs: number): string {
  if (timeoutNs % 1e6 === 0) return `${timeoutNs / 1e6}ms`;
  throw new UnsupportedError('nginx counts whole milliseconds: set load-balance.timeout to some, like 50ms');
}

function httpBlock(fixture: Task['fixture'], port: number, threads: number, kept: number): string[] {
  const { timeout } = fixture;
  return [
    'http {',
    '  access_log off;',
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `  ${what}_temp_path ${what};`),
    `  keepalive_requests ${MOST_REQUESTS};`,
    `  keepalive_timeout ${LONG};`,
    ...upstream(fixture, threads, 0),
    `    keepalive ${kept};`,
    `    keepalive_requests ${MOST_REQUESTS};`,
    `    keepalive_time ${LONG};`,
    `    keepalive_timeout ${LONG};`,
    '  }',
    '  server {',
    `    listen 127.0.0.1:${port} backlog=65535;`,
    '    location / {',
    '      proxy_pass http://balanced;',
    '      proxy_http_version 1.1;',
    '      proxy_set_header Connection "";',
    '      proxy_set_header Host $http_host;',
    '      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
    // An answer that is late is 504, and is not asked for again.
    '      proxy_next_upstream error;',
    `      proxy_read_timeout ${timeout > 0 ? milliseconds(timeout) : LONG};`,
    `      proxy_send_timeout ${LONG};`,
    '    }',
    '  }',
    '}',
  ];
}

function streamBlock(fixture: Task['fixture'], port: number, threads: number): string[] {
  return [
    'stream {',
    ...upstream(fixture, threads, 1),
    '  }',
    '  server {',
    `    listen 127.0.0.1:${port} backlog=65535;`,
    '    proxy_pass balanced;',
    '    proxy_half_close on;',
    `    proxy_timeout ${LONG};`,
    '  }',
    '}',
  ];
}

/** Without its closing brace. */
function upstream(fixture: Task['fixture'], threads: number, at: 0 | 1): string[] {
  const { algorithm, backEnds } = fixture;
  const method = METHODS[algorithm]?.[at];
  if (method === undefined)
    throw new UnsupportedError(`nginx has no ${algorithm}: its least_time is part of NGINX Plus`);
  const ejection = ejectionOf(fixture);
  return [
    '  upstream balanced {',
    // Each worker would balance alone.
    ...(threads > 1 ? ['    zone balanced 256k;'] : []),
    ...(method === '' ? [] : [`    ${method}`]),
    ...backEnds.map(({ host, port, weight }) => `    server ${host}:${port} weight=${weight} ${ejection};`),
  ];
}

/**
 * Passive: after `ejectAfter` failures within `ejectFor` it gets nothing for as long, which nginx counts by the
 * seconds of its clock: it may be one more.
 */
function ejectionOf({ ejectAfter, ejectFor }: Task['fixture']): string {
  if (ejectAfter === 0) return 'max_fails=0';
  const seconds = ejectFor / 1e9;
  if (!Number.isInteger(seconds) || seconds < 1)
    throw new UnsupportedError(
      'nginx ejects for whole seconds (fail_timeout): set load-balance.ejectFor=1s, or ejectAfter=0',
    );
  return `max_fails=${ejectAfter} fail_timeout=${seconds}s`;
}

/**
 * `-e` and `keepalive_time` came late.
 * @throws UnsupportedError for an older one, by what `nginx -V` prints.
 */
export function requireRecent(built: string): void {
  const [, major, minor, patch] = (/nginx\/(\d+)\.(\d+)\.(\d+)/.exec(built) ?? []).map(Number);
  if (major === undefined || minor === undefined || patch === undefined) return;
  if (major > 1 || minor > 19 || (minor === 19 && patch >= 10)) return;
  throw new UnsupportedError(`nginx is ${major}.${minor}.${patch} here, and 1.19.10 or later is needed`);
}

/**
 * The file of the module that layer 4 needs, by what `nginx -V` prints; `undefined` if it is built in.
 * @throws UnsupportedError if it is not there, naming its package.
 */
export function streamModule(built: string, isThere = existsSync): string | undefined {
  if (/--with-stream(?!\S)/.test(built)) return undefined;
  const [, folder = ''] = /--modules-path=(\S+)/.exec(built) ?? [];
  const file = path.join(folder, 'ngx_stream_module.so');
  if (folder !== '' && isThere(file)) return file;
  throw new UnsupportedError(
    'nginx has no stream module, which layer 4 needs: the package libnginx-mod-stream has it',
  );
}
