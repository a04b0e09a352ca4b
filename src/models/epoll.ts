import * as z from 'zod/mini';
import { createEpoll, refusesEpoll } from '../engines/epoll-poller.ts';
import { choice } from '../workloads/parameters.ts';
import { readinessDrawing } from './drawings/readiness.ts';
import type { Model } from './model.ts';
import { reactor } from './reactor.ts';
import { refusesFunctions, refusesWithoutLibc } from './refusal.ts';

export const epoll: Model = {
  name: 'epoll',
  family: 'multiplexed event loop',
  summary: 'One thread, epoll(7): the kernel keeps the set of descriptors, and returns those that are ready',
  definition:
    'One thread waits for many descriptors at once; the kernel keeps the set of them, and returns only those that are ready. ' +
    'The thread then performs their next step itself, with calls that do not block. ' +
    'The cost of asking grows with the number that is ready, not with the number that is open.',
  source:
    'epoll(7); Stevens, UNP ch. 6.2: I/O multiplexing; Banga, Mogul, Druschel: A scalable and explicit event delivery mechanism, USENIX 1999',
  params: z.object({ trigger: choice('level', 'edge') }),

  refuses: (traits) =>
    refusesFunctions('reactor')(traits) ?? refusesWithoutLibc('linux', 'epoll') ?? refusesEpoll(),

  start(setting) {
    const poller = createEpoll({ edgeTriggered: (setting.params as { trigger: string }).trigger === 'edge' });
    return { run: reactor(poller), stop: async () => poller.close() };
  },

  style: { light: '#000713', dark: '#9aa8aa', line: 'dashed', point: 'cross' },
  drawing: readinessDrawing(
    'which?',
    'watch A, B',
    'The kernel keeps the list of what is watched; the thread waits for whichever is ready, and takes its next step itself.',
  ),
};
