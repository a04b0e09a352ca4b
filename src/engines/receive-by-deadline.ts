/** A receive that blocks, but not for longer than it may: poll(2) waits, recv(2) receives. */
import os from 'node:os';
import type { Receive } from '../operations.ts';
import { descriptorOf } from './descriptor.ts';
import { isInterrupted, type Libc, lastError } from './libc.ts';
import { READABLE, timespec } from './poller.ts';
import { MSG_DONTWAIT } from './stream-socket.ts';
import { timedOut } from './timers.ts';

/** `struct pollfd { int fd; short events; short revents; }` and `struct timespec`, one for all of a thread. */
const watched = new Int32Array(2);
const time = new BigInt64Array(2);

/** @throws OperationError `ETIMEDOUT`, or the system's code. */
export function receiveByDeadline(libc: Libc, operation: Receive): number {
  const { connection, buffer, offset, length, withinNs } = operation;
  const { fd, target } = descriptorOf(connection);
  const address = libc.addressOf(buffer) + offset;
  const endNs = performance.now() * 1e6 + withinNs;
  for (;;) {
    // What is ready may be a datagram that turns out to be damaged: to wait for another would have no limit.
    const bytes = libc.recv(fd, address, length, MSG_DONTWAIT);
    if (bytes >= 0) return bytes;
    if (libc.errno() === os.constants.errno.EAGAIN) {
      const leftNs = endNs - performance.now() * 1e6;
      if (leftNs <= 0) throw timedOut(target);
      waitUntilReadable(libc, fd, target, leftNs);
    } else if (!isInterrupted(libc)) throw lastError(libc, 'receive', target);
  }
}

function waitUntilReadable(libc: Libc, fd: number, target: string, withinNs: number): void {
  watched[0] = fd;
  watched[1] = READABLE;
  const at = libc.addressOf(watchedBytes);
  const ready = libc.ppoll
    ? libc.ppoll(at, 1, timespec(time, libc.addressOf(timeBytes))(withinNs), 0)
    : libc.poll(at, 1, Math.ceil(withinNs / 1e6));
  if (ready < 0 && !isInterrupted(libc)) throw lastError(libc, 'receive', target);
}

const watchedBytes = new Uint8Array(watched.buffer);
const timeBytes = new Uint8Array(time.buffer);
