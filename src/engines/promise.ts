/**
 * The promise engine: every operation returns its own promise. Files by `fs/promises`, timers by
 * `timers/promises`.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, File, Listener, Operation, OperationKind } from '../operations.ts';
import { compute } from './compute.ts';
import { openFlags, operationError } from './descriptor.ts';
import type { Engine, Waiter } from './engine.ts';
import { connectNode, type Done, nodeConnectionOf, receiveThen } from './node-connection.ts';
import { cancelNode, isNodes, NodeListener, shutDownNode } from './node-listener.ts';
import { uncache } from './uncache.ts';

/** An engine whose operations are awaited, not reported to a waiter. */
export type PromiseEngine = {
  readonly [Kind in Exclude<OperationKind, 'both'>]: (
    operation: Extract<Operation, { kind: Kind }>,
    waiter: Waiter,
  ) => unknown;
} & Pick<Engine, 'cancel'>;

interface OpenFile {
  readonly handle: FileHandle;
  readonly target: string;
}
const openFileOf = (file: File): OpenFile => file as unknown as OpenFile;

export const promise: PromiseEngine = {
  async open({ path, options }) {
    const handle = await named('open', path, open(path, openFlags(options)));
    return { handle, target: path };
  },
  async close({ target }) {
    if (isNodes(target)) await promised<void>((done) => target.close(done));
    else await openFileOf(target as File).handle.close();
  },
  async read({ file, buffer, offset, length, position }) {
    const { handle, target } = openFileOf(file);
    const { bytesRead } = await named('read', target, handle.read(buffer, offset, length, position));
    return bytesRead;
  },
  async write({ file, buffer, offset, length, position }) {
    const { handle, target } = openFileOf(file);
    const { bytesWritten } = await named('write', target, handle.write(buffer, offset, length, position));
    return bytesWritten;
  },
  fsync: ({ file }) => named('fsync', openFileOf(file).target, openFileOf(file).handle.sync()),
  connect: (operation) => promised<Connection>((done) => connectNode(operation, done)),
  listen: (operation) => promised<Listener>((done) => NodeListener.listen(operation, done)),
  accept: ({ listener }, waiter) =>
    promised<Connection>((done) => NodeListener.of(listener).accept(waiter, done)),
  shutdown: ({ target }) => promised<void>((done) => shutDownNode(target, done)),
  send: (operation) =>
    promised<number>((done) => nodeConnectionOf(operation.connection).send(operation, done)),
  receive: (operation) => promised<number>((done) => receiveThen(operation, done)),
  sleep: ({ durationNs }) => sleep(durationNs / 1e6),
  uncache(operation) {
    const { handle, target } = openFileOf(operation.file);
    uncache(handle.fd, target, operation);
  },
  peek: ({ connection }) => nodeConnectionOf(connection).peek(),
  remote: ({ connection }) => nodeConnectionOf(connection).remote(),
  // A socket of Node's is watched from the moment it is connected.
  watch() {},
  compute,
  cancel: cancelNode,
};

/** Node has no promises for sockets: the callback becomes one. */
function promised<Value>(ask: (done: Done<Value>) => void): Promise<Value> {
  return new Promise((resolve, reject) =>
    ask((error, value) => (error ? reject(error) : resolve(value as Value))),
  );
}

async function named<Value>(
  operation: OperationKind,
  target: string,
  result: Promise<Value>,
): Promise<Value> {
  try {
    return await result;
  } catch (error) {
    throw operationError(operation, target, error);
  }
}
