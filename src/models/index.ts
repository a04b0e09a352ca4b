/** The models, in the order in which reports list them: by family, from blocking to notification. */
import { asyncCallback } from './async-callback.ts';
import { asyncPromise } from './async-promise.ts';
import { epoll } from './epoll.ts';
import { eventLoop } from './event-loop.ts';
import { ioUringModel } from './io-uring.ts';
import type { Model } from './model.ts';
import { multiReactor } from './multi-reactor.ts';
import { poll } from './poll.ts';
import { signalDriven } from './signal-driven.ts';
import { syncBlocking } from './sync-blocking.ts';
import { syncNonblocking } from './sync-nonblocking.ts';
import { threadPerRequest } from './thread-per-request.ts';

export const models: readonly Model[] = [
  syncBlocking,
  syncNonblocking,
  threadPerRequest,
  asyncCallback,
  asyncPromise,
  signalDriven,
  ioUringModel,
  eventLoop,
  poll,
  epoll,
  multiReactor,
];
