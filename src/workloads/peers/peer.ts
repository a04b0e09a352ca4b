/**
 * A peer: the process at the other end. It reports its address, and its CPU time on request, and ends with
 * its parent.
 */
import process from 'node:process';
import { messageOf } from '../../errors.ts';
import type { PeerAddress } from '../workload.ts';

export type PeerRequest =
  | { readonly kind: 'start'; readonly options: Record<string, unknown> }
  | { readonly kind: 'usage'; readonly id: number };
export type PeerAnswer =
  | ({ readonly kind: 'listening' } & PeerAddress)
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'usage'; readonly id: number; readonly cpuNs: number; readonly wallNs: number };

/**
 * Makes this process a peer: `serve` starts the server, with the options that the workload gave, and reports
 * its address.
 */
export function servePeer(serve: (options: Record<string, unknown>) => Promise<PeerAddress>): void {
  // Its parent may have ended: that is no error of this process.
  const answer = (message: PeerAnswer) => process.send?.(message, () => {});
  process.on('message', (request: PeerRequest) => {
    if (request.kind === 'usage') {
      const { user, system } = process.cpuUsage();
      answer({
        kind: 'usage',
        id: request.id,
        cpuNs: (user + system) * 1000,
        wallNs: Number(process.hrtime.bigint()),
      });
      return;
    }
    void listen(request.options);
  });
  const listen = async (options: Record<string, unknown>) => {
    try {
      const { host, port } = await serve(options);
      answer({ kind: 'listening', host, port });
    } catch (error) {
      answer({ kind: 'refused', reason: messageOf(error) });
    }
  };
  // A Ctrl-C reaches the whole group of processes; the run decides when its peers end.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
}
