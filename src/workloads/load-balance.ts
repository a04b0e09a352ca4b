import { UserError } from '../errors.ts';
import { parseBackEnds } from './balancing/back-ends.ts';
import { Balancer } from './balancing/balancer.ts';
import { Cache } from './balancing/cache.ts';
import type { Forwarding, Tls } from './balancing/client-session.ts';
import { type Asking, nextTarget, requireAddresses, undelayed } from './balancing/clients.ts';
import { parseDisturbances } from './balancing/disturbances.ts';
import { expectedShares } from './balancing/expected-shares.ts';
import { serveHttp } from './balancing/forward-http.ts';
import { serveTcp } from './balancing/forward-tcp.ts';
import { type HealthChecks, healthChecks } from './balancing/health-checks.ts';
import { algorithmNamed } from './balancing/index.ts';
import { Links } from './balancing/links.ts';
import { balanceParams, unusedParams } from './balancing/parameters.ts';
import { parseRoutes } from './balancing/routes.ts';
import { SharedState } from './balancing/shared-state.ts';
import type { Disturbance } from './disturbance.ts';
import { connectHttp, disconnectHttp, exchange } from './http-exchange.ts';
import { makeOwnCertificate } from './own-certificate.ts';
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
  params: balanceParams,
  unused: unusedParams,
  async prepare({ params, directory, startPeer }): Promise<BalanceFixture> {
    const { layer, algorithm, ejectAfter, ejectFor, slowStart, timeout, addresses, connections } = params;
    const { check: intervalNs, checkPath: path, rise, fall } = params;
    const specs = parseBackEnds(params.backends);
    requireWeightsUsed(algorithm, specs);
    requireAddresses(addresses);
    const expected = expectedShares({
      algorithm: algorithmNamed(algorithm),
      weights: specs.map(({ weight }) => weight),
      isPerRequest: layer === '7' || connections === 'one-a-request',
      isSteady: params.disturb === 'none' && timeout === 0 && (params.route === 'none' || layer === '4'),
    });
    const tls = await tlsOf(layer === '4' ? 'none' : params.tls, directory);
    const cache = layer === '4' || tls.kind === 'redirect' ? 0 : params.cache;
    const kept = cache === 0 ? {} : { maxAgeSeconds: params.maxAge / 1e9 };
    const backEnds = await Promise.all(
      specs.map(async ({ serviceNs, weight }, number) => {
        const { distribution, workers, responseSize: responseBytes } = params;
        const settings = { serviceNs, distribution, workers, responseBytes, number, ...kept };
        const { host, port } = await startPeer('backend', { ...settings, expected: expected?.[number] });
        return { host, port, weight };
      }),
    );
    const disturbances = parseDisturbances(params.disturb, specs.length);
    const failing = { ejectAfter, ejectFor, slowStart, timeout, checks: { intervalNs, path, rise, fall } };
    const routes = layer === '4' ? [] : parseRoutes(params.route, specs.length);
    const targets = cache === 0 ? 1 : params.targets;
    const asking = { addresses, connections, path: '/', routes, cache, targets, tls };
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
    client.next = Math.floor(random() * (client.target.requests?.length ?? 1));
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
    const { algorithm, backEnds, memory, ejectAfter, ejectFor, slowStart, routes, tls } = fixture;
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
    forwarding = { balancer, links: new Links(backEnds), routes, cache, tls, timeoutNs, clock };
    forwardings.set(fixture, forwarding);
  }
  return forwarding;
}

/** @throws UnsupportedError where OpenSSL cannot be called. */
const tlsOf = async (kind: Tls['kind'], directory: string): Promise<Tls> =>
  kind === 'terminate' ? { kind, certificate: await makeOwnCertificate(directory) } : { kind };

/** @throws UserError for weights that would have no effect. */
function requireWeightsUsed(name: string, specs: readonly { readonly weight: number }[]): void {
  if (algorithmNamed(name).usesWeights || specs.every(({ weight }) => weight === 1)) return;
  throw new UserError(`${name} gives every back end the same, whatever its weight`, {
    hint: 'leave the weights out, or take algorithm=weighted-round-robin',
  });
}
