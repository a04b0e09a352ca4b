import { createPoll } from '../engines/poll-poller.ts';
import { readinessDrawing } from './drawings/readiness.ts';
import type { Model } from './model.ts';
import { reactor } from './reactor.ts';
import { refusesFunctions, refusesWithoutLibc } from './refusal.ts';

export const poll: Model = {
  name: 'poll',
  family: 'multiplexed event loop',
  summary: 'One thread, poll(2): the whole set of descriptors is passed with every call',
  definition:
    'One thread passes the kernel the whole set of its descriptors, and waits until some of them are ready. ' +
    'It then looks through the set, and performs the next step of the ready ones itself, with calls that do not block. ' +
    'The cost of asking grows with the number that is open.',
  source: 'poll(2); Stevens, UNP ch. 6.2 and 6.10: I/O multiplexing',

  refuses: (traits) => refusesFunctions('reactor')(traits) ?? refusesWithoutLibc('posix', 'poll(2)'),

  start() {
    const poller = createPoll();
    return { run: reactor(poller), stop: async () => poller.close() };
  },

  style: { light: '#99975c', dark: '#f0ff86', line: 'dotted', point: 'diamond' },
  drawing: readinessDrawing(
    'A, B: which?',
    'ask A, B',
    'With every call the thread hands over the whole list, A and B, and waits until one of them is ready.',
  ),
};
