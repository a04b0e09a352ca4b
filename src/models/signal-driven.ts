import process from 'node:process';
import {
  type Interest,
  type NonblockingDescriptor,
  nonblocking,
  peek,
  type Waiting,
} from '../engines/nonblocking.ts';
import { signalOwner } from '../engines/signal.ts';
import { advance, retry, start } from './advance.ts';
import { signalDrivenDrawing } from './drawings/signal-driven.ts';
import type { Model, Task } from './model.ts';
import { type NodeLoop, onNodeLoop } from './node-loop.ts';
import { refusesFunctions, refusesWithoutLibc } from './refusal.ts';

export const signalDriven: Model = {
  name: 'signal-driven',
  family: 'async non-blocking',
  summary:
    'One thread is interrupted by SIGIO when a descriptor is ready (O_ASYNC), and collects the data in the handler',
  definition:
    'The thread asks the kernel to send a signal (SIGIO) when a descriptor becomes ready, and continues. ' +
    'The handler collects the data, with calls that do not block. ' +
    'Signals of one kind coalesce and do not name their descriptor, so the handler tries every request that waits.',
  source: 'fcntl(2), F_SETOWN and O_ASYNC; Stevens, UNP ch. 6.2 and 25: signal-driven I/O',

  refuses(traits) {
    if (traits.uses.includes('files')) return { code: 'always-ready', values: {} };
    return refusesFunctions('signal')(traits) ?? refusesWithoutLibc('linux', 'SIGIO for sockets');
  },

  start(setting) {
    const waiters: Waiters = { readable: new Map(), writable: new Map() };
    const watched = new Set<NonblockingDescriptor>();
    let loop: NodeLoop;
    let signals = 0;
    let collected = 0;

    const wakeAfter = (durationNs: number, task: object) => void setTimeout(wake, durationNs / 1e6, task);
    const callAfter = (durationNs: number, due: () => void) => void setTimeout(due, durationNs / 1e6);
    const waiting = waitingForSignals(waiters, watched, { collect, tryAgain });
    const engine = nonblocking(waiting, { add: wakeAfter, call: callAfter });

    function onSignal(): void {
      signals++;
      for (const descriptor of watched) peek(descriptor);
      collect();
    }
    function collect(): void {
      for (const those of [waiters.readable, waiters.writable])
        for (const [descriptor, task] of [...those]) {
          those.delete(descriptor);
          retry(task, engine);
          if (!those.has(descriptor)) collected++;
        }
      loop.turn();
    }
    function tryAgain(task: object): void {
      retry(task as Task, engine);
      loop.turn();
    }
    function wake(task: object): void {
      advance(task as Task, engine, null);
      loop.turn();
    }

    process.on('SIGIO', onSignal);
    return {
      isOnNodeLoop: true,
      neverBlocks: true,
      async run(requests) {
        loop = onNodeLoop(requests, (task) => start(task, engine));
        await loop.finished;
        if (collected > signals * 1.05) setting.note({ code: 'signals-coalesced', values: {} });
      },
      async stop() {
        // A signal that finds no handler ends the process, and a connection that is still open may send one.
        process.on('SIGIO', () => {});
        process.off('SIGIO', onSignal);
      },
    };
  },

  style: { light: '#640b92', dark: '#b95aaf', line: 'dotted', point: 'star' },
  drawing: signalDrivenDrawing,
};

/** Requests that wait, by what they wait for. */
type Waiters = Record<Interest, Map<NonblockingDescriptor, Task>>;

/** Who has to wait is noted, and is collected when the descriptor has signalled. */
function waitingForSignals(
  waiters: Waiters,
  watched: Set<NonblockingDescriptor>,
  { collect, tryAgain }: { collect(): void; tryAgain(task: object): void },
): Waiting {
  const ownSignals = signalOwner();
  return {
    triesFirst: true,
    reportsEdges: false,
    until(interest, descriptor, task) {
      waiters[interest].set(descriptor, task as Task);
      // From now on it signals. Data that arrived before raised no signal: try once more.
      if (ownSignals(descriptor)) setImmediate(collect);
    },
    wake: (task) => void setImmediate(tryAgain, task),
    watch(descriptor) {
      watched.add(descriptor);
      ownSignals(descriptor);
    },
    forget(descriptor) {
      watched.delete(descriptor);
      if (waiters.readable.has(descriptor) || waiters.writable.has(descriptor)) setImmediate(collect);
    },
  };
}
