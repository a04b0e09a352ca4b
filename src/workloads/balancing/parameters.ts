/** The parameters of `load-balance`. */
import * as z from 'zod/mini';
import { UserError } from '../../errors.ts';
import { byteSize, checkedBeside, choice, count, duration, type ParamsOf, text } from '../parameters.ts';
import { parseBackEnds } from './back-ends.ts';
import { requireTargets } from './clients.ts';
import { parseDisturbances } from './disturbances.ts';
import { algorithms } from './index.ts';
import { parseRoutes } from './routes.ts';

export const balanceParams = z
  .object({
    /** 7 reads HTTP, and chooses for each request; 4 forwards bytes, and chooses for each connection. */
    layer: choice('7', '4'),
    algorithm: choice(...(algorithms.map(({ name }) => name) as [string, ...string[]])),
    /** Their service times, and weights: `1ms:5+1ms:3`. */
    backends: text('1ms+1ms+5ms'),
    /** Of the service times, which are the means of exponential ones. */
    distribution: choice('fixed', 'exponential'),
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
    /** How long a back end may send nothing while its answer is waited for; 0 has no limit. */
    timeout: duration('0'),
    /** Who gets which requests, on layer 7: `/api:0:1+header:X-Tenant=a:2+cookie:group=b:0`. */
    route: text('none'),
    /** On layer 7 so much of what back ends answered is kept, and given again for `maxAge`; 0 keeps nothing. */
    cache: byteSize('0B'),
    maxAge: duration('1m'),
    /** How many different targets clients ask for. */
    targets: count(1, 1),
    /** On layer 7: clients speak TLS to the balancer, or are redirected to where it would be spoken. */
    tls: choice('none', 'terminate', 'redirect'),
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
  );

/** Those that have no effect beside the others. */
export function unusedParams(params: ParamsOf<typeof balanceParams>): string[] {
  const { disturb, slowStart, check, timeout, layer, route, cache, tls } = params;
  // A redirected request is not looked at, nor a byte on layer 4.
  const isLookedAt = layer !== '4' && tls !== 'redirect';
  return [
    ...(disturb === 'none' ? ['disturb'] : []),
    ...(slowStart === 0 ? ['slowStart'] : []),
    ...(check === 0 ? ['check', 'checkPath', 'rise', 'fall'] : []),
    ...(timeout === 0 ? ['timeout'] : []),
    ...(route === 'none' || !isLookedAt ? ['route'] : []),
    ...(cache === 0 || !isLookedAt ? ['cache', 'maxAge', 'targets'] : []),
    // None is said of both layers: runs of both differ in the layer only.
    ...(layer === '4' && tls !== 'none' ? ['tls'] : []),
  ];
}

/** @throws UserError for a time that is shorter than Node's timers, which some models and all checks use. */
function requireTimer(name: string, ns: number): void {
  if (ns === 0 || ns >= 1e6) return;
  throw new UserError(`a ${name} of less than a millisecond cannot be kept`, {
    hint: 'write it like 0, 50ms or 1s',
  });
}

/** @throws UserError for what `max-age` cannot express. */
function requireSeconds(ns: number): void {
  if (ns >= 1e9 && ns % 1e9 === 0) return;
  throw new UserError('maxAge is a whole number of seconds', {
    hint: 'write it like 1s or 5m',
  });
}

/** @throws UserError for what would not be one word of a request's first line. */
function requirePath(path: string): void {
  if (/^\/[!-~]*$/.test(path)) return;
  throw new UserError('that is no path', { hint: 'write it like / or /health' });
}
