/** Layer 4: looks at nothing, and forwards both ways until both sides have ended. */
import {
  both,
  type Connection,
  close,
  connect,
  OperationError,
  receive,
  receiveWithin,
  remote,
  type Steps,
  send,
  shutdown,
} from '../../operations.ts';
import type { Part } from '../http-line.ts';
import type { PeerAddress } from '../workload.ts';
import type { Balancer } from './balancer.ts';

const BUFFER_BYTES = 64 * 1024;
/** Of some models, whose timers count milliseconds. */
const SHORTEST_WAIT_NS = 1e6;

export interface TcpForwarding {
  readonly balancer: Balancer;
  readonly backEnds: readonly PeerAddress[];
  /** How long a back end may send nothing after the client has sent something; 0 has no limit. */
  readonly timeoutNs: number;
  readonly clock: () => number;
}

/** What is known of a conversation of which nobody reads a word. */
interface Conversation {
  /** The client has sent something, or ended, since the back end sent something. */
  isOwed: boolean;
  /** Since when that is awaited which is owed, nanoseconds of the clock. */
  askedNs: number;
  /** The client sends no more: until the back end has ended, too, its end is owed. */
  hasLeft: boolean;
  isLate: boolean;
}

/**
 * @throws OperationError if no back end can be connected to, and `ETIMEDOUT` if one is late; UnsupportedError
 * under a blocking model.
 */
export function* serveTcp(client: Connection, forwarding: TcpForwarding): Steps<void> {
  const { balancer, backEnds, clock } = forwarding;
  // A model that cannot do this is known before a back end is bothered.
  yield* both(nothing(), nothing());
  const address = yield* remote(client);
  const startNs = clock();
  const { backEnd, connection } = yield* connectToAny(balancer, backEnds, address);
  const conversation: Conversation = { isOwed: false, askedNs: startNs, hasLeft: false, isLate: false };
  let isFirst = true;
  const asked = () => {
    conversation.isOwed = true;
    conversation.askedNs = clock();
  };
  const answered = () => {
    if (isFirst) balancer.succeeded(backEnd, clock() - startNs);
    isFirst = false;
    if (conversation.hasLeft) asked();
    else conversation.isOwed = false;
  };
  const left = () => {
    conversation.hasLeft = true;
    asked();
  };
  const [up, down] = [Buffer.alloc(BUFFER_BYTES), Buffer.alloc(BUFFER_BYTES)];
  const inTime = { [Symbol.iterator]: () => receiveInTime(connection, down, conversation, forwarding) };
  const take = forwarding.timeoutNs === 0 ? receive(connection, down) : inTime;
  try {
    yield* both(
      forward({ buffer: up, take: receive(client, up), came: asked, ended: left }, connection),
      forward({ buffer: down, take, came: answered }, client),
    );
  } finally {
    if (conversation.isLate) balancer.failed(backEnd);
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
 * What a back end sends, as long as it is not late. A client that has asked for nothing may stay connected:
 * nobody owes it an answer. @throws OperationError `ETIMEDOUT` if it is.
 */
function* receiveInTime(
  connection: Connection,
  buffer: Uint8Array,
  conversation: Conversation,
  { timeoutNs, clock }: TcpForwarding,
): Steps<number> {
  for (let limitNs = timeoutNs; ; ) {
    try {
      return yield* receiveWithin(limitNs, connection, buffer);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ETIMEDOUT') throw error;
      const leftNs = conversation.isOwed ? conversation.askedNs + timeoutNs - clock() : timeoutNs;
      conversation.isLate = leftNs <= 0;
      if (conversation.isLate) throw error;
      limitNs = Math.max(SHORTEST_WAIT_NS, leftNs);
    }
  }
}

/** From one of two sides. */
interface Half {
  readonly buffer: Uint8Array;
  readonly take: Part<number>;
  /** Called when something has come. */
  came(): void;
  /** Called when nothing more will come. */
  ended?(): void;
}

/** Passes on what comes until its end, which is passed on, too: the other half goes on. */
function* forward({ buffer, take, came, ended }: Half, to: Connection): Steps<void> {
  for (let bytes = yield* take; bytes > 0; bytes = yield* take) {
    came();
    yield* send(to, buffer, 0, bytes);
  }
  ended?.();
  try {
    yield* shutdown(to);
  } catch (error) {
    // It has gone altogether: there is nobody left to be notified.
    if ((error as { code?: unknown }).code !== 'ENOTCONN') throw error;
  }
}
