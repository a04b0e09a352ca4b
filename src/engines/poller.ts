/** A poller: watches many descriptors at once, and returns those that are ready. */
import type { Waiter } from './engine.ts';
import type { NonblockingDescriptor, Waiting } from './nonblocking.ts';

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

/** A watched descriptor, and its waiter. */
export interface Watched {
  readonly descriptor: NonblockingDescriptor;
  waiter: Waiter | undefined;
}
