/** The blocking engine: every call blocks the thread until the operation is done. */
import { type Connection, UnsupportedError } from '../operations.ts';
import { compute } from './compute.ts';
import { descriptorOf } from './descriptor.ts';
import type { Engine } from './engine.ts';
import { isInterrupted, type Libc, lastError, requireLibc } from './libc.ts';
import {
  acceptBlocking,
  asListener,
  isListening,
  listeningOf,
  openListening,
  shutDown,
  stopListening,
} from './listening-socket.ts';
import { receiveByDeadline } from './receive-by-deadline.ts';
import { closeSocket, connectBlocking, peekAt, remoteOf, SEND_FLAGS } from './stream-socket.ts';
import { systemFiles } from './system-files.ts';

const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the thread: futex(2), by way of `Atomics.wait`. */
export function sleepBlocking(durationNs: number): void {
  if (durationNs > 0) Atomics.wait(neverNotified, 0, 0, durationNs / 1e6);
}

let libc: Libc;

export const blocking = {
  ...systemFiles,
  refusesBoth: 'a thread that blocks in one call cannot wait for another at the same time',
  connect(operation) {
    libc ??= requireLibc();
    return connectBlocking(libc, operation) as unknown as Connection;
  },
  listen(operation) {
    libc ??= requireLibc();
    return asListener(openListening(libc, operation, { nonblocking: false }));
  },
  accept({ listener }) {
    // Another thread may have made the listener.
    libc ??= requireLibc();
    return acceptBlocking(libc, listeningOf(listener)) as unknown as Connection;
  },
  shutdown({ target }) {
    libc ??= requireLibc();
    shutDown(libc, target);
  },
  close(operation) {
    const descriptor = descriptorOf(operation.target);
    if (!descriptor.isSocket) return systemFiles.close(operation);
    libc ??= requireLibc();
    if (isListening(descriptor)) stopListening(libc, descriptor);
    closeSocket(libc, descriptor);
  },
  send({ connection, buffer, offset, length }) {
    const { fd, target } = descriptorOf(connection);
    const address = libc.addressOf(buffer) + offset;
    for (let sent = 0; sent < length; ) {
      const bytes = libc.send(fd, address + sent, length - sent, SEND_FLAGS);
      if (bytes >= 0) sent += bytes;
      else if (!isInterrupted(libc)) throw lastError(libc, 'send', target);
    }
    return length;
  },
  receive(operation) {
    if (operation.withinNs !== Number.POSITIVE_INFINITY) return receiveByDeadline(libc, operation);
    const { connection, buffer, offset, length } = operation;
    const { fd, target } = descriptorOf(connection);
    const address = libc.addressOf(buffer) + offset;
    for (;;) {
      const bytes = libc.recv(fd, address, length, 0);
      if (bytes >= 0) return bytes;
      if (!isInterrupted(libc)) throw lastError(libc, 'receive', target);
    }
  },
  peek: ({ connection }) => peekAt(libc, descriptorOf(connection).fd),
  remote: ({ connection }) => remoteOf(libc, descriptorOf(connection)),
  watch() {
    throw new UnsupportedError(
      'a blocking call waits for one connection: a thread that watched an idle one would block for ever',
    );
  },
  sleep: ({ durationNs }) => sleepBlocking(durationNs),
  compute,
} satisfies Engine;
