/** poll(2): the whole set of descriptors is passed with every call, and searched after it. */
import type { Waiter } from './engine.ts';
import { isInterrupted, lastError, requireLibc } from './libc.ts';
import type { NonblockingDescriptor } from './nonblocking.ts';
import {
  notify,
  type Poller,
  setWaiter,
  timespec,
  type Watched,
  WRITABLE,
  wantedOf,
  watchedNext,
} from './poller.ts';

export function createPoll(): Poller {
  const libc = requireLibc();
  const time = new BigInt64Array(2);
  const timeout = timespec(time, libc.addressOf(new Uint8Array(time.buffer)));
  /** `struct pollfd { int fd; short events; short revents; }`, as two words each. */
  let set = new Int32Array(2 * 64);
  let setAt = libc.addressOf(new Uint8Array(set.buffer));
  const watched: Watched[] = [];
  const placeOf = new Map<number, number>();
  /** Waiters that the next wait returns, whatever is ready. */
  let woken: Waiter[] = [];

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
    watched.push({ descriptor, reader: undefined, writer: undefined });
    set[2 * place] = descriptor.fd;
    return place;
  }

  function forget({ fd }: NonblockingDescriptor): void {
    const place = placeOf.get(fd);
    if (place === undefined) return;
    const { reader, writer } = watched[place] as Watched;
    if (reader) woken.push(reader);
    if (writer) woken.push(writer);
    const last = watched.length - 1;
    const moved = watched[last] as Watched;
    watched[place] = moved;
    set.copyWithin(2 * place, 2 * last, 2 * last + 2);
    placeOf.set(moved.descriptor.fd, place);
    placeOf.delete(fd);
    watched.pop();
  }

  /** Data has arrived that nobody receives yet, while somebody waits to write. */
  function narrow(place: number, known: Watched): void {
    known.descriptor.isOutOfSight = true;
    set[2 * place + 1] = WRITABLE;
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
      const known = watched[place] as Watched;
      descriptor.isOutOfSight = false;
      setWaiter(known, interest, waiter);
      set[2 * place + 1] = wantedOf(known);
    },

    watch(descriptor) {
      const place = placeFor(descriptor);
      set[2 * place + 1] = watchedNext(watched[place] as Watched);
    },

    wake: (waiter) => void woken.push(waiter),

    wait(timeoutNs) {
      const ready = woken;
      woken = [];
      let left = pollOnce(ready.length === 0 ? timeoutNs : 0);
      if (left < 0 && !isInterrupted(libc)) throw lastError(libc, 'receive', 'poll');
      // Backwards: forgetting one moves the last into its place.
      for (let place = watched.length - 1; left > 0 && place >= 0; place--) {
        const events = (set[2 * place + 1] as number) >>> 16;
        if (events === 0) continue;
        left--;
        const known = watched[place] as Watched;
        if (events !== WRITABLE) known.descriptor.mayHaveMore = true;
        // A waiter is notified once.
        if (notify(known, events, ready)) set[2 * place + 1] = watchedNext(known);
        else if (known.writer) narrow(place, known);
        else leave(known.descriptor);
      }
      return ready;
    },

    close() {},
  };
}
