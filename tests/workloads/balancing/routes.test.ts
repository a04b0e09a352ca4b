/** Which back ends a request may go to: as it is written, as it is matched, and in whose turns. */
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { planParams } from '../../../src/run/plan.ts';
import { Balancer } from '../../../src/workloads/balancing/balancer.ts';
import { requestHeads } from '../../../src/workloads/balancing/clients.ts';
import { readRequest } from '../../../src/workloads/balancing/http-heads.ts';
import { algorithmNamed } from '../../../src/workloads/balancing/index.ts';
import { outsideOf, parseRoutes, routeOf } from '../../../src/workloads/balancing/routes.ts';
import { SharedState } from '../../../src/workloads/balancing/shared-state.ts';
import loadBalance from '../../../src/workloads/load-balance.ts';

const WRITTEN = '/api:1:0+header:X-Tenant=a:2+cookie:group=b:0:2+/:1';
const routes = parseRoutes(WRITTEN, 3);
const head = (target: string, ...fields: string[]) =>
  readRequest([`GET ${target} HTTP/1.1`, 'Host: h', ...fields, '', ''].join('\r\n'));

test('conditions, and the back ends of each', () => {
  expect(routes).toEqual([
    { by: 'path', name: '', value: '/api', backEnds: [0, 1] },
    { by: 'header', name: 'X-Tenant', value: 'a', backEnds: [2] },
    { by: 'cookie', name: 'group', value: 'b', backEnds: [0, 2] },
    { by: 'path', name: '', value: '/', backEnds: [1] },
  ]);
  expect(parseRoutes('none', 3)).toEqual([]);
  expect(outsideOf(routes[2] ?? expect.unreachable(), 3)).toBe(0b010);
});

test('the first that matches counts: the beginning of a path, the whole value of a header or a cookie', () => {
  const of = (target: string, ...fields: string[]) => routeOf(routes, head(target, ...fields));
  expect(of('/api')).toBe(0);
  expect(of('/api/1?q', 'X-Tenant: a')).toBe(0);
  expect(of('http://h/api')).toBe(0);
  expect(of('/x', 'x-tenant:  a ')).toBe(1);
  expect(of('/x', 'X-Tenant: ab')).toBe(3);
  expect(of('/x', 'Cookie: other=b; group=b')).toBe(2);
  expect(of('/x', 'Cookie: group=bb; agroup=b')).toBe(3);
  expect(routeOf(routes.slice(0, 1), head('/ap', 'X-Tenant: a'))).toBe(-1);
});

test('clients send each route a request of its own, and one that belongs to none', () => {
  const plain = {
    connections: 'kept',
    path: '/',
    addresses: 1,
    cache: 0,
    targets: 1,
    tls: { kind: 'none' },
  } as const;
  const asking = { host: 'h', port: 1, ...plain };
  const sent = (text: string) =>
    requestHeads({ ...asking, routes: parseRoutes(text, 3) }).map((each) =>
      routeOf(parseRoutes(text, 3), readRequest(each)),
    );
  expect(sent('/api:0+header:X-Tenant=a:2+cookie:group=b:0')).toEqual([0, 1, 2, -1]);
  expect(sent('none')).toEqual([-1]);
});

test('turns of a route are its own: with every second request its back ends still take turns', () => {
  const memory = SharedState.memoryFor(3, 1);
  const state = new SharedState(3, memory);
  const options = { algorithm: algorithmNamed('round-robin'), weights: [1, 1, 1], state, random: () => 0 };
  const balancer = new Balancer({ ...options, ejectAfter: 1, ejectForNs: 1e9, clock: () => 0 });
  const chosen = Array.from({ length: 6 }, () => [
    balancer.choose('127.0.0.1', 0b100, 1),
    balancer.choose('127.0.0.1'),
  ]);
  expect(chosen.map(([routed]) => routed)).toEqual([0, 1, 0, 1, 0, 1]);
  expect(chosen.map(([, other]) => other)).toEqual([0, 1, 2, 0, 1, 2]);
});

const WRONG: readonly (readonly [string, RegExp])[] = [
  ['', /is no route/],
  ['api:0', /is no route/],
  ['/api:', /is no route/],
  ['/a b:0', /is no route/],
  ['/a;b:0', /is no route/],
  ['header:X-Tenant:0', /is no route/],
  ['cookie:=b:0', /is no route/],
  ['/api', /has no back ends/],
  ['header:X-Tenant=a', /has no back ends/],
  ['/api:3', /no back end 3 for \/api:3/],
  ['/api:0:0', /names a back end twice/],
  ['header:Host=a:0', /a route by Host would change how requests are sent/],
  ['header:Proxy-Connection=a:0', /would change how requests are sent/],
  ['header:X-Health-Check=1:0', /would change how requests are sent/],
  ['/a:0+/ab:1', /no request gets to \/ab:1, because \/a:0 takes it first/],
  ['/:0+cookie:a=b:1', /no request gets to cookie:a=b:1/],
  ['header:X-A=1:0+header:x-a=1:1', /no request gets to/],
];
describe('a wrong one is wrong usage, with a hint, before anything is started', () => {
  test.each(WRONG)('%s', (route, problem) => {
    let thrown: unknown;
    try {
      planParams(loadBalance, [{ owner: 'load-balance', key: 'route', values: [route] }]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UserError);
    expect(thrown).toMatchObject({ exitCode: 2, hint: expect.stringMatching(/\w/) });
    expect((thrown as UserError).message).toMatch(problem);
  });
});

test('routes have no effect on layer 4', () => {
  const unused = (params: object) => loadBalance.unused?.({ layer: '7', route: '/api:0', ...params });
  expect(unused({})).not.toContain('route');
  expect(unused({ layer: '4' })).toContain('route');
  expect(unused({ route: 'none' })).toContain('route');
});
