/**
 * A peer that is one of iobench's own servers: a server's process like any other, under the model that sends
 * servers their requests, too.
 */
import type { WorkloadReference } from '../../workloads/workload.ts';
import type { Place } from '../placement.ts';
import { generatorModel } from '../server/generator.ts';
import { startServer } from '../server/server-process.ts';
import type { Peer } from './peers.ts';

export interface ServerPeerStart {
  readonly workload: WorkloadReference;
  /** What its `prepare` returned. */
  readonly fixture: unknown;
  readonly signal: AbortSignal;
  readonly place?: Place | undefined;
  /** Called with its output, as it arrives. */
  readonly output?: ((text: string) => void) | undefined;
}

/**
 * Starts it, and waits until it listens, or the signal aborts.
 * @throws UserError if it ends, or does not listen in time; UnsupportedError if it cannot serve here.
 */
export async function startServerPeer(start: ServerPeerStart): Promise<Peer> {
  const { workload, fixture, signal, place, output } = start;
  const model = generatorModel().name;
  const name = `${workload.name} (${model})`;
  const server = await startServer({
    // One loop serves all connections, however many there will be.
    plan: { cell: { model }, workload, fixture, seed: 1, connections: 1 },
    signal,
    place,
    output,
    called: `its peer ${name}`,
  });
  return {
    name,
    pid: server.pid,
    address: server.address,
    get ending() {
      return server.ending;
    },
    async usage() {
      const accounts = await server.read();
      return accounts && { name, cpuNs: accounts.userNs + accounts.systemNs, wallNs: accounts.wallNs };
    },
    stop: server.stop,
  };
}
