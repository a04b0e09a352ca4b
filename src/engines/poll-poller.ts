/** poll(2): the whole set of descriptors is passed with every call, and searched after it. */
import type { Waiter } from './engine.ts';
import { isInterrupted, lastError, requireLibc } from './libc.ts';
import type { Interest, NonblockingDescriptor } from './nonblocking.ts';
import { type Poller, timespec, type Watched } from './poller.ts';

const POLLIN = 0x1;
const POLLOUT = 0x4;
const maskOf = (interest: Interest): number => (interest === 'readable' ? POLLIN : POLLOUT);

export function createPoll(): Poller {
  const libc = requireLibc();
  const time = new BigInt64Array(2);
  const timeout = timespec(time, libc.addressOf(new Uint8Array(time.buffer)));
  /** `struct pollfd { int fd; short events; short revents; }`, as two words each. */
  let set = new Int32Array(2 * 64);
  let setAt = libc.addressOf(new Uint8Array(set.buffer));
  const watched: Watched[] = [];
  const placeOf = new Map<number, number>();

  function grow(): void {
    const larger = new Int32Array(set.length * 2);
    larger.set(set);
    set = larger;
    setAt = libc.addressOf(new Uint8Array(set.buffer));
  }
  const pollOnce = (timeoutNs: number): number =>
    libc.ppoll
      ? libc.ppoll(setAt, watched.length, timeout(timeoutNs), 0)
      : libc.poll(
          setAt,
          watched.length,
          timeoutNs === Number.POSITIVE_INFINITY ? -1 : Math.ceil(timeoutNs / 1e6),
        );

  function placeFor(descriptor: NonblockingDescriptor): number {
    const known = placeOf.get(descriptor.fd);
    if (known !== undefined) return known;
    const place = watched.length;
    if (2 * place === set.length) grow();
    placeOf.set(descriptor.fd, place);
    watched.push({ descriptor, waiter: undefined });
    set[2 * place] = descriptor.fd;
    return place;
  }

  function forget({ fd }: NonblockingDescriptor): void {
    const place = placeOf.get(fd);
    if (place === undefined) return;
    const last = watched.length - 1;
    const moved = watched[last] as Watched;
    watched[place] = moved;
    set.copyWithin(2 * place, 2 * last, 2 * last + 2);
    placeOf.set(moved.descriptor.fd, place);
    placeOf.delete(fd);
    watched.pop();
  }

  function leave(descriptor: NonblockingDescriptor): void {
    descriptor.isOutOfSight = true;
    forget(descriptor);
  }

  return {
    triesFirst: false,
    reportsEdges: false,
    forget,

    until(interest, descriptor, waiter) {
      const place = placeFor(descriptor);
      descriptor.isOutOfSight = false;
      (watched[place] as Watched).waiter = waiter;
      set[2 * place + 1] = maskOf(interest);
    },

    watch(descriptor) {
      set[2 * placeFor(descriptor) + 1] = POLLIN;
    },

    wait(timeoutNs) {
      const ready: Waiter[] = [];
      let left = pollOnce(timeoutNs);
      if (left < 0 && !isInterrupted(libc)) throw lastError(libc, 'receive', 'poll');
      // Backwards: forgetting one moves the last into its place.
      for (let place = watched.length - 1; left > 0 && place >= 0; place--) {
        const events = (set[2 * place + 1] as number) >>> 16;
        if (events === 0) continue;
        left--;
        const known = watched[place] as Watched;
        if (events !== POLLOUT) known.descriptor.mayHaveMore = true;
        // A waiter is notified once. Data that arrives before the next wait has to be noticed, too; after
        // that, no events are requested.
        set[2 * place + 1] = POLLIN;
        if (known.waiter) ready.push(known.waiter);
        else leave(known.descriptor);
        known.waiter = undefined;
      }
      return ready;
    },

    close() {},
  };
}
