import { type Drawing, LANES } from './drawing.ts';

export const syncBlockingDrawing: Drawing = {
  lanes: LANES,
  bars: [
    [0, 0, 8, 'run'],
    [0, 8, 52, 'still'],
    [0, 52, 60, 'run'],
    [0, 60, 98, 'still'],
    [2, 16, 44, 'run'],
    [2, 68, 92, 'run'],
  ],
  calls: [
    [0, 1, 8, 'recv A'],
    [1, 2, 14, 'A'],
    [2, 1, 46, 'A'],
    [1, 0, 52, 'answer A'],
    [0, 1, 60, 'recv B'],
    [1, 2, 66, 'B'],
    [2, 1, 93, 'B'],
  ],
  description: 'The thread asks for A and stands still until its answer is there; only then it asks for B.',
};
