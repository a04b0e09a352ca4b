/** A poller: watches many descriptors at once, and returns those that are ready. */
import type { Waiter } from './engine.ts';
import type { Interest, NonblockingDescriptor, Waiting } from './nonblocking.ts';

export interface Poller extends Waiting {
  /** Waits until a descriptor is ready or the time is over; returns the waiters of ready ones. */
  wait(timeoutNs: number): Iterable<Waiter>;
  close(): void;
}

/** `struct timespec`, reused: the address of a timeout, or 0 for none. */
export function timespec(memory: BigInt64Array, address: number): (timeoutNs: number) => number {
  return (timeoutNs) => {
    if (timeoutNs === Number.POSITIVE_INFINITY) return 0;
    const wholeNs = Math.ceil(timeoutNs);
    memory[0] = BigInt(Math.floor(wholeNs / 1e9));
    memory[1] = BigInt(wholeNs % 1e9);
    return address;
  };
}

/** POLLIN and EPOLLIN are the same bit, and so are the two others. */
export const READABLE = 0x1;
export const WRITABLE = 0x4;

/** A watched descriptor, and who waits for it: one to read, and one to write, at the same time. */
export interface Watched {
  readonly descriptor: NonblockingDescriptor;
  reader: Waiter | undefined;
  writer: Waiter | undefined;
}

/** Makes a waiter wait for one of the two. */
export function setWaiter(watched: Watched, interest: Interest, waiter: Waiter): void {
  if (interest === 'readable') watched.reader = waiter;
  else watched.writer = waiter;
}

/** What is waited for; data, if nobody waits. */
export const wantedOf = ({ reader, writer }: Watched): number =>
  writer ? (reader ? READABLE | WRITABLE : WRITABLE) : READABLE;

/**
 * What is watched after somebody was notified: data that arrives before the next wait has to be noticed, too,
 * and what waits to write goes on waiting.
 */
export const watchedNext = ({ writer }: Watched): number => (writer ? READABLE | WRITABLE : READABLE);

/**
 * Takes the waiters that events are for, and adds them to the ready ones; an error or a hang-up is for both.
 * @returns whether there was one.
 */
export function notify(watched: Watched, events: number, ready: Waiter[]): boolean {
  const { reader, writer } = watched;
  const isReaders = reader !== undefined && (events & ~WRITABLE) !== 0;
  const isWriters = writer !== undefined && (events & ~READABLE) !== 0;
  if (isReaders) {
    watched.reader = undefined;
    ready.push(reader);
  }
  if (isWriters) {
    watched.writer = undefined;
    ready.push(writer);
  }
  return isReaders || isWriters;
}
