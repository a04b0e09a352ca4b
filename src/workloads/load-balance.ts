import * as z from 'zod/mini';
import { UserError } from '../errors.ts';
import { parseBackEnds } from './balancing/back-ends.ts';
import { Balancer } from './balancing/balancer.ts';
import { type Asking, nextTarget, requireAddresses, requireTargets, undelayed } from './balancing/clients.ts';
import { Cache } from './balancing/cache.ts';
import type { Forwarding } from './balancing/client-session.ts';
import { parseDisturbances } from './balancing/disturbances.ts';
import { serveHttp } from './balancing/forward-http.ts';
import { serveTcp } from './balancing/forward-tcp.ts';
import { type HealthChecks, healthChecks } from './balancing/health-checks.ts';
import { algorithmNamed, algorithms } from './balancing/index.ts';
import { Links } from './balancing/links.ts';
import { parseRoutes } from './balancing/routes.ts';
import { SharedState } from './balancing/shared-state.ts';
import type { Disturbance } from './disturbance.ts';
import { connectHttp, disconnectHttp, exchange } from './http-exchange.ts';
import { byteSize, checkedBeside, choice, count, duration, text } from './parameters.ts';
import { defineServer, type PeerAddress, type Random } from './workload.ts';

type CheckSettings = Pick<HealthChecks, 'intervalNs' | 'path' | 'rise' | 'fall'>;

export interface BalanceFixture extends Asking {
  readonly layer: string;
  readonly algorithm: string;
  readonly backEnds: readonly (PeerAddress & { readonly weight: number })[];
  readonly ejectAfter: number;
  readonly ejectFor: number;
  readonly slowStart: number;
  readonly checks: CheckSettings;
  readonly timeout: number;
  readonly disturbances: readonly Disturbance[];
}

export default defineServer({
  name: 'load-balance',
  summary: 'A load balancer before several back ends: passes on HTTP requests, or whole connections',
  params: z
    .object({
      /** 7 reads HTTP, and chooses for each request; 4 forwards bytes, and chooses for each connection. */
      layer: choice('7', '4'),
      algorithm: choice(...(algorithms.map(({ name }) => name) as [string, ...string[]])),
      /** Their service times, and weights: `1ms:5+1ms:3`. */
      backends: text('1ms+1ms+5ms'),
      /** How many requests each back end serves at once. */
      workers: count(4, 1),
      responseSize: byteSize('128B'),
      /** This many failures in a row eject a back end; 0 never does. */
      ejectAfter: count(3),
      ejectFor: duration('1s'),
      /** A back end that has come back gets its share gradually, over this time. */
      slowStart: duration('0'),
      /** Every so often each back end is asked for `checkPath`, beside the requests; 0 never asks. */
      check: duration('0'),
      checkPath: text('/'),
      /** `rise` good checks in a row bring a back end back, and `fall` bad ones take it out. */
      rise: count(2, 1),
      fall: count(3, 1),
      /** How long a back end may send nothing while its answer is waited for, on layer 7; 0 has no limit. */
      timeout: duration('0'),
      /** Who gets which requests, on layer 7: `/api:0:1+header:X-Tenant=a:2+cookie:group=b:0`. */
      route: text('none'),
      /** So much of what back ends answered is kept, on layer 7, and given again for `maxAge`; 0 keeps nothing. */
      cache: byteSize('0B'),
      maxAge: duration('1m'),
      /** How many different targets clients ask for. */
      targets: count(1, 1),
      addresses: count(256, 1),
      connections: choice('kept', 'one-a-request'),
      /** What the run does to back ends while it measures: `kill:1@40%+start:1@70%`. */
      disturb: text('none'),
    })
    .check(
      checkedBeside('backends', ({ backends }) => parseBackEnds(backends)),
      checkedBeside('check', ({ check }) => requireTimer('check', check)),
      checkedBeside('timeout', ({ timeout }) => requireTimer('timeout', timeout)),
      checkedBeside('maxAge', ({ maxAge }) => requireSeconds(maxAge)),
      checkedBeside('targets', ({ targets }) => requireTargets(targets)),
      checkedBeside('checkPath', ({ checkPath }) => requirePath(checkPath)),
      checkedBeside('route', ({ route, backends }) => parseRoutes(route, parseBackEnds(backends).length)),
      checkedBeside('disturb', ({ disturb, backends }) =>
        parseDisturbances(disturb, parseBackEnds(backends).length),
      ),
    ),
  unused: ({ disturb, slowStart, check, timeout, layer, route, cache }) => [
    ...(disturb === 'none' ? ['disturb'] : []),
    ...(slowStart === 0 ? ['slowStart'] : []),
    ...(check === 0 ? ['check', 'checkPath', 'rise', 'fall'] : []),
    ...(timeout === 0 || layer === '4' ? ['timeout'] : []),
    ...(route === 'none' || layer === '4' ? ['route'] : []),
    ...(cache === 0 || layer === '4' ? ['cache', 'maxAge', 'targets'] : []),
  ],
  async prepare({ params, startPeer }): Promise<BalanceFixture> {
    const { layer, algorithm, ejectAfter, ejectFor, slowStart, timeout, addresses, connections } = params;
    const { check: intervalNs, checkPath: path, rise, fall } = params;
    const specs = parseBackEnds(params.backends);
    requireWeightsUsed(algorithm, specs);
    requireAddresses(addresses);
    const cache = layer === '4' ? 0 : params.cache;
    const kept = cache === 0 ? {} : { maxAgeSeconds: params.maxAge / 1e9 };
    const backEnds = await Promise.all(
      specs.map(async ({ serviceNs, weight }, number) => {
        const { workers, responseSize: responseBytes } = params;
        const options = { serviceNs, workers, responseBytes, number, ...kept };
        const { host, port } = await startPeer('backend', options);
        return { host, port, weight };
      }),
    );
    const disturbances = parseDisturbances(params.disturb, specs.length);
    const failing = { ejectAfter, ejectFor, slowStart, timeout, checks: { intervalNs, path, rise, fall } };
    const routes = layer === '4' ? [] : parseRoutes(params.route, specs.length);
    const targets = cache === 0 ? 1 : params.targets;
    const asking = { addresses, connections, path: '/', routes, cache, targets };
    return { layer, algorithm, backEnds, ...failing, ...asking, disturbances };
  },
  disturbances: (fixture) => fixture.disturbances,
  undelayed,
  share: (fixture) => ({
    ...fixture,
    memory: SharedState.memoryFor(fixture.backEnds.length, fixture.routes.length),
  }),
  housekeeping: ({ checks, backEnds, memory }, clock) =>
    checks.intervalNs === 0
      ? []
      : healthChecks({ ...checks, backEnds, state: new SharedState(backEnds.length, memory), clock }),
  *serve(client, fixture, clock, random) {
    const forwarding = forwardingOf(fixture, clock, random);
    if (fixture.layer === '4') yield* serveTcp(client, { ...forwarding, backEnds: fixture.backEnds });
    else yield* serveHttp(client, forwarding);
  },
  connect: (fixture, tally) => connectHttp(nextTarget(fixture), tally),
  /** Any of its requests: each as often. */
  request(client, random) {
    client.next = Math.floor(random() * client.asks.length);
    return exchange(client);
  },
  disconnect: disconnectHttp,
});

type Shared = BalanceFixture & { readonly memory: SharedArrayBuffer };

/** One of each thread, which has its own copy of the fixture. */
const forwardings = new WeakMap<Shared, Forwarding>();

function forwardingOf(fixture: Shared, clock: () => number, random: Random): Forwarding {
  let forwarding = forwardings.get(fixture);
  if (!forwarding) {
    const { algorithm, backEnds, memory, ejectAfter, ejectFor, slowStart, routes } = fixture;
    const balancer = new Balancer({
      algorithm: algorithmNamed(algorithm),
      weights: backEnds.map(({ weight }) => weight),
      state: new SharedState(backEnds.length, memory),
      ejectAfter,
      ejectForNs: ejectFor,
      slowStartNs: slowStart,
      random,
      clock,
    });
    const cache = fixture.cache === 0 ? undefined : new Cache(fixture.cache);
    const timeoutNs = fixture.timeout;
    forwarding = { balancer, links: new Links(backEnds), routes, cache, timeoutNs, clock };
    forwardings.set(fixture, forwarding);
  }
  return forwarding;
}

/** @throws UserError for weights that would have no effect. */
function requireWeightsUsed(name: string, specs: readonly { readonly weight: number }[]): void {
  if (algorithmNamed(name).usesWeights || specs.every(({ weight }) => weight === 1)) return;
  throw new UserError(`${name} gives every back end the same, whatever its weight`, {
    hint: 'leave the weights out, or take algorithm=weighted-round-robin',
  });
}

/** @throws UserError for a time that is shorter than Node's timers, which some models and all checks use. */
function requireTimer(name: string, ns: number): void {
  if (ns === 0 || ns >= 1e6) return;
  throw new UserError(`a ${name} of less than a millisecond cannot be kept`, {
    hint: 'write it like 0, 50ms or 1s',
  });
}

/** @throws UserError for what `max-age` cannot say. */
function requireSeconds(ns: number): void {
  if (ns >= 1e9 && ns % 1e9 === 0) return;
  throw new UserError('how long an answer may be given again counts whole seconds', {
    hint: 'write it like 1s or 5m',
  });
}

/** @throws UserError for what would not be one word of a request's first line. */
function requirePath(path: string): void {
  if (/^\/[!-~]*$/.test(path)) return;
  throw new UserError('that is no path', { hint: 'write it like / or /health' });
}
