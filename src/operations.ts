/**
 * The vocabulary of operations: one I/O step each. A workload yields them (`const bytes = yield* read(...)`),
 * an engine performs them.
 *
 * Each operation is iterable and yields itself once, so that `yield*` gives its result the right type without
 * a generator for every step.
 */

import type { Both } from './operations/both.ts';
import type { Close } from './operations/close.ts';
import type { Accept, Connect, Listen } from './operations/connecting.ts';
import type { Fsync, Open, Read, Uncache, Write } from './operations/files.ts';
import type { Peek, Receive, Remote, Send, Shutdown, Watch } from './operations/sockets.ts';
import type { Compute, Sleep } from './operations/time.ts';

export { BOTH, type Both, both } from './operations/both.ts';
export { type Close, close } from './operations/close.ts';
export {
  type Accept,
  accept,
  type Connect,
  type ConnectOptions,
  connect,
  type Listen,
  type Listener,
  type ListenOptions,
  listen,
  type Transport,
} from './operations/connecting.ts';
export { countMovedBytesIn, readConnectionsMade, readMovedBytes } from './operations/counters.ts';
export { OperationError, UnsupportedError } from './operations/errors.ts';
export {
  type File,
  type Fsync,
  fsync,
  type Open,
  type OpenOptions,
  open,
  type Read,
  read,
  type Uncache,
  uncache,
  type Write,
  write,
} from './operations/files.ts';
export {
  type Connection,
  type Peek,
  type Peeked,
  peek,
  type Receive,
  type Remote,
  receive,
  receiveWithin,
  remote,
  type Send,
  type Shutdown,
  send,
  shutdown,
  type Watch,
  watch,
} from './operations/sockets.ts';
export { type Compute, compute, type Sleep, sleep } from './operations/time.ts';

export type Operation =
  | Open
  | Close
  | Read
  | Write
  | Fsync
  | Connect
  | Listen
  | Accept
  | Shutdown
  | Send
  | Receive
  | Peek
  | Remote
  | Sleep
  | Compute
  | Watch
  | Uncache
  | Both;
export type OperationKind = Operation['kind'];

/** The waiter of an operation. An engine keeps it and passes it back; it never looks inside. */
export type Waiter = object;

/** Performs operations: one function per kind. `engines/engine.ts` documents the results. */
export type Engine = {
  readonly [Kind in Exclude<OperationKind, 'both'>]: (
    operation: Extract<Operation, { kind: Kind }>,
    waiter: Waiter,
  ) => unknown;
} & {
  /** Why it cannot wait for two things at once, in a sentence; without it, it can. */
  readonly refusesBoth?: string;
  /**
   * The operation that this waiter waits for is given up, and its result, if one still comes, is dropped. For
   * engines where it would stand in the way of others.
   */
  readonly cancel?: (operation: Operation, waiter: Waiter) => void;
};

/**
 * A request (or a part of one) as steps: the result of a workload's generators. `yield*` types the value that
 * is sent to each step; as a whole they take `any`, so that one generator can `yield*` another, whatever
 * operations are in it.
 */
// biome-ignore lint/suspicious/noExplicitAny: `never`, the only type that every step takes, cannot be sent by a generator that has no annotation
export type Steps<Result = unknown> = Generator<Operation, Result, any>;
