/**
 * Accepting by one entry per listener, which completes with every connection
 * (io_uring_prep_multishot_accept(3), Linux 5.19).
 */
import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import { type Accept, type Connection, OperationError } from '../operations.ts';
import { type Complete, PENDING, type Waiter } from './engine.ts';
import type { Libc } from './libc.ts';
import { acceptedBy, type ListeningDescriptor, listeningOf, notListening } from './listening-socket.ts';
import { hasMore, type Shots } from './shots.ts';
import { resetSocket, SOCK_CLOEXEC } from './stream-socket.ts';

const ACCEPT = 13;
/** IORING_ACCEPT_MULTISHOT, a flag in `ioprio`. */
const ACCEPT_MULTISHOT = 1 << 16;
const { EINVAL, EINTR } = os.constants.errno;

export interface MultishotAccept {
  /** The connection that came first, or PENDING. @throws OperationError EINVAL if nobody listens any more. */
  accept(operation: Accept, waiter: Waiter): Connection | typeof PENDING;
  /** The waiter is served no more; a connection goes to the next one. */
  leave(operation: Accept, waiter: Waiter): void;
  /** The listener is about to be shut down or closed: connections that nobody has accepted are reset. */
  stop(listening: ListeningDescriptor): void;
}

/** Who waits for connections, or the connections that wait: one of the two is always empty. */
interface Line {
  readonly listening: ListeningDescriptor;
  readonly waiting: Waiter[];
  readonly arrived: number[];
  isArmed: boolean;
  isStopped: boolean;
}

export function multishotAccept(libc: Libc, shots: Shots, complete: Complete): MultishotAccept {
  // Beside the listener, which is plain data.
  const lines = new WeakMap<ListeningDescriptor, Line>();

  function lineOf(listening: ListeningDescriptor): Line {
    const known = lines.get(listening);
    if (known) return known;
    const line: Line = { listening, waiting: [], arrived: [], isArmed: false, isStopped: false };
    lines.set(listening, line);
    return line;
  }
  function arm(line: Line, operation: Accept): void {
    line.isArmed = true;
    const entry = { opcode: ACCEPT, modifiers: ACCEPT_MULTISHOT, flags: SOCK_CLOEXEC, group: -1 };
    shots.arm({ ...entry, operation, descriptor: line.listening }, (result, flags) => {
      if (!hasMore(flags)) line.isArmed = false;
      if (result >= 0) arrive(line, result);
      else if (result === -EINVAL) stop(line);
      else if (result !== -EINTR) fail(line, result);
      if (line.isArmed) return;
      if (line.isStopped) while (line.waiting.length > 0) fail(line, -EINVAL);
      // After an error that nobody waits for, the next accept finds out by itself whether it persists.
      else if (line.waiting.length > 0 || result >= 0) arm(line, operation);
    });
  }
  function arrive({ waiting, arrived, listening, isStopped }: Line, fd: number): void {
    if (isStopped) return resetSocket(libc, fd);
    const first = waiting.shift();
    if (first) complete(first, null, connectionOf(listening, fd));
    else arrived.push(fd);
  }
  function fail({ waiting, listening }: Line, result: number): void {
    const first = waiting.shift();
    if (first) complete(first, new OperationError('accept', getSystemErrorName(result), listening.target));
  }
  function stop(line: Line): void {
    line.isStopped = true;
    for (const fd of line.arrived.splice(0)) resetSocket(libc, fd);
  }

  return {
    accept(operation, waiter) {
      const line = lineOf(listeningOf(operation.listener));
      if (line.isStopped) throw notListening(line.listening.target);
      const fd = line.arrived.shift();
      if (fd !== undefined) return connectionOf(line.listening, fd);
      line.waiting.push(waiter);
      if (!line.isArmed) arm(line, operation);
      return PENDING;
    },
    leave({ listener }, waiter) {
      const { waiting } = lineOf(listeningOf(listener));
      const place = waiting.indexOf(waiter);
      if (place >= 0) waiting.splice(place, 1);
    },
    stop: (listening) => stop(lineOf(listening)),
  };
}

const connectionOf = ({ target }: ListeningDescriptor, fd: number): Connection =>
  ({ fd, target: acceptedBy(target), isSocket: true }) as unknown as Connection;
