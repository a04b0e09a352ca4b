/** The io_uring engine: every operation is an entry in a ring; the kernel performs it, and puts the result into another ring. */
import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import { type Connection, OperationError, type OperationKind } from '../operations.ts';
import { compute } from './compute.ts';
import { asFile, type Descriptor, descriptorOf, openFlags } from './descriptor.ts';
import { type Complete, type Engine, PENDING, type Waiter } from './engine.ts';
import { requireLibc } from './libc.ts';
import { createRegistry } from './registry.ts';
import type { Ring } from './ring.ts';
import { openSocket, SEND_FLAGS, socketAddress } from './stream-socket.ts';
import { uncache } from './uncache.ts';

const OP = {
  fsync: 3,
  readFixed: 4,
  writeFixed: 5,
  pollAdd: 6,
  timeout: 11,
  connect: 16,
  openat: 18,
  close: 19,
  read: 22,
  write: 23,
  send: 26,
  recv: 27,
} as const;
const AT_FDCWD = -100;
const MSG_WAITALL = 0x100;
const { ETIME } = os.constants.errno;

/** What is to be done when an entry completes. */
interface Submitted {
  waiter: Waiter;
  operation: OperationKind;
  target: string;
  /** The operation's value, from the kernel's result. */
  value(result: number): unknown;
  /** What the entry points to: kept until then. */
  memory: unknown;
}

const POLLIN = 0x1;
const nobody: Waiter = {};

export interface IoUring extends Engine {
  /** Goes on with everything that has completed. */
  completeAll(): void;
}

const same = (result: number): number => result;
const nothing = (): undefined => undefined;

export function ioUring(ring: Ring, complete: Complete, registered: { buffers: boolean; files: boolean }): IoUring {
  const libc = requireLibc();
  const registry = createRegistry(libc, ring, registered);
  const submitted: Submitted[] = [];
  const free: number[] = [];
  // A timeout's time is read when its entry is handed over: one place an entry.
  const times = new BigInt64Array(ring.size * 2);
  const timesAt = libc.addressOf(new Uint8Array(times.buffer));

  /** Fills in an entry. `offset` and `address` are 64 bits wide. */
  function submit(opcode: number, fd: number, address: number, length: number, offset: number, flags: number, then: Submitted): number {
    const slot = free.pop() ?? submitted.length;
    submitted[slot] = then;
    const entry = ring.take();
    const { entries } = ring;
    const word = entry * 16;
    entries[word] = opcode;
    entries[word + 1] = fd;
    entries[word + 2] = offset;
    entries[word + 3] = offset / 2 ** 32;
    entries[word + 4] = address;
    entries[word + 5] = address / 2 ** 32;
    entries[word + 6] = length;
    entries[word + 7] = flags;
    entries[word + 8] = slot;
    return entry;
  }

  return {
    open({ path, options }, waiter) {
      const memory = Buffer.from(`${path}\0`);
      const value = (fd: number) => asFile({ fd, target: path });
      submit(OP.openat, AT_FDCWD, libc.addressOf(memory), 0, 0, openFlags(options), { waiter, operation: 'open', target: path, value, memory });
      return PENDING;
    },
    close({ target: handle }, waiter) {
      const { fd, target } = descriptorOf(handle);
      registry.forget(fd);
      submit(OP.close, fd, 0, 0, 0, 0, { waiter, operation: 'close', target, value: nothing, memory: undefined });
      return PENDING;
    },
    read({ file, buffer, offset, length, position }, waiter) {
      const { fd, target } = descriptorOf(file);
      const then: Submitted = { waiter, operation: 'read', target, value: same, memory: buffer };
      const place = registry.bufferIndex(buffer);
      const entry = submit(place < 0 ? OP.read : OP.readFixed, fd, libc.addressOf(buffer) + offset, length, position, 0, then);
      registry.use(entry, place, fd);
      return PENDING;
    },
    write({ file, buffer, offset, length, position }, waiter) {
      const { fd, target } = descriptorOf(file);
      const then: Submitted = { waiter, operation: 'write', target, value: same, memory: buffer };
      const place = registry.bufferIndex(buffer);
      const entry = submit(place < 0 ? OP.write : OP.writeFixed, fd, libc.addressOf(buffer) + offset, length, position, 0, then);
      registry.use(entry, place, fd);
      return PENDING;
    },
    fsync({ file }, waiter) {
      const { fd, target } = descriptorOf(file);
      submit(OP.fsync, fd, 0, 0, 0, 0, { waiter, operation: 'fsync', target, value: nothing, memory: undefined });
      return PENDING;
    },
    connect(operation, waiter) {
      const descriptor: Descriptor = openSocket(libc, operation, { nonblocking: false });
      const { address } = socketAddress(operation.host, operation.port);
      const value = () => descriptor as unknown as Connection;
      const then: Submitted = { waiter, operation: 'connect', target: descriptor.target, value, memory: address };
      submit(OP.connect, descriptor.fd, libc.addressOf(address), 0, address.length, 0, then);
      return PENDING;
    },
    send({ connection, buffer, offset, length }, waiter) {
      const { fd, target } = descriptorOf(connection);
      // The kernel itself goes on after a short send, until all is taken.
      const then: Submitted = { waiter, operation: 'send', target, value: same, memory: buffer };
      const entry = submit(OP.send, fd, libc.addressOf(buffer) + offset, length, 0, SEND_FLAGS | MSG_WAITALL, then);
      registry.use(entry, -1, fd);
      return PENDING;
    },
    receive({ connection, buffer, offset, length }, waiter) {
      const { fd, target } = descriptorOf(connection);
      const then: Submitted = { waiter, operation: 'receive', target, value: same, memory: buffer };
      const entry = submit(OP.recv, fd, libc.addressOf(buffer) + offset, length, 0, 0, then);
      registry.use(entry, -1, fd);
      return PENDING;
    },
    sleep({ durationNs }, waiter) {
      const entry = submit(OP.timeout, -1, 0, 1, 0, 0, { waiter, operation: 'sleep', target: 'timeout', value: nothing, memory: times });
      times[entry * 2] = BigInt(Math.floor(durationNs / 1e9));
      times[entry * 2 + 1] = BigInt(Math.floor(durationNs % 1e9));
      const address = timesAt + entry * 16;
      ring.entries[entry * 16 + 4] = address;
      ring.entries[entry * 16 + 5] = address / 2 ** 32;
      return PENDING;
    },
    watch({ connection }) {
      const { fd, target } = descriptorOf(connection);
      submit(OP.pollAdd, fd, 0, 0, 0, POLLIN, { waiter: nobody, operation: 'watch', target, value: nothing, memory: undefined });
    },
    uncache(operation) {
      const { fd, target } = descriptorOf(operation.file);
      uncache(fd, target, operation);
    },
    compute,

    completeAll() {
      ring.complete((slot, result) => {
        const { waiter, operation, target, value } = submitted[slot] as Submitted;
        free.push(slot);
        if (waiter === nobody) return;
        if (result >= 0 || (operation === 'sleep' && result === -ETIME)) complete(waiter, null, value(result));
        else complete(waiter, new OperationError(operation, getSystemErrorName(result), target));
      });
    },
  };
}
