/**
 * A peer: the process at the other end. It reports its address, and its CPU time on request, and ends with
 * its parent.
 */
import type { AddressInfo, Server } from 'node:net';
import process from 'node:process';
import { messageOf } from '../../errors.ts';
import type { PeerAddress } from '../workload.ts';

export type PeerRequest =
  | { readonly kind: 'start'; readonly options: Record<string, unknown> }
  /** It ends in order, if it has an order to end in. */
  | { readonly kind: 'leave' }
  /** From now on it takes this long for each request, if it can. */
  | { readonly kind: 'slow'; readonly serviceNs: number }
  | { readonly kind: 'usage'; readonly id: number };
export type PeerAnswer =
  | ({
      readonly kind: 'listening';
      readonly pid: number;
      readonly canBeSlowed?: boolean | undefined;
    } & PeerAddress)
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'usage';
      readonly id: number;
      readonly cpuNs: number;
      readonly wallNs: number;
      readonly requests?: number;
      readonly byAddress?: Readonly<Record<string, number>>;
    };

/** Starts the server, with the options that the workload gave, and reports its address. */
type Serve = (options: Record<string, unknown>) => Promise<PeerAddress>;

const BACKLOG = 4096;

/**
 * Listens on a port, by default one of the system, of an address of this host, by default 127.0.0.1; returns
 * the address once it does.
 */
export function listening(server: Server, port = 0, host = '127.0.0.1'): Promise<PeerAddress> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      resolve({ host, port: (server.address() as AddressInfo).port });
    });
  });
}

/** What a peer does. */
export interface PeerDuties {
  readonly serve: Serve;
  /** The CPU time of who serves, so far. */
  cpuNs(): number;
  leave(): void;
  /** How many requests it got, so far; without it, it does not count them. */
  requests?(): number;
  /** How many of them came from each client's address, so far, as far as it knows them. */
  byAddress?(): Readonly<Record<string, number>>;
  /** Takes this long for each request from now on; without it, it cannot be slowed. */
  slow?(serviceNs: number): void;
}

/**
 * Makes this process a peer, which serves itself. One that is killed and started again gets the same options,
 * and with them the `port` on which it has to listen.
 */
export function servePeer(
  serve: Serve,
  more: Pick<PeerDuties, 'requests' | 'byAddress' | 'slow'> = {},
): void {
  const cpuNs = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
  };
  bePeer({ serve, cpuNs, leave: () => process.exit(0), ...more });
}

/** Makes this process a peer. */
export function bePeer({ serve, cpuNs, leave, requests, byAddress, slow }: PeerDuties): void {
  // Its parent may have ended: that is no error of this process.
  const answer = (message: PeerAnswer) => process.send?.(message, () => {});
  process.on('message', (request: PeerRequest) => {
    if (request.kind === 'usage') {
      const wallNs = Number(process.hrtime.bigint());
      const counted = {
        ...(requests ? { requests: requests() } : {}),
        ...(byAddress ? { byAddress: byAddress() } : {}),
      };
      answer({ kind: 'usage', id: request.id, cpuNs: cpuNs(), wallNs, ...counted });
    } else if (request.kind === 'leave') leave();
    else if (request.kind === 'slow') slow?.(request.serviceNs);
    else void listen(request.options);
  });
  const listen = async (options: Record<string, unknown>) => {
    try {
      const { host, port } = await serve(options);
      answer({ kind: 'listening', pid: process.pid, host, port, canBeSlowed: slow !== undefined });
    } catch (error) {
      answer({ kind: 'refused', reason: messageOf(error) });
    }
  };
  // A Ctrl-C reaches the whole group of processes; the run decides when its peers end.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
}
