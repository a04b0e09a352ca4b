import { type Drawing, LANES, PEER_SERVES_TWO } from './drawing.ts';

export const ioUringDrawing: Drawing = {
  lanes: LANES,
  bars: [
    [0, 0, 12, 'run'],
    [0, 12, 72, 'wait'],
    [0, 72, 80, 'run'],
    [0, 80, 96, 'wait'],
    [1, 12, 20, 'run'],
    [1, 64, 72, 'run'],
    ...PEER_SERVES_TWO,
  ],
  calls: [
    [0, 1, 12, 'ring: A, B'],
    [1, 2, 18, 'A, B'],
    [2, 1, 64, 'A'],
    [1, 0, 72, 'ring: A done'],
    [2, 1, 86, 'B'],
    [1, 0, 95, 'ring: B done'],
  ],
  description:
    'The thread hands A and B to the kernel with one call. The kernel does them, and puts what is done into a ring.',
};
