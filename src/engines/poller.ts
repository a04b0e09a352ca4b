/** A poller: watches many descriptors at once, and says which of them are ready. */
import type { Waiter } from './engine.ts';
import type { NonblockingDescriptor, Waiting } from './nonblocking.ts';

export interface Poller extends Waiting {
  /** Waits until a descriptor is ready or the time is over; gives those who wait for one that is ready. */
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

/** A descriptor that somebody watches, and who waits for it. */
export interface Watched {
  readonly descriptor: NonblockingDescriptor;
  waiter: Waiter | undefined;
}
