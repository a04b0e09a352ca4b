/** How sockets of Node are made and ended, by the engines that its loop notifies of a completion. */
import { type Complete, type Engine, PENDING } from './engine.ts';
import { connectNode } from './node-connection.ts';
import { NodeListener, shutDownNode } from './node-listener.ts';

type Made = Pick<Engine, 'connect' | 'listen' | 'accept' | 'shutdown'>;

export const nodeSockets = (complete: Complete): Made => ({
  connect(operation, waiter) {
    connectNode(operation, (error, connection) => complete(waiter, error, connection));
    return PENDING;
  },
  listen(operation, waiter) {
    NodeListener.listen(operation, (error, listener) => complete(waiter, error, listener));
    return PENDING;
  },
  accept({ listener }, waiter) {
    NodeListener.of(listener).accept(waiter, (error, connection) => complete(waiter, error, connection));
    return PENDING;
  },
  shutdown({ target }, waiter) {
    shutDownNode(target, (error) => complete(waiter, error));
    return PENDING;
  },
});
