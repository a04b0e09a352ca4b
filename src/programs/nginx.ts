/** nginx as a load balancer: its configuration, made of the parameters of `load-balance`. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readinessDrawing } from '../models/drawings/readiness.ts';
import { UnsupportedError } from '../operations.ts';
import { EVERYONE, groupsOf } from './groups.ts';
import { writeIdentity } from './identity.ts';
import { httpBlock } from './nginx-http.ts';
import { waitOf } from './nginx-limits.ts';
import { upstream } from './nginx-upstream.ts';
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
      writeIdentity(place, task.fixture);
      writeFileSync(file, nginxConfiguration(task, place.port, module));
      // Without `-e` it begins with a log that only root may write.
      const words = ['-p', place.folder, '-e', path.join(place.folder, 'error.log'), '-c', file];
      await place.run('nginx', ['-t', ...words]);
      return words;
    },
  }),

  style: { light: '#00875a', dark: '#b4e15a', line: 'dotted', point: 'diamond' },
  drawing: readinessDrawing(
    'which?',
    'watch A, B',
    'A worker of nginx waits in epoll for whichever connection is ready, and takes its next step itself; the master only watches over its workers.',
  ),
};

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
  requireOpenSource(fixture);
  // Each client may have left a kept connection at each back end of each group.
  const servers = groupsOf(fixture).reduce((sum, { members }) => sum + members.length, 0);
  const kept = connections * servers;
  const block =
    fixture.layer === '4' ? streamBlock(fixture, port, threads) : httpBlock(fixture, { port, threads, kept });
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

function streamBlock(fixture: Task['fixture'], port: number, threads: number): string[] {
  return [
    'stream {',
    ...groupsOf(fixture).flatMap((group) => [...upstream(fixture, group, threads), '  }']),
    '  server {',
    `    listen 127.0.0.1:${port} backlog=65535;`,
    `    proxy_pass ${EVERYONE};`,
    '    proxy_half_close on;',
    `    proxy_timeout ${waitOf(fixture.timeout)};`,
    '  }',
    '}',
  ];
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
