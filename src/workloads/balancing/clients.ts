/** The clients of a load balancer: from which addresses they come, and what they ask for. */
import os from 'node:os';
import { UserError } from '../../errors.ts';
import { UnsupportedError } from '../../operations.ts';
import { serverTarget } from '../http-server.ts';
import { type HttpTarget, requestHead } from '../http-target.ts';
import { UNDELAYED_PATH } from '../peers/index.ts';
import type { PeerAddress } from '../workload.ts';
import type { Tls } from './client-session.ts';
import { fieldOf, type Route } from './routes.ts';

export interface Asking {
  /** From how many addresses the clients come. */
  readonly addresses: number;
  readonly connections: string;
  /** What a request asks for that belongs to no route; what others ask for begins with their own. */
  readonly path: string;
  readonly routes: readonly Route[];
  /** How many different targets of each kind they ask for. */
  readonly targets: number;
  /** As large as the balancer's cache is; 0 for none. */
  readonly cache: number;
  readonly tls: Tls;
}

const MOST_ADDRESSES = 2 ** 16;

/** @throws UnsupportedError where 127.0.0.1 is the only address of this machine to itself. */
export function requireAddresses(addresses: number): void {
  if (addresses > MOST_ADDRESSES)
    throw new UserError(`${addresses} addresses are too many`, { hint: `at most ${MOST_ADDRESSES}` });
  if (addresses > 1 && os.platform() !== 'linux')
    throw new UnsupportedError('only Linux has all of 127.0.0.0/8: set load-balance.addresses=1');
}

/** Each client has its own way to send each. */
const MOST_TARGETS = 10_000;

/** @throws UserError for more than clients can hold ready. */
export function requireTargets(targets: number): void {
  if (targets > MOST_TARGETS)
    throw new UserError(`${targets} targets are too many`, { hint: `at most ${MOST_TARGETS}` });
}

/** What the next client asks. */
export const nextTarget = (asking: Asking & PeerAddress): HttpTarget => ({
  ...serverTarget({
    ...asking,
    certificate: asking.tls.kind === 'terminate' ? asking.tls.certificate : undefined,
  }),
  from: nextAddress(asking),
  requests: requestsOf(asking),
  countsHits: asking.cache > 0,
});

/** The same requests, as far as back ends answer them without delay. */
export const undelayed = <Fixture extends Asking>(fixture: Fixture): Fixture => ({
  ...fixture,
  path: UNDELAYED_PATH,
  targets: 1,
  routes: fixture.routes.filter(({ by }) => by !== 'path'),
});

const clientsOf = new WeakMap<Asking, number>();

/**
 * The address of the next client; they are used again in turn. The third number differs, because nginx
 * looks at the first three only.
 */
function nextAddress(asking: Asking): string {
  const client = clientsOf.get(asking) ?? 0;
  clientsOf.set(asking, client + 1);
  const number = client % asking.addresses;
  return `127.${number >> 8}.${number & 255}.1`;
}

/** The same for all clients of a thread. */
const requests = new WeakMap<Asking, readonly Uint8Array[]>();

function requestsOf(asking: Asking & PeerAddress): readonly Uint8Array[] {
  let known = requests.get(asking);
  if (!known) {
    known = requestHeads(asking).map((head) => Buffer.from(head));
    requests.set(asking, known);
  }
  return known;
}

/** For each route, and for none, as many as there are targets. */
export function requestHeads(asking: Asking & PeerAddress): string[] {
  const { host, port, connections, path, routes, targets } = asking;
  const isKept = connections === 'kept';
  const kinds = [
    ...routes.map((route) => ({
      path: route.by === 'path' ? route.value : path,
      field: fieldOf(route),
    })),
    { path, field: undefined },
  ];
  return kinds.flatMap(({ path: beginning, field }) =>
    targetsOf(beginning, targets).map((target) => requestHead(target, `${host}:${port}`, { field, isKept })),
  );
}

/** A single one is the path itself. */
const targetsOf = (path: string, count: number): string[] =>
  count === 1
    ? [path]
    : Array.from({ length: count }, (_, number) => `${path}${path.endsWith('/') ? '' : '/'}${number}`);
