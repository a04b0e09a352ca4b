/** What a server does for one connection, from `accept` to `close`, as the steps of one request. */
import { nowNs } from '../../load/clock.ts';
import { accept, type Connection, close, type Listener, type Steps, sleep } from '../../operations.ts';
import type { Random, Workload } from '../../workloads/workload.ts';
import type { SessionCounts } from './session-counts.ts';

export interface SessionOptions {
  readonly listener: Listener;
  readonly serve: NonNullable<Workload['serve']>;
  readonly fixture: unknown;
  readonly counts: SessionCounts;
  /** Of this thread. */
  readonly random: Random;
  /** A connection was accepted, or will not be: nobody stands in `accept` for this session any more. */
  left?(): void;
}

/** Where there are no descriptors left, trying again at once would only take the CPU of those that serve. */
const ACCEPT_AGAIN_NS = 10e6;

/**
 * Accepts a connection, serves it, closes it. Its error is the one of `serve`; a connection that broke while
 * it was closed was served all the same.
 */
export function* session({ listener, serve, fixture, counts, random, left }: SessionOptions): Steps<void> {
  let connection: Connection;
  try {
    connection = yield* accept(listener);
  } catch (error) {
    if (!counts.isClosing) {
      counts.refused();
      yield* sleep(ACCEPT_AGAIN_NS);
    }
    left?.();
    throw error;
  }
  counts.accepted();
  left?.();
  let failure: unknown;
  try {
    yield* serve(connection, fixture, nowNs, random);
  } catch (error) {
    failure = error ?? new Error('thrown without an error');
  }
  try {
    yield* close(connection);
  } catch {
    // The client may have reset it.
  }
  if (failure === undefined) counts.served();
  else counts.failed();
  if (failure !== undefined) throw failure;
}
