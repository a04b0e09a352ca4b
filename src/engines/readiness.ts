/**
 * Readiness, by Node's own loop: the loop reports which socket has data, and the waiting request takes it, at
 * once and without waiting (libuv has received it by then, into its own memory). Regular files are always
 * ready, so they are read in place.
 */
import { compute } from './compute.ts';
import { type Complete, type Engine, PENDING, type Waiter } from './engine.ts';
import { filesInPlace } from './files.ts';
import { nodeConnectionOf } from './node-connection.ts';
import { cancelNode, isNodes } from './node-listener.ts';
import { nodeSockets } from './node-sockets.ts';

/** Called with a waiter whose operation can be performed now. */
export type Ready = (waiter: Waiter) => void;

export function readiness(ready: Ready, complete: Complete): Engine {
  return {
    ...filesInPlace,
    ...nodeSockets(complete),
    send: (operation, waiter) =>
      nodeConnectionOf(operation.connection).sendInPlace(operation, (error, bytes) =>
        complete(waiter, error, bytes),
      ),
    receive: (operation, waiter) =>
      nodeConnectionOf(operation.connection).receive(operation, () => ready(waiter)),
    close(operation, waiter) {
      const { target } = operation;
      if (!isNodes(target)) return filesInPlace.close(operation);
      target.close((error) => complete(waiter, error));
      return PENDING;
    },
    sleep({ durationNs }, waiter) {
      setTimeout(complete, durationNs / 1e6, waiter, null);
      return PENDING;
    },
    peek: ({ connection }) => nodeConnectionOf(connection).peek(),
    remote: ({ connection }) => nodeConnectionOf(connection).remote(),
    // A socket of Node's is watched from the moment it is connected.
    watch() {},
    compute,
    cancel: cancelNode,
  };
}
