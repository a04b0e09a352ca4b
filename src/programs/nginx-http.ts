/** What nginx does on layer 7. */
import type { Route } from '../workloads/balancing/routes.ts';
import { EVERYONE, groupsOf, routeName } from './groups.ts';
import { IDENTITY } from './identity.ts';
import { LONG, waitOf } from './nginx-limits.ts';
import { upstream } from './nginx-upstream.ts';
import type { Task } from './program.ts';

const MOST_REQUESTS = 2 ** 31 - 1;

/** `kept` is how many connections to back ends are kept. */
export function httpBlock(
  fixture: Task['fixture'],
  { port, threads, kept }: { readonly port: number; readonly threads: number; readonly kept: number },
): string[] {
  const { routes, cache, tls } = fixture;
  return [
    'http {',
    '  access_log off;',
    // Routes may be by such a header.
    '  underscores_in_headers on;',
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `  ${what}_temp_path ${what};`),
    `  keepalive_requests ${MOST_REQUESTS};`,
    `  keepalive_timeout ${LONG};`,
    ...groupsOf(fixture).flatMap((group) => [
      ...upstream(fixture, group, threads),
      `    keepalive ${kept};`,
      `    keepalive_requests ${MOST_REQUESTS};`,
      `    keepalive_time ${LONG};`,
      `    keepalive_timeout ${LONG};`,
      '  }',
    ]),
    ...routes.map(mapOf),
    ...(cache > 0 ? cachePath(cache) : []),
    '  server {',
    `    listen 127.0.0.1:${port}${tls.kind === 'terminate' ? ' ssl' : ''} backlog=65535;`,
    ...(tls.kind === 'terminate' ? SECURE : []).map((line) => `    ${line}`),
    // The host without its port.
    ...(tls.kind === 'redirect' ? ['    return 301 https://$host$request_uri;'] : location(fixture)),
    '  }',
    '}',
  ];
}

const SECURE = [
  `ssl_certificate ${IDENTITY};`,
  `ssl_certificate_key ${IDENTITY};`,
  'ssl_protocols TLSv1.2 TLSv1.3;',
];

const location = ({ timeout, routes, cache, tls }: Task['fixture']): string[] => [
  '    location / {',
  `      proxy_pass http://${routes.length > 0 ? '$to0' : EVERYONE};`,
  '      proxy_http_version 1.1;',
  '      proxy_set_header Connection "";',
  '      proxy_set_header Host $http_host;',
  '      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
  ...(tls.kind === 'terminate' ? ['      proxy_set_header X-Forwarded-Proto https;'] : []),
  ...(cache > 0 ? CACHED.map((line) => `      ${line}`) : []),
  // An answer that is late is 504, and is not asked for again.
  '      proxy_next_upstream error;',
  `      proxy_read_timeout ${waitOf(timeout)};`,
  `      proxy_send_timeout ${LONG};`,
  '    }',
];

/** A file for each answer, in its own folder. */
const cachePath = (bytes: number): string[] => [
  `  proxy_cache_path cache keys_zone=answers:${KEYS} max_size=${bytes} inactive=${LONG} use_temp_path=off;`,
  // Nothing is added where the value is empty.
  '  map $upstream_cache_status $cache_status { HIT "nginx; hit"; default ""; }',
];
/** Of a key and what is known of its answer, of which a MiB holds about 8000. */
const KEYS = '16m';
const CACHED = [
  'proxy_cache answers;',
  // Another group may answer otherwise.
  'proxy_cache_key "$proxy_host $http_host $request_uri";',
  'add_header Cache-Status $cache_status;',
];

/** `$to0` is the group of a request: each map asks the next one where its own condition is not met. */
function mapOf({ by, name, value }: Route, number: number, { length }: readonly Route[]): string {
  const next = number + 1 < length ? `$to${number + 1}` : EVERYONE;
  const [variable, pattern] = {
    path: ['$request_uri', `^${literal(value)}`],
    header: [`$http_${name.toLowerCase().replaceAll('-', '_')}`, `^${literal(value)}$`],
    cookie: ['$http_cookie', `(?:^|;) *${name}=${literal(value)} *(?:;|$)`],
  }[by] as [string, string];
  return `  map ${variable} $to${number} { default ${next}; "~${pattern}" ${routeName(number)}; }`;
}

/** As a regular expression that matches it alone: of what routes may have, only the dot is special. */
const literal = (text: string): string => text.replaceAll('.', '\\.');
