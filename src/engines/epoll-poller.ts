/** epoll(7): the kernel keeps the set of descriptors, and returns only those that are ready. */

import os from 'node:os';
import type { Reason } from '../reasons.ts';
import type { Waiter } from './engine.ts';
import { isInterrupted, lastError, requireLibc } from './libc.ts';
import type { NonblockingDescriptor } from './nonblocking.ts';
import {
  notify,
  type Poller,
  READABLE,
  setWaiter,
  timespec,
  type Watched,
  WRITABLE,
  wantedOf,
  watchedNext,
} from './poller.ts';

/** By its number: the call is of Linux 5.11, and C libraries of that time (and musl) do not know it. */
const SYS_EPOLL_PWAIT2 = 441;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLLERR_HUP = 0x8 | 0x10;
const EPOLLRDHUP = 0x2000;
const EPOLLET = 1 << 31;

/** `struct epoll_event` is packed on x86-64, and only there. */
const EVENT_WORDS = os.arch() === 'x64' ? 3 : 4;
const FD_WORD = EVENT_WORDS - 2;
const MOST_EVENTS = 1024;

interface Registered extends Watched {
  /** What the kernel reports. */
  mask: number;
}

export function createEpoll({ edgeTriggered }: { edgeTriggered: boolean }): Poller {
  const libc = requireLibc();
  const epoll = libc.epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) throw lastError(libc, 'receive', 'epoll_create1');
  const events = new Int32Array(MOST_EVENTS * EVENT_WORDS);
  const eventsAt = libc.addressOf(new Uint8Array(events.buffer));
  const asked = new Int32Array(4);
  const askedAt = libc.addressOf(new Uint8Array(asked.buffer));
  const timeMemory = new BigInt64Array(2);
  const timeout = timespec(timeMemory, libc.addressOf(new Uint8Array(timeMemory.buffer)));
  const registered: (Registered | undefined)[] = [];
  const always = edgeTriggered ? EPOLLET : 0;
  /** Waiters that the next wait returns, whatever is ready. */
  let woken: Waiter[] = [];

  function control(command: number, { fd, target }: NonblockingDescriptor, mask: number): void {
    asked[0] = mask | always;
    asked[FD_WORD] = fd;
    if (libc.epoll_ctl(epoll, command, fd, askedAt) < 0)
      throw lastError(libc, 'receive', `${target} (epoll_ctl)`);
  }

  function entryOf(descriptor: NonblockingDescriptor, mask: number): Registered {
    const known = registered[descriptor.fd];
    if (known && known.descriptor === descriptor) return known;
    const entry = { descriptor, reader: undefined, writer: undefined, mask };
    registered[descriptor.fd] = entry;
    control(EPOLL_CTL_ADD, descriptor, edgeTriggered ? READABLE | WRITABLE | EPOLLRDHUP : mask);
    return entry;
  }
  function report(known: Registered, mask: number): void {
    // Edge-triggered, both are always reported, once.
    if (known.mask === mask || edgeTriggered) return;
    known.mask = mask;
    control(EPOLL_CTL_MOD, known.descriptor, mask);
  }
  /** The kernel would report it again and again, although no request waits for it. */
  function leaveOut(known: Registered): void {
    const { descriptor } = known;
    descriptor.isOutOfSight = true;
    if (known.writer) return report(known, WRITABLE);
    registered[descriptor.fd] = undefined;
    control(EPOLL_CTL_DEL, descriptor, 0);
  }

  return {
    triesFirst: false,
    reportsEdges: edgeTriggered,

    until(interest, descriptor, waiter) {
      const known = entryOf(descriptor, interest === 'readable' ? READABLE : WRITABLE);
      descriptor.isOutOfSight = false;
      setWaiter(known, interest, waiter);
      report(known, wantedOf(known));
    },
    watch(descriptor) {
      const known = entryOf(descriptor, READABLE);
      descriptor.isOutOfSight = false;
      report(known, watchedNext(known));
    },
    wake: (waiter) => void woken.push(waiter),

    forget(descriptor) {
      const known = registered[descriptor.fd];
      if (known?.descriptor !== descriptor) return;
      if (known.reader) woken.push(known.reader);
      if (known.writer) woken.push(known.writer);
      registered[descriptor.fd] = undefined;
      control(EPOLL_CTL_DEL, descriptor, 0);
    },

    wait(timeoutNs) {
      const ready = woken;
      woken = [];
      const time = timeout(ready.length === 0 ? timeoutNs : 0);
      const count = libc.syscall(SYS_EPOLL_PWAIT2, epoll, eventsAt, MOST_EVENTS, time, 0, 0);
      if (count < 0 && !isInterrupted(libc)) throw lastError(libc, 'receive', 'epoll_pwait2');
      for (let event = 0; event < count; event++) {
        const mask = events[event * EVENT_WORDS] as number;
        const known = registered[events[event * EVENT_WORDS + FD_WORD] as number];
        if (!known) continue;
        const { descriptor } = known;
        if (mask !== WRITABLE) descriptor.mayHaveMore = true;
        if (mask & (EPOLLRDHUP | EPOLLERR_HUP)) descriptor.isEnding = true;
        // A waiter is notified once.
        if (notify(known, mask, ready)) report(known, watchedNext(known));
        else if (!edgeTriggered) leaveOut(known);
      }
      return ready;
    },

    close: () => void libc.close(epoll),
  };
}

let refusal: { reason: Reason | undefined } | undefined;

/** Why epoll with a timeout in nanoseconds does not work here; `undefined` if it does. Tried once. */
export function refusesEpoll(): Reason | undefined {
  refusal ??= { reason: tryEpoll() };
  return refusal.reason;
}

function tryEpoll(): Reason | undefined {
  const poller = createEpoll({ edgeTriggered: false });
  try {
    poller.wait(0);
    return undefined;
  } catch (error) {
    const isOld = (error as { code?: unknown }).code === 'ENOSYS';
    return isOld
      ? { code: 'no-epoll-pwait2', values: {} }
      : { code: 'system-refuses', values: { message: (error as Error).message } };
  } finally {
    poller.close();
  }
}
