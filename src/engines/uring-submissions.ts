/**
 * The entries of io_uring that are under way: how one is filled in, and what belongs to it, by its user data
 * ("slot"), until it completes.
 */
import type { Operation } from '../operations.ts';
import type { Descriptor } from './descriptor.ts';
import type { Waiter } from './engine.ts';
import type { Libc } from './libc.ts';
import type { Registry } from './registry.ts';
import type { Ring } from './ring.ts';
import type { Shot, Shots } from './shots.ts';

const ASYNC_CANCEL = 14;
const FIXED_FILE = 1 << 8;
const HIGH = 2 ** 32;
export const NO_FILE: Descriptor = { fd: -1, target: 'no file' };

export interface Submissions {
  /** The waiter of each slot; `undefined` if there is none. */
  readonly waiters: readonly (Waiter | undefined)[];
  readonly operations: readonly Operation[];
  readonly descriptors: readonly Descriptor[];
  /** Those that complete again and again. */
  readonly repeating: readonly (Shot | undefined)[];
  readonly shots: Shots;
  /**
   * Fills in an entry (`struct io_uring_sqe`), and returns its index; the address and the offset are 64 bits
   * wide.
   */
  submit(
    waiter: Waiter | undefined,
    operation: Operation,
    opcode: number,
    descriptor: Descriptor,
    address: number,
    length: number,
    offset: number,
    flags: number,
    buffer?: number,
  ): number;
  slotOf(entry: number): number;
  /** Keeps the memory that the entry of the last submit points to, until it completes. */
  keep(entry: number, memory: unknown): void;
  /** Lets the entry of the last submit point to a time (`struct __kernel_timespec`). */
  setTime(entry: number, ns: number): void;
  /** Asks the kernel to give up what is under way there: it completes all the same, as cancelled. */
  cancel(operation: Operation, slot: number): void;
  /** It has completed, for the last time. */
  release(slot: number): void;
}

export function createSubmissions(libc: Libc, ring: Ring, registry: Registry): Submissions {
  const { entries } = ring;
  const waiters: (Waiter | undefined)[] = [];
  const operations: Operation[] = [];
  const descriptors: Descriptor[] = [];
  const memories: unknown[] = [];
  const repeating: (Shot | undefined)[] = [];
  const free: number[] = [];
  // A timeout's time is read when its entry is submitted: one place per entry.
  const times = new BigInt64Array(ring.size * 2);
  const timesAt = libc.addressOf(new Uint8Array(times.buffer));

  function submit(
    waiter: Waiter | undefined,
    operation: Operation,
    opcode: number,
    descriptor: Descriptor,
    address: number,
    length: number,
    offset: number,
    flags: number,
    buffer = -1,
  ): number {
    const slot = free.pop() ?? waiters.length;
    waiters[slot] = waiter;
    operations[slot] = operation;
    descriptors[slot] = descriptor;
    const file = descriptor.fd < 0 ? -1 : registry.filePlace(descriptor);
    const entry = ring.take();
    const word = entry * 16;
    entries[word] = file < 0 ? opcode : opcode | FIXED_FILE;
    entries[word + 1] = file < 0 ? descriptor.fd : file;
    entries[word + 2] = offset;
    entries[word + 3] = offset / HIGH;
    entries[word + 4] = address;
    entries[word + 5] = address / HIGH;
    entries[word + 6] = length;
    entries[word + 7] = flags;
    entries[word + 8] = slot;
    entries[word + 9] = 0;
    entries[word + 10] = buffer < 0 ? 0 : buffer;
    entries[word + 11] = 0;
    return entry;
  }
  const slotOf = (entry: number) => entries[entry * 16 + 8] as number;
  function cancel(operation: Operation, slot: number): void {
    submit(undefined, operation, ASYNC_CANCEL, NO_FILE, slot, 0, 0, 0);
  }

  return {
    waiters,
    operations,
    descriptors,
    repeating,
    submit,
    slotOf,
    cancel,
    keep(entry, memory) {
      memories[slotOf(entry)] = memory;
    },
    setTime(entry, ns) {
      times[entry * 2] = BigInt(Math.floor(ns / 1e9));
      times[entry * 2 + 1] = BigInt(Math.floor(ns % 1e9));
      const address = timesAt + entry * 16;
      entries[entry * 16 + 4] = address;
      entries[entry * 16 + 5] = address / HIGH;
    },
    release(slot) {
      repeating[slot] = undefined;
      waiters[slot] = undefined;
      memories[slot] = undefined;
      free.push(slot);
    },
    shots: {
      arm({ operation, opcode, descriptor, modifiers, flags, group }, shot) {
        const entry = submit(undefined, operation, opcode, descriptor, 0, 0, 0, flags, group);
        entries[entry * 16] = (entries[entry * 16] as number) | modifiers;
        repeating[slotOf(entry)] = shot;
        return slotOf(entry);
      },
      disarm(slot) {
        cancel(operations[slot] as Operation, slot);
      },
    },
  };
}
