/** Layer 4: looks at nothing, and forwards both ways until both sides have ended. */
import {
  both,
  type Connection,
  close,
  connect,
  OperationError,
  receive,
  remote,
  type Steps,
  send,
  shutdown,
} from '../../operations.ts';
import type { PeerAddress } from '../workload.ts';
import type { Balancer } from './balancer.ts';

const BUFFER_BYTES = 64 * 1024;

export interface TcpForwarding {
  readonly balancer: Balancer;
  readonly backEnds: readonly PeerAddress[];
  readonly clock: () => number;
}

/** @throws OperationError if no back end can be connected to; UnsupportedError under a blocking model. */
export function* serveTcp(client: Connection, { balancer, backEnds, clock }: TcpForwarding): Steps<void> {
  // A model that cannot do this is known before a back end is bothered.
  yield* both(nothing(), nothing());
  const address = yield* remote(client);
  const startNs = clock();
  const { backEnd, connection } = yield* connectToAny(balancer, backEnds, address);
  const answered = () => balancer.succeeded(backEnd, clock() - startNs);
  try {
    yield* both(forward(client, connection), forward(connection, client, answered));
  } finally {
    balancer.release(backEnd);
    yield* close(connection);
  }
}

function* nothing(): Steps<void> {}

/** Tries one back end after another, each once. */
function* connectToAny(
  balancer: Balancer,
  backEnds: readonly PeerAddress[],
  address: string,
): Steps<{ backEnd: number; connection: Connection }> {
  for (let tried = 0; ; ) {
    const backEnd = balancer.choose(address, tried);
    if (backEnd < 0) throw new OperationError('connect', 'ECONNREFUSED', 'any back end');
    tried |= 1 << backEnd;
    const { host, port } = backEnds[backEnd] as PeerAddress;
    try {
      return { backEnd, connection: yield* connect(host, port) };
    } catch {
      balancer.failed(backEnd);
      balancer.release(backEnd);
    }
  }
}

/**
 * Passes on what comes until its end, which is passed on, too: the other half goes on. `began` is called when
 * the first bytes are there.
 */
function* forward(from: Connection, to: Connection, began?: () => void): Steps<void> {
  const buffer = Buffer.alloc(BUFFER_BYTES);
  let isFirst = true;
  for (let bytes = yield* receive(from, buffer); bytes > 0; bytes = yield* receive(from, buffer)) {
    if (isFirst) began?.();
    isFirst = false;
    yield* send(to, buffer, 0, bytes);
  }
  try {
    yield* shutdown(to);
  } catch (error) {
    // It has gone altogether: there is nobody left to be notified.
    if ((error as { code?: unknown }).code !== 'ENOTCONN') throw error;
  }
}
