/** HAProxy as a load balancer: its configuration, made of the parameters of `load-balance`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readinessDrawing } from '../models/drawings/readiness.ts';
import { UnsupportedError } from '../operations.ts';
import type { Route } from '../workloads/balancing/routes.ts';
import { CHECK_HEADER } from '../workloads/peers/index.ts';
import { EVERYONE, type Group, groupsOf, routeName } from './groups.ts';
import { IDENTITY, writeIdentity } from './identity.ts';
import { PROGRAM_FAMILY, refusesAnother, type ServerProgram, type Task } from './program.ts';

export const haproxy: ServerProgram = {
  name: 'haproxy',
  family: PROGRAM_FAMILY,
  summary: 'HAProxy itself as the load balancer: one process, each of whose threads waits in epoll',
  definition:
    'A program in C that stands in the place of the model, with the same parameters, clients and back ends. ' +
    'Each of its threads waits in epoll for many connections, and takes their next steps itself. ' +
    'Its figures are those of its process, read from /proc.',
  source: 'HAProxy Configuration Manual, 2.6: balance, http-reuse, observe, redispatch',
  takesThreads: true,
  refuses: refusesAnother('haproxy'),
  program: (task) => ({
    name: 'haproxy',
    package: 'haproxy',
    async words(place) {
      const file = path.join(place.folder, 'haproxy.cfg');
      writeIdentity(place, task.fixture);
      writeFileSync(file, haproxyConfiguration(task, place.port));
      await place.run('haproxy', ['-c', '-f', file]);
      // In the foreground, whatever the file says.
      return ['-db', '-f', file];
    },
  }),

  style: { light: '#0f0fe1', dark: '#4b5ad2', line: 'dash-dotted', point: 'star' },
  drawing: readinessDrawing(
    'which?',
    'watch A, B',
    'A thread of HAProxy waits in epoll for whichever connection is ready, and takes its next step itself.',
  ),
};

/** What HAProxy calls the algorithms. `random(N)` draws N back ends, and takes the one with less to do. */
const BALANCE: Readonly<Record<string, readonly string[]>> = {
  'round-robin': ['balance roundrobin'],
  'weighted-round-robin': ['balance roundrobin'],
  random: ['balance random(1)'],
  // Consistent, as ours: when a back end leaves, only its own addresses move.
  'ip-hash': ['balance source', 'hash-type consistent'],
  'least-connections': ['balance leastconn'],
  'power-of-two-choices': ['balance random(2)'],
};
/** Nothing is given up that the models would not give up: they have no such limits. */
const LONG = '10h';
const SPARE_CONNECTIONS = 64;
const MOST_CACHE_MIB = 4095;
const DAY_SECONDS = 24 * 3600;

/**
 * The whole file.
 * @throws UnsupportedError for parameters that HAProxy cannot have.
 */
export function haproxyConfiguration({ fixture, threads, connections }: Task, port: number): string {
  const maxconn = connections + SPARE_CONNECTIONS;
  return `${[
    'global',
    `  nbthread ${threads}`,
    `  maxconn ${maxconn}`,
    'defaults',
    ...Object.entries(limitsOf(fixture)).map(([what, limit]) => `  timeout ${what} ${limit}`),
    `  maxconn ${maxconn}`,
    '  option redispatch 1',
    'frontend clients',
    ...listening(fixture, port).map((line) => `  ${line}`),
    ...groupsOf(fixture).flatMap((group) => [
      ...cacheOf(fixture, group),
      `backend ${group.name}`,
      ...choosing(fixture, group).map((line) => `  ${line}`),
    ]),
  ].join('\n')}\n`;
}

/** How it chooses one of a group, and passes on to it. */
function choosing(fixture: Task['fixture'], { name, members }: Group): string[] {
  const { layer, algorithm, backEnds, slowStart, cache } = fixture;
  const balance = BALANCE[algorithm];
  if (balance === undefined) throw new UnsupportedError(`HAProxy has no ${algorithm}`);
  const checked = checksOf(fixture);
  const gradually = slowStart === 0 ? '' : ` slowstart ${milliseconds('slowStart', slowStart)}ms`;
  return [
    ...(layer === '4' ? ['mode tcp'] : HTTP),
    // As many further tries as there are others, each at the next back end.
    `retries ${members.length - 1}`,
    ...(cache > 0 ? cached(name) : []),
    ...balance,
    ...requestOfChecks(fixture),
    ...members.map((number) => {
      const { host, port, weight } = backEnds[number] as (typeof backEnds)[number];
      return `server b${number} ${host}:${port} weight ${weight}${checked}${gradually}`;
    }),
  ];
}

/** What concerns clients. */
const listening = ({ layer, routes, tls }: Task['fixture'], port: number): string[] => [
  `bind 127.0.0.1:${port} backlog 65535${tls.kind === 'terminate' ? ` ssl crt ${IDENTITY}` : ''}`,
  ...(layer === '4' ? ['mode tcp'] : ['mode http', 'option forwardfor']),
  ...(tls.kind === 'terminate' ? ['http-request set-header X-Forwarded-Proto https'] : []),
  ...(tls.kind === 'redirect' ? [`http-request redirect code 301 location ${HTTPS_LOCATION}`] : []),
  ...routes.map((route, number) => `use_backend ${routeName(number)} if { ${conditionOf(route)} }`),
  `default_backend ${EVERYONE}`,
];
/** The host without its port. */
const HTTPS_LOCATION = 'https://%[req.hdr(host),host_only]%[url]';

/** One for each group, because it finds answers by host and target alone. */
function cacheOf({ cache }: Task['fixture'], { name }: Group): string[] {
  if (cache === 0) return [];
  const mebibytes = cache / 2 ** 20;
  if (!Number.isInteger(mebibytes) || mebibytes > MOST_CACHE_MIB)
    throw new UnsupportedError(
      `HAProxy has caches of 1 to ${MOST_CACHE_MIB} MiB: set load-balance.cache to some, like 4MiB`,
    );
  return [
    `cache ${name}`,
    `  total-max-size ${mebibytes}`,
    `  max-object-size ${Math.floor(cache / 2)}`,
    `  max-age ${DAY_SECONDS}`,
  ];
}

/** After `--` nothing is an option, whatever it begins with. */
function conditionOf({ by, name, value }: Route): string {
  if (by === 'path') return `path_beg -- ${value}`;
  return `${by === 'header' ? 'req.fhdr' : 'req.cook'}(${name}) -m str -- ${value}`;
}

const cached = (name: string): string[] => [
  `http-request cache-use ${name}`,
  `http-response cache-store ${name}`,
  'http-response set-header Cache-Status "haproxy; hit" if { res.cache_hit }',
];

const HTTP = [
  'mode http',
  // Connections to back ends are kept, for any client.
  'http-reuse always',
  `default-server pool-purge-delay ${LONG}`,
  // What may have reached a back end is asked again only where that does no harm.
  'retry-on conn-failure empty-response',
  'http-request disable-l7-retry unless METH_GET or METH_OPTIONS',
];

/** How long it waits, for what. */
function limitsOf({ timeout, checks }: Task['fixture']): Record<string, string> {
  return {
    connect: LONG,
    client: LONG,
    server: timeout > 0 ? `${milliseconds('timeout', timeout)}ms` : LONG,
    check: checks.intervalNs > 0 ? `${milliseconds('check', checks.intervalNs)}ms` : LONG,
  };
}

/** What is asked of back ends by checks: they do not count it as a request. */
function requestOfChecks({ checks }: Task['fixture']): string[] {
  if (checks.intervalNs === 0) return [];
  return ['option httpchk', `http-check send meth GET uri ${quoted(checks.path)} hdr ${CHECK_HEADER} 1`];
}

/** As one word, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;

/**
 * Passive: `ejectAfter` failures in a row mark a back end down. With active checks these bring it back;
 * without, it is up again after its time, as soon as it accepts a connection: HAProxy has no way back but a
 * check, and makes none while nothing fails.
 */
function checksOf({ layer, ejectAfter, ejectFor, checks }: Task['fixture']): string {
  const passive =
    ejectAfter === 0 ? '' : ` observe layer${layer} error-limit ${ejectAfter} on-error mark-down`;
  if (checks.intervalNs > 0) {
    const ms = milliseconds('check', checks.intervalNs);
    return ` check inter ${ms}ms fastinter ${ms}ms rise ${checks.rise} fall ${checks.fall}${passive}`;
  }
  if (ejectAfter === 0) return '';
  const ms = milliseconds('ejectFor', ejectFor);
  return ` check inter ${LONG} fastinter ${ms}ms downinter ${ms}ms rise 1 fall 1${passive}`;
}

/** @throws UnsupportedError for what is not a whole number of them, from 1 on. */
function milliseconds(parameter: string, ns: number): number {
  const ms = ns / 1e6;
  if (Number.isInteger(ms) && ms >= 1) return ms;
  throw new UnsupportedError(
    `HAProxy counts whole milliseconds: set load-balance.${parameter} to some, like 100ms`,
  );
}
