/** epoll(7): the kernel keeps the set of descriptors, and returns only those that are ready. */

import os from 'node:os';
import type { Reason } from '../reasons.ts';
import type { Waiter } from './engine.ts';
import { isInterrupted, lastError, requireLibc } from './libc.ts';
import type { Interest, NonblockingDescriptor } from './nonblocking.ts';
import { type Poller, timespec, type Watched } from './poller.ts';

/** By its number: the call is of Linux 5.11, and C libraries of that time (and musl) do not know it. */
const SYS_EPOLL_PWAIT2 = 441;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLLIN = 0x1;
const EPOLLOUT = 0x4;
const EPOLLERR_HUP = 0x8 | 0x10;
const EPOLLRDHUP = 0x2000;
const EPOLLET = 1 << 31;
const maskOf = (interest: Interest): number => (interest === 'readable' ? EPOLLIN : EPOLLOUT);

/** `struct epoll_event` is packed on x86-64, and only there. */
const EVENT_WORDS = os.arch() === 'x64' ? 3 : 4;
const FD_WORD = EVENT_WORDS - 2;
const MOST_EVENTS = 1024;

interface Registered extends Watched {
  /** The readiness that the waiter waits for. */
  interest: number;
}

export function createEpoll({ edgeTriggered }: { edgeTriggered: boolean }): Poller {
  const libc = requireLibc();
  const epoll = libc.epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) throw lastError(libc, 'receive', 'epoll_create1');
  const events = new Int32Array(MOST_EVENTS * EVENT_WORDS);
  const eventsAt = libc.addressOf(new Uint8Array(events.buffer));
  const asked = new Int32Array(4);
  const askedAt = libc.addressOf(new Uint8Array(asked.buffer));
  const time = new BigInt64Array(2);
  const timeout = timespec(time, libc.addressOf(new Uint8Array(time.buffer)));
  const registered: (Registered | undefined)[] = [];
  const always = edgeTriggered ? EPOLLET : 0;

  function control(command: number, { fd, target }: NonblockingDescriptor, mask: number): void {
    asked[0] = mask | always;
    asked[FD_WORD] = fd;
    if (libc.epoll_ctl(epoll, command, fd, askedAt) < 0)
      throw lastError(libc, 'receive', `${target} (epoll_ctl)`);
  }

  function register(mask: number, descriptor: NonblockingDescriptor, waiter: Waiter | undefined): void {
    const known = registered[descriptor.fd];
    descriptor.isOutOfSight = false;
    if (!known || known.descriptor !== descriptor) {
      registered[descriptor.fd] = { descriptor, waiter, interest: mask };
      control(EPOLL_CTL_ADD, descriptor, edgeTriggered ? EPOLLIN | EPOLLOUT | EPOLLRDHUP : mask);
      return;
    }
    known.waiter = waiter;
    if (known.interest === mask) return;
    known.interest = mask;
    // Edge-triggered, both are always reported, once.
    if (!edgeTriggered) control(EPOLL_CTL_MOD, descriptor, mask);
  }

  return {
    triesFirst: false,
    reportsEdges: edgeTriggered,

    until: (interest, descriptor, waiter) => register(maskOf(interest), descriptor, waiter),
    watch: (descriptor) => register(EPOLLIN, descriptor, undefined),

    forget(descriptor) {
      if (registered[descriptor.fd]?.descriptor !== descriptor) return;
      registered[descriptor.fd] = undefined;
      control(EPOLL_CTL_DEL, descriptor, 0);
    },

    wait(timeoutNs) {
      const ready: Waiter[] = [];
      const count = libc.syscall(SYS_EPOLL_PWAIT2, epoll, eventsAt, MOST_EVENTS, timeout(timeoutNs), 0, 0);
      if (count < 0 && !isInterrupted(libc)) throw lastError(libc, 'receive', 'epoll_pwait2');
      for (let event = 0; event < count; event++) {
        const mask = events[event * EVENT_WORDS] as number;
        const known = registered[events[event * EVENT_WORDS + FD_WORD] as number];
        if (!known) continue;
        const { descriptor, waiter } = known;
        if (mask !== EPOLLOUT) descriptor.mayHaveMore = true;
        if (mask & (EPOLLRDHUP | EPOLLERR_HUP)) descriptor.isEnding = true;
        if (waiter && mask & (known.interest | EPOLLERR_HUP)) {
          known.waiter = undefined;
          ready.push(waiter);
          // Data that arrives before the next wait has to be noticed, too.
          if (known.interest !== EPOLLIN) register(EPOLLIN, descriptor, undefined);
        } else if (!edgeTriggered) {
          // The kernel would report it again and again, although no request waits for it.
          registered[descriptor.fd] = undefined;
          descriptor.isOutOfSight = true;
          control(EPOLL_CTL_DEL, descriptor, 0);
        }
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
