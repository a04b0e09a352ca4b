/**
 * The vocabulary of operations: one I/O step each. A workload yields them (`const bytes = yield* read(...)`),
 * an engine performs them.
 *
 * Each operation is iterable and yields itself once, so that `yield*` gives its result the right type without
 * a generator for every step.
 */

import { counters, IN, OUT } from './operations/counters.ts';

export { countMovedBytesIn, readConnectionsMade, readMovedBytes } from './operations/counters.ts';

/** An open file, opaque to all but the engine that opened it. */
export interface File {
  readonly handle: 'file';
}
/** A connected stream socket, opaque to all but the engine that connected or accepted it. */
export interface Connection {
  readonly handle: 'connection';
}
/** A listening stream socket, opaque to all but the engine that made it. */
export interface Listener {
  readonly handle: 'listener';
  /** The port that it is bound to: the system's choice, if 0 was requested. */
  readonly port: number;
}

/**
 * What has arrived on a connection and was not received: nothing; bytes; or its end (the peer has closed or
 * reset it).
 */
export type Peeked = 'nothing' | 'bytes' | 'end';

/** How a file is opened. `direct` goes past the page cache (`O_DIRECT`; Linux). */
export interface OpenOptions {
  readonly access: 'read' | 'write' | 'read-write';
  readonly direct?: boolean;
}

/** How a server listens. */
export interface ListenOptions {
  /** The most connections that wait to be accepted (listen(2)); the system may allow fewer. */
  readonly backlog?: number;
  /**
   * Other sockets may listen on the same port, in this process or another of the same user; the kernel
   * divides the connections among them (socket(7), SO_REUSEPORT; Linux).
   */
  readonly reusePort?: boolean;
}

/**
 * An iterator of one step, which is its own result: a request allocates nothing but its operations. Here and
 * below fields are assigned, not defined: V8 takes 40 ns longer to make an object whose fields are.
 */
abstract class Step<Value> {
  /** As an iterator's result. */
  declare done: boolean;
  declare value: unknown;

  constructor() {
    this.done = true;
    this.value = undefined;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(value?: Value): IteratorResult<this, Value> {
    this.done = !this.done;
    this.value = this.done ? value : this;
    return this as unknown as IteratorResult<this, Value>;
  }

  throw(error: unknown): IteratorResult<this, Value> {
    this.done = true;
    throw error;
  }

  /** The request is given up while it waits: the operation can still be asked for again. */
  return(value: Value): IteratorResult<this, Value> {
    this.done = true;
    return { done: true, value };
  }
}

/** A step whose result is the number of bytes that came in. */
abstract class Inward extends Step<number> {
  override next(value?: number): IteratorResult<this, number> {
    if (!this.done) counters.moved[IN] = (counters.moved[IN] as number) + (value as number);
    return super.next(value);
  }
}

/** A step whose result is the number of bytes that went out. */
abstract class Outward extends Step<number> {
  override next(value?: number): IteratorResult<this, number> {
    if (!this.done) counters.moved[OUT] = (counters.moved[OUT] as number) + (value as number);
    return super.next(value);
  }
}

class Open extends Step<File> {
  declare readonly kind: 'open';
  declare readonly path: string;
  declare readonly options: OpenOptions;
  constructor(path: string, options: OpenOptions) {
    super();
    this.kind = 'open';
    this.path = path;
    this.options = options;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.open(this, waiter);
  }
}

class Close extends Step<void> {
  declare readonly kind: 'close';
  declare readonly target: File | Connection | Listener;
  constructor(target: File | Connection | Listener) {
    super();
    this.kind = 'close';
    this.target = target;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.close(this, waiter);
  }
}

class Read extends Inward {
  declare readonly kind: 'read';
  declare readonly file: File;
  declare readonly buffer: Uint8Array;
  declare readonly position: number;
  declare readonly offset: number;
  declare readonly length: number;
  constructor(file: File, buffer: Uint8Array, position: number, offset: number, length: number) {
    super();
    this.kind = 'read';
    this.file = file;
    this.buffer = buffer;
    this.position = position;
    this.offset = offset;
    this.length = length;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.read(this, waiter);
  }
}

class Write extends Outward {
  declare readonly kind: 'write';
  declare readonly file: File;
  declare readonly buffer: Uint8Array;
  declare readonly position: number;
  declare readonly offset: number;
  declare readonly length: number;
  constructor(file: File, buffer: Uint8Array, position: number, offset: number, length: number) {
    super();
    this.kind = 'write';
    this.file = file;
    this.buffer = buffer;
    this.position = position;
    this.offset = offset;
    this.length = length;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.write(this, waiter);
  }
}

class Fsync extends Step<void> {
  declare readonly kind: 'fsync';
  declare readonly file: File;
  constructor(file: File) {
    super();
    this.kind = 'fsync';
    this.file = file;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.fsync(this, waiter);
  }
}

class Connect extends Step<Connection> {
  declare readonly kind: 'connect';
  declare readonly host: string;
  declare readonly port: number;
  constructor(host: string, port: number) {
    super();
    this.kind = 'connect';
    this.host = host;
    this.port = port;
  }
  override next(value?: Connection): IteratorResult<this, Connection> {
    if (!this.done) counters.connections++;
    return super.next(value);
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.connect(this, waiter);
  }
}

class Listen extends Step<Listener> {
  declare readonly kind: 'listen';
  declare readonly host: string;
  declare readonly port: number;
  declare readonly backlog: number;
  declare readonly reusePort: boolean;
  constructor(host: string, port: number, backlog: number, reusePort: boolean) {
    super();
    this.kind = 'listen';
    this.host = host;
    this.port = port;
    this.backlog = backlog;
    this.reusePort = reusePort;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.listen(this, waiter);
  }
}

class Accept extends Step<Connection> {
  declare readonly kind: 'accept';
  declare readonly listener: Listener;
  constructor(listener: Listener) {
    super();
    this.kind = 'accept';
    this.listener = listener;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.accept(this, waiter);
  }
}

class Shutdown extends Step<void> {
  declare readonly kind: 'shutdown';
  declare readonly target: Connection | Listener;
  constructor(target: Connection | Listener) {
    super();
    this.kind = 'shutdown';
    this.target = target;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.shutdown(this, waiter);
  }
}

class Send extends Outward {
  declare readonly kind: 'send';
  declare readonly connection: Connection;
  declare readonly buffer: Uint8Array;
  declare readonly offset: number;
  declare readonly length: number;
  constructor(connection: Connection, buffer: Uint8Array, offset: number, length: number) {
    super();
    this.kind = 'send';
    this.connection = connection;
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.send(this, waiter);
  }
}

class Receive extends Inward {
  declare readonly kind: 'receive';
  declare readonly connection: Connection;
  declare readonly buffer: Uint8Array;
  declare readonly offset: number;
  declare readonly length: number;
  constructor(connection: Connection, buffer: Uint8Array, offset: number, length: number) {
    super();
    this.kind = 'receive';
    this.connection = connection;
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.receive(this, waiter);
  }
}

class Peek extends Step<Peeked> {
  declare readonly kind: 'peek';
  declare readonly connection: Connection;
  constructor(connection: Connection) {
    super();
    this.kind = 'peek';
    this.connection = connection;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.peek(this, waiter);
  }
}

class Sleep extends Step<void> {
  declare readonly kind: 'sleep';
  declare readonly durationNs: number;
  constructor(durationNs: number) {
    super();
    this.kind = 'sleep';
    this.durationNs = durationNs;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.sleep(this, waiter);
  }
}

class Compute extends Step<void> {
  declare readonly kind: 'compute';
  declare readonly bytes: number;
  constructor(bytes: number) {
    super();
    this.kind = 'compute';
    this.bytes = bytes;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.compute(this, waiter);
  }
}

class Watch extends Step<void> {
  declare readonly kind: 'watch';
  declare readonly connection: Connection;
  constructor(connection: Connection) {
    super();
    this.kind = 'watch';
    this.connection = connection;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.watch(this, waiter);
  }
}

class Uncache extends Step<void> {
  declare readonly kind: 'uncache';
  declare readonly file: File;
  declare readonly position: number;
  declare readonly length: number;
  constructor(file: File, position: number, length: number) {
    super();
    this.kind = 'uncache';
    this.file = file;
    this.position = position;
    this.length = length;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.uncache(this, waiter);
  }
}

/** Whoever performs steps performs this one, too: an engine knows nothing of steps. */
export const BOTH: unique symbol = Symbol('both');

class Both<First = unknown, Second = unknown> extends Step<[First, Second]> {
  declare readonly kind: 'both';
  declare readonly first: Steps<First>;
  declare readonly second: Steps<Second>;
  constructor(first: Steps<First>, second: Steps<Second>) {
    super();
    this.kind = 'both';
    this.first = first;
    this.second = second;
  }
  /** @throws UnsupportedError under an engine that waits for one thing at a time. */
  performBy(engine: Engine): unknown {
    if (engine.refusesBoth) throw new UnsupportedError(engine.refusesBoth);
    return BOTH;
  }
}

export type {
  Accept,
  Both,
  Close,
  Compute,
  Connect,
  Fsync,
  Listen,
  Open,
  Peek,
  Read,
  Receive,
  Send,
  Shutdown,
  Sleep,
  Uncache,
  Watch,
  Write,
};
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

/** Opens a file that exists. */
export const open = (path: string, options: OpenOptions | OpenOptions['access'] = 'read'): Open =>
  new Open(path, typeof options === 'string' ? { access: options } : options);

/**
 * Closes a file, a connection or a listener. Connections that nobody has accepted are reset; an `accept` that
 * waits fails as after `shutdown`. Where other threads wait in `accept`, shut the listener down first, and
 * close it when they have returned: until then its number may not be given to another socket.
 */
export const close = (target: File | Connection | Listener): Close => new Close(target);

/**
 * Reads up to `length` bytes at `position` of the file; the result is the bytes read, 0 at the end of the
 * file.
 */
export const read = (
  file: File,
  buffer: Uint8Array,
  position: number,
  offset = 0,
  length: number = buffer.length - offset,
): Read => new Read(file, buffer, position, offset, length);

/** Writes `length` bytes at `position` of the file; the result is the bytes written. */
export const write = (
  file: File,
  buffer: Uint8Array,
  position: number,
  offset = 0,
  length: number = buffer.length - offset,
): Write => new Write(file, buffer, position, offset, length);

/** Returns when all data that was written to the file is on the disk (fsync(2)). */
export const fsync = (file: File): Fsync => new Fsync(file);

/**
 * Connects a TCP stream, without Nagle's delay. `host` is a numeric IPv4 or IPv6 address: names are looked up
 * in `prepare`.
 */
export const connect = (host: string, port: number): Connect => new Connect(host, port);

const LARGEST_PORT = 65_535;
const USUAL_BACKLOG = 1024;

/**
 * Listens for TCP connections (bind(2), listen(2)), on a port that a server may just have left (socket(7),
 * SO_REUSEADDR). `host` is a numeric IPv4 or IPv6 address of this machine; with port 0 the system chooses one,
 * which is the result's `port`.
 * @throws RangeError if the port or the backlog is not a whole number in its range, under every model alike.
 * @throws OperationError EADDRINUSE, EADDRNOTAVAIL, EACCES (a privileged port), EINVAL (no numeric address).
 * @throws UnsupportedError for `reusePort` on systems without it, and if the C library cannot be called.
 */
export function listen(host: string, port: number, options: ListenOptions = {}): Listen {
  const { backlog = USUAL_BACKLOG, reusePort = false } = options;
  if (!(Number.isInteger(port) && port >= 0 && port <= LARGEST_PORT))
    throw new RangeError(`listen on ${port}: a port is a whole number from 0 to ${LARGEST_PORT}`);
  if (!(Number.isInteger(backlog) && backlog >= 1 && backlog < 2 ** 31))
    throw new RangeError(`listen with a backlog of ${backlog}: it is a whole number from 1 to 2^31 - 1`);
  return new Listen(host, port, backlog, reusePort);
}

/**
 * Waits for the next connection to a listener; the result is the connection, without Nagle's delay, and closed
 * on exec (accept(2)). Several may wait at once, and are served in their order (in several threads: in the
 * kernel's).
 * @throws OperationError EINVAL if the listener is shut down or closed, before or meanwhile. After EMFILE,
 * ENFILE or ECONNABORTED it can be accepted on again.
 */
export const accept = (listener: Listener): Accept => new Accept(listener);

/**
 * Ends the sending half of a connection: the peer receives what was sent, and then 0, and can still be
 * received from (shutdown(2), SHUT_WR). A listener stops listening: whoever waits in `accept`, in this thread
 * or another, gets an error (EINVAL). Both still have to be closed.
 */
export const shutdown = (target: Connection | Listener): Shutdown => new Shutdown(target);

/**
 * Two sequences of steps at once, inside one request: each goes on while the other waits. The result is both
 * results, when both have ended. If one fails, the other is closed where it waits (its `finally` runs, to its
 * end), and the first error is thrown; a connection that was being received from or sent to by then is good
 * for nothing but to be closed.
 * @throws UnsupportedError under a blocking model, which waits for one thing at a time.
 */
export const both = <First, Second>(first: Steps<First>, second: Steps<Second>): Both<First, Second> =>
  new Both(first, second);

/** Sends the whole of `length` bytes; the result is `length`. It ends when the system has taken them all. */
export const send = (
  connection: Connection,
  buffer: Uint8Array,
  offset = 0,
  length: number = buffer.length - offset,
): Send => new Send(connection, buffer, offset, length);

/**
 * Receives at least one byte and at most `length`; the result is the number of bytes, 0 when the peer has
 * closed.
 */
export const receive = (
  connection: Connection,
  buffer: Uint8Array,
  offset = 0,
  length: number = buffer.length - offset,
): Receive => new Receive(connection, buffer, offset, length);

/**
 * Node's timers fire at once if they are set further ahead: a longer sleep would end early under some models,
 * and never under others.
 */
const LONGEST_SLEEP_NS = (2 ** 31 - 1) * 1e6;

/**
 * Checks what has arrived on a connection, without waiting and without taking it: bytes before a request is
 * sent cannot be its answer. A model that waits for many connections at once knows what the last wait
 * reported, and does not ask the system again.
 */
export const peek = (connection: Connection): Peek => new Peek(connection);

/**
 * Lets time pass without using a CPU.
 * @throws RangeError if the duration is not a number of nanoseconds from 0 to 2^31 - 1 milliseconds (24
 * days), under every model alike.
 */
export function sleep(durationNs: number): Sleep {
  if (!(durationNs >= 0 && durationNs <= LONGEST_SLEEP_NS)) {
    throw new RangeError(
      `sleep(${durationNs}): a duration is a number of nanoseconds from 0 to ${LONGEST_SLEEP_NS} (24 days)`,
    );
  }
  return new Sleep(durationNs);
}

/** Keeps the CPU busy with a fixed amount of work, however long that takes: `bytes` of input to SHA-256. */
export const compute = (bytes: number): Compute => new Compute(bytes);

/**
 * Watches an open, idle connection beside the requests, and returns at once. For `*background`, to measure a
 * model with idle connections: their cost is the work that the model does to be notified of them.
 * @throws UnsupportedError under a blocking model, which waits for one connection.
 */
export const watch = (connection: Connection): Watch => new Watch(connection);

/**
 * Drops this part of the file from the page cache, so that the next read goes to the disk (posix_fadvise(2),
 * DONTNEED; Linux).
 * @throws UnsupportedError on other systems, and if the C library cannot be called.
 */
export const uncache = (file: File, position: number, length: number): Uncache =>
  new Uncache(file, position, length);

/**
 * Thrown if an engine cannot do something by its nature, or a workload on this system: a cell whose `prepare`
 * or whose every request throws it is `unsupported`, with this sentence, and not failed.
 */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}

/** A failed operation: the system's code (`ECONNREFUSED`), the operation, and its target. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: string;
  readonly operation: OperationKind;
  readonly target: string;
  constructor(operation: OperationKind, code: string, target: string, cause?: unknown) {
    super(`${code}: ${operation} ${target}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.operation = operation;
    this.target = target;
  }
}
