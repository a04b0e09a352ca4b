import os from 'node:os';
import { createEpoll, refusesEpoll } from '../engines/epoll-poller.ts';
import { multiReactorDrawing } from './drawings/multi-reactor.ts';
import type { Model } from './model.ts';
import { reactor } from './reactor.ts';
import { refusesFunctions, refusesWithoutLibc } from './refusal.ts';

export const multiReactor: Model = {
  name: 'multi-reactor',
  family: 'multiplexed event loop',
  summary:
    'One epoll loop per core, each in its own thread (piscina workers); the clients are divided among them',
  definition:
    'Every core has a thread with its own reactor. ' +
    'The connections are divided among them once, and from then on the threads share nothing. ' +
    'Each waits for its own descriptors, and performs their next step itself.',
  source:
    'epoll(7); Schmidt et al.: Pattern-Oriented Software Architecture 2, "Reactor"; nginx and Netty are built this way',

  refuses: (traits) =>
    refusesFunctions('reactor')(traits) ?? refusesWithoutLibc('linux', 'epoll') ?? refusesEpoll(),

  takesThreads: true,
  loops: ({ concurrency, threads }) => Math.min(concurrency, threads ?? os.availableParallelism()),

  /**
   * One of the loops. Its thread, and who starts it, stand in src/run/trial/thread.loop.ts and divided.ts: a
   * model knows no clock.
   */
  start() {
    const poller = createEpoll({ edgeTriggered: false });
    return { run: reactor(poller), stop: async () => poller.close() };
  },

  style: { light: '#4c1801', dark: '#d05a1c', line: 'dotted', point: 'circle' },
  drawing: multiReactorDrawing,
};
