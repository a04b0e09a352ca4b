/**
 * The callback engine: every operation is submitted, and its own callback receives the result. Files run on
 * libuv's helper threads, sockets in its loop.
 */
import fs from 'node:fs';
import { compute } from './compute.ts';
import { asFile, descriptorOf, openFlags, operationError } from './descriptor.ts';
import { type Complete, type Engine, PENDING } from './engine.ts';
import { nodeConnectionOf, receiveThen } from './node-connection.ts';
import { cancelNode, isNodes } from './node-listener.ts';
import { nodeSockets } from './node-sockets.ts';
import { uncache } from './uncache.ts';

export function callback(complete: Complete): Engine {
  return {
    open({ path, options }, waiter) {
      fs.open(path, openFlags(options), (error, fd) =>
        error
          ? complete(waiter, operationError('open', path, error))
          : complete(waiter, null, asFile({ fd, target: path })),
      );
      return PENDING;
    },
    close({ target }, waiter) {
      if (isNodes(target)) target.close((error) => complete(waiter, error));
      else
        fs.close(descriptorOf(target).fd, (error) =>
          complete(waiter, error && operationError('close', descriptorOf(target).target, error)),
        );
      return PENDING;
    },
    read({ file, buffer, offset, length, position }, waiter) {
      const { fd, target } = descriptorOf(file);
      fs.read(fd, buffer, offset, length, position, (error, bytes) =>
        complete(waiter, error && operationError('read', target, error), bytes),
      );
      return PENDING;
    },
    write({ file, buffer, offset, length, position }, waiter) {
      const { fd, target } = descriptorOf(file);
      fs.write(fd, buffer, offset, length, position, (error, bytes) =>
        complete(waiter, error && operationError('write', target, error), bytes),
      );
      return PENDING;
    },
    fsync({ file }, waiter) {
      const { fd, target } = descriptorOf(file);
      fs.fsync(fd, (error) => complete(waiter, error && operationError('fsync', target, error)));
      return PENDING;
    },
    ...nodeSockets(complete),
    send(operation, waiter) {
      nodeConnectionOf(operation.connection).send(operation, (error, bytes) =>
        complete(waiter, error, bytes),
      );
      return PENDING;
    },
    receive(operation, waiter) {
      receiveThen(operation, (error, bytes) => complete(waiter, error, bytes));
      return PENDING;
    },
    sleep({ durationNs }, waiter) {
      setTimeout(complete, durationNs / 1e6, waiter, null);
      return PENDING;
    },
    uncache(operation) {
      const { fd, target } = descriptorOf(operation.file);
      uncache(fd, target, operation);
    },
    peek: ({ connection }) => nodeConnectionOf(connection).peek(),
    remote: ({ connection }) => nodeConnectionOf(connection).remote(),
    // A socket of Node's is watched from the moment it is connected.
    watch() {},
    compute,
    cancel: cancelNode,
  };
}
