import { type Drawing, LANES } from './drawing.ts';

export const syncNonblockingDrawing: Drawing = {
  lanes: LANES,
  bars: [
    [0, 0, 98, 'run'],
    [2, 16, 70, 'run'],
  ],
  calls: [
    [0, 1, 8, 'recv A'],
    [1, 2, 14, 'A'],
    [1, 0, 18, 'not yet'],
    [0, 1, 32, 'recv A'],
    [1, 0, 42, 'not yet'],
    [0, 1, 56, 'recv A'],
    [1, 0, 66, 'not yet'],
    [2, 1, 72, 'A'],
    [0, 1, 82, 'recv A'],
    [1, 0, 92, 'answer A'],
  ],
  description:
    'The thread asks for A again and again, and works all the time, until the kernel has the answer.',
};
