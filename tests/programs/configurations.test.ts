/** What nginx and HAProxy are asked to do, line by line; that they do it, is tested by running them. */
import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { haproxyConfiguration } from '../../src/programs/haproxy.ts';
import { programs } from '../../src/programs/index.ts';
import { nginxConfiguration, requireRecent, streamModule } from '../../src/programs/nginx.ts';
import type { Task } from '../../src/programs/program.ts';
import { algorithms } from '../../src/workloads/balancing/index.ts';
import { parseRoutes } from '../../src/workloads/balancing/routes.ts';

const fixture: Task['fixture'] = {
  layer: '7',
  algorithm: 'round-robin',
  backEnds: [5, 3, 1].map((weight, number) => ({ host: '127.0.0.1', port: 9001 + number, weight })),
  ejectAfter: 3,
  ejectFor: 2e9,
  slowStart: 0,
  checks: { intervalNs: 0, path: '/', rise: 2, fall: 3 },
  timeout: 0,
  routes: [],
  cache: 0,
  targets: 1,
  tls: { kind: 'none' },
  disturbances: [],
  addresses: 256,
  connections: 'kept',
  path: '/',
};

/** The lines of a configuration, without their indentation. */
const linesOf = (text: string) => text.split('\n').map((line) => line.trim());
const nginx = (changed: Partial<Task['fixture']> = {}, threads = 1, module?: string) =>
  linesOf(
    nginxConfiguration({ fixture: { ...fixture, ...changed }, threads, connections: 16 }, 8080, module),
  );
const haproxy = (changed: Partial<Task['fixture']> = {}, threads = 1) =>
  linesOf(haproxyConfiguration({ fixture: { ...fixture, ...changed }, threads, connections: 16 }, 8080));

describe('nginx', () => {
  test('layer 7: in the foreground, in its own folder, connections kept on both sides', () => {
    expect(nginx()).toEqual(
      expect.arrayContaining([
        'daemon off;',
        'worker_processes 1;',
        'pid nginx.pid;',
        'proxy_temp_path proxy;',
        'listen 127.0.0.1:8080 backlog=65535;',
        'server 127.0.0.1:9001 weight=5 max_fails=3 fail_timeout=2s;',
        'server 127.0.0.1:9003 weight=1 max_fails=3 fail_timeout=2s;',
        // 16 clients may have left as many connections at each of 3 back ends.
        'keepalive 48;',
        'proxy_set_header Connection "";',
        'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
      ]),
    );
    expect(nginx().filter((line) => /^stream|load_module|zone/.test(line))).toEqual([]);
    expect(nginx().filter((line) => line === 'keepalive_requests 2147483647;')).toHaveLength(2);
    expect(nginx()).toContain('underscores_in_headers on;');
  });

  test('layer 4: a stream, by the module that has to be loaded', () => {
    const lines = nginx({ layer: '4' }, 1, '/modules/stream.so');
    expect(lines[0]).toBe('load_module /modules/stream.so;');
    expect(lines).toEqual(expect.arrayContaining(['stream {', 'proxy_pass balanced;']));
    expect(lines.filter((line) => /http/.test(line))).toEqual([]);
  });

  test('several workers share what they know of the back ends', () => {
    expect(nginx({}, 4)).toEqual(expect.arrayContaining(['worker_processes 4;', 'zone balanced 256k;']));
  });

  test.each([
    ['ip-hash', 'ip_hash;', 'hash $remote_addr consistent;'],
    ['least-connections', 'least_conn;', 'least_conn;'],
    ['random', 'random;', 'random;'],
    ['power-of-two-choices', 'random two least_conn;', 'random two least_conn;'],
  ])('%s is its own', (algorithm, http, stream) => {
    expect(nginx({ algorithm })).toContain(http);
    expect(nginx({ algorithm, layer: '4' })).toContain(stream);
  });

  test('a late answer is 504; checks and slow start are of NGINX Plus', () => {
    expect(nginx({ timeout: 50e6 })).toEqual(
      expect.arrayContaining(['proxy_read_timeout 50ms;', 'proxy_next_upstream error;']),
    );
    expect(() => nginx({ checks: { ...fixture.checks, intervalNs: 1e8 } })).toThrow('NGINX Plus');
    expect(() => nginx({ slowStart: 1e9 })).toThrow('NGINX Plus');
  });

  test('one that is too old is unsupported', () => {
    expect(() => requireRecent('nginx version: nginx/1.18.0 (Ubuntu)')).toThrow('nginx is 1.18.0 here');
    expect(() => requireRecent('nginx version: nginx/1.19.9')).toThrow('1.19.10 or later');
    for (const version of ['1.19.10', '1.22.1', '2.0.0']) requireRecent(`nginx version: nginx/${version}`);
  });

  test('what it cannot do is unsupported', () => {
    expect(() => nginx({ algorithm: 'least-response-time' })).toThrow('nginx has no least-response-time');
    expect(() => nginx({ ejectFor: 400e6 })).toThrow('nginx ejects for whole seconds');
    expect(nginx({ ejectFor: 400e6, ejectAfter: 0 })).toContain(
      'server 127.0.0.1:9001 weight=5 max_fails=0;',
    );
  });

  test('the module of layer 4 is built in, in a file, or missing with its package', () => {
    const built = 'configure arguments: --modules-path=/mods --with-stream=dynamic --with-stream_ssl_module';
    expect(streamModule(built, () => true)).toBe('/mods/ngx_stream_module.so');
    expect(streamModule('configure arguments: --with-stream --with-threads', () => false)).toBeUndefined();
    expect(() => streamModule(built, () => false)).toThrow('libnginx-mod-stream');
    expect(() => streamModule('configure arguments: --with-stream_ssl_module')).toThrow(
      'libnginx-mod-stream',
    );
  });
});

describe('HAProxy', () => {
  test('layer 7: connections to back ends are shared, a request goes on to the next back end', () => {
    expect(haproxy()).toEqual(
      expect.arrayContaining([
        'nbthread 1',
        'mode http',
        'option forwardfor',
        'http-reuse always',
        'retries 2',
        'option redispatch 1',
        'balance roundrobin',
        'bind 127.0.0.1:8080 backlog 65535',
        'server b0 127.0.0.1:9001 weight 5 check inter 10h fastinter 2000ms downinter 2000ms rise 1 fall 1 observe layer7 error-limit 3 on-error mark-down',
      ]),
    );
  });

  test('layer 4: connections, and only whether they could be made is observed', () => {
    const lines = haproxy({ layer: '4' }, 2);
    expect(lines).toEqual(expect.arrayContaining(['mode tcp', 'nbthread 2']));
    expect(lines.filter((line) => /http/.test(line))).toEqual([]);
    expect(lines.find((line) => line.startsWith('server b2'))).toContain('weight 1 check');
    expect(lines.find((line) => line.startsWith('server b2'))).toContain('observe layer4');
  });

  test.each([
    ['ip-hash', 'balance source'],
    ['least-connections', 'balance leastconn'],
    ['random', 'balance random(1)'],
    ['power-of-two-choices', 'balance random(2)'],
  ])('%s is its own', (algorithm, line) => {
    expect(haproxy({ algorithm })).toContain(line);
  });

  test('what it cannot do is unsupported; without ejection nobody is checked', () => {
    expect(() => haproxy({ algorithm: 'least-response-time' })).toThrow('HAProxy has no least-response-time');
    expect(() => haproxy({ ejectFor: 1500 })).toThrow(
      'HAProxy counts whole milliseconds: set load-balance.ejectFor',
    );
    expect(haproxy({ ejectAfter: 0 })).toContain('server b0 127.0.0.1:9001 weight 5');
  });
});

describe('routes', () => {
  const routes = parseRoutes('/a.b:0:1+header:X-Tenant=a.1:2+cookie:group=b:0', 3);

  test('nginx: each map asks the next, and the last has all back ends', () => {
    expect(nginx({ routes })).toEqual(
      expect.arrayContaining([
        'proxy_pass http://$to0;',
        String.raw`map $request_uri $to0 { default $to1; "~^/a\.b" route0; }`,
        String.raw`map $http_x_tenant $to1 { default $to2; "~^a\.1$" route1; }`,
        'map $http_cookie $to2 { default balanced; "~(?:^|;) *group=b *(?:;|$)" route2; }',
        'upstream route0 {',
        // 16 clients, 3 back ends of all requests, and 2, 1 and 1 of the routes.
        'keepalive 112;',
      ]),
    );
    expect(nginx({ routes }, 2)).toContain('zone route2 256k;');
    expect(nginx()).toContain('proxy_pass http://balanced;');
  });

  test('HAProxy: whose condition is met first, has a section of its own', () => {
    const lines = haproxy({ routes, ejectAfter: 0 });
    const [first, second, third] = [
      'b0 127.0.0.1:9001 weight 5',
      'b1 127.0.0.1:9002 weight 3',
      'b2 127.0.0.1:9003 weight 1',
    ];
    expect(lines.filter((line) => /^use_backend|^default_b|^backend|^server b|^retries/.test(line))).toEqual([
      'use_backend route0 if { path_beg -- /a.b }',
      'use_backend route1 if { req.fhdr(X-Tenant) -m str -- a.1 }',
      'use_backend route2 if { req.cook(group) -m str -- b }',
      'default_backend balanced',
      ...['backend balanced', 'retries 2', `server ${first}`, `server ${second}`, `server ${third}`],
      ...['backend route0', 'retries 1', `server ${first}`, `server ${second}`],
      ...['backend route1', 'retries 0', `server ${third}`],
      ...['backend route2', 'retries 0', `server ${first}`],
    ]);
  });
});

describe('a cache', () => {
  const routes = parseRoutes('/api:0', 3);
  test('nginx: answers are found by their group, too, and say that they are from the cache', () => {
    expect(nginx({ cache: 2 ** 20, routes })).toEqual(
      expect.arrayContaining([
        'proxy_cache_path cache keys_zone=answers:16m max_size=1048576 inactive=10h use_temp_path=off;',
        'proxy_cache answers;',
        'proxy_cache_key "$proxy_host $http_host $request_uri";',
        'add_header Cache-Status $cache_status;',
      ]),
    );
    expect(nginx().filter((line) => line.includes('cache'))).toEqual([]);
  });

  test('HAProxy: one for each group; of whole MiB', () => {
    const lines = haproxy({ cache: 4 * 2 ** 20, routes });
    expect(lines.filter((line) => /^cache |^total|cache-/.test(line))).toEqual(
      ['balanced', 'route0'].flatMap((name) => [
        ...[`cache ${name}`, 'total-max-size 4'],
        ...[`http-request cache-use ${name}`, `http-response cache-store ${name}`],
      ]),
    );
    expect(() => haproxy({ cache: 1000 })).toThrow('set load-balance.cache to some, like 4MiB');
    expect(haproxy().filter((line) => line.includes('cache'))).toEqual([]);
  });
});

describe('TLS', () => {
  const certificate = { certFile: '/c', keyFile: '/k', caFile: '/a', host: 'localhost' };
  const tls = { kind: 'terminate', certificate } as const;
  const redirect = { kind: 'redirect' } as const;

  test('nginx: identifies itself by a file of its own folder, and back ends know; or redirects', () => {
    expect(nginx({ tls })).toEqual(
      expect.arrayContaining([
        'listen 127.0.0.1:8080 ssl backlog=65535;',
        'ssl_certificate identity.pem;',
        'ssl_certificate_key identity.pem;',
        'proxy_set_header X-Forwarded-Proto https;',
      ]),
    );
    expect(nginx({ tls: redirect })).toContain('return 301 https://$host$request_uri;');
    expect(nginx({ tls: redirect }).filter((line) => line.includes('proxy_pass'))).toEqual([]);
    expect(nginx().filter((line) => /ssl|301|Proto/.test(line))).toEqual([]);
  });

  test('HAProxy: the same', () => {
    expect(haproxy({ tls })).toEqual(
      expect.arrayContaining([
        'bind 127.0.0.1:8080 backlog 65535 ssl crt identity.pem',
        'http-request set-header X-Forwarded-Proto https',
      ]),
    );
    expect(haproxy({ tls: redirect })).toContain(
      'http-request redirect code 301 location https://%[req.hdr(host),host_only]%[url]',
    );
    expect(haproxy().filter((line) => /ssl|301|Proto/.test(line))).toEqual([]);
  });
});

test('every algorithm is one of theirs, or unsupported', () => {
  const unsupported = algorithms.flatMap(({ name: algorithm }) =>
    [nginx, haproxy].flatMap((configured) => {
      try {
        configured({ algorithm });
        return [];
      } catch (error) {
        return [(error as Error).name];
      }
    }),
  );
  expect(unsupported).toEqual(['UnsupportedError', 'UnsupportedError']);
});

const TRAITS = { form: 'operations', uses: [], concurrency: 1, threads: undefined } as const;

test.each(programs)('$name stands in a model’s place for load-balance, and for nothing else', (program) => {
  const refusal = (workload: string) => program.refuses({ ...TRAITS, workload })?.code;
  expect(refusal('load-balance')).toBe(os.platform() === 'linux' ? undefined : 'linux-only');
  expect(refusal('http-get')).toBe('serves-another');
});

describe('HAProxy, asked for more', () => {
  const checks = { ...fixture.checks, intervalNs: 1e8, path: "/it's # up" };
  test('active checks have the header by which back ends know them, whatever is in the path', () => {
    expect(haproxy({ checks })).toEqual(
      expect.arrayContaining([
        'option httpchk',
        `http-check send meth GET uri '/it'"'"'s # up' hdr X-Health-Check 1`,
        'timeout check 100ms',
      ]),
    );
    expect(haproxy({ checks, ejectAfter: 0 })).toContain(
      'server b0 127.0.0.1:9001 weight 5 check inter 100ms fastinter 100ms rise 2 fall 3',
    );
    expect(haproxy().filter((line) => line.includes('httpchk'))).toEqual([]);
  });

  test('a late answer is 504 on layer 7; a back end may begin slowly', () => {
    expect(haproxy({ timeout: 50e6 })).toContain('timeout server 50ms');
    expect(haproxy({ timeout: 50e6, layer: '4' })).toContain('timeout server 50ms');
    expect(nginx({ timeout: 50e6, layer: '4' })).toContain('proxy_timeout 50ms;');
    expect(haproxy()).toContain('timeout server 10h');
    expect(haproxy({ slowStart: 2e9, ejectAfter: 0 })).toContain(
      'server b0 127.0.0.1:9001 weight 5 slowstart 2000ms',
    );
    expect(() => haproxy({ timeout: 1.5e6 })).toThrow('whole milliseconds: set load-balance.timeout');
  });
});
