import type { Drawing } from './drawing.ts';

export const threadPerRequestDrawing: Drawing = {
  lanes: ['dispatcher', 'worker 1', 'worker 2', 'peer'],
  bars: [
    [0, 0, 22, 'run'],
    [0, 22, 98, 'wait'],
    [1, 9, 15, 'run'],
    [1, 15, 66, 'still'],
    [1, 66, 72, 'run'],
    [2, 19, 27, 'run'],
    [2, 27, 86, 'still'],
    [2, 86, 92, 'run'],
    [3, 20, 62, 'run'],
    [3, 66, 84, 'run'],
  ],
  calls: [
    [0, 1, 8, 'A'],
    [0, 2, 18, 'B'],
    [1, 3, 15, ''],
    [2, 3, 27, 'B'],
    [3, 1, 66, 'A'],
    [3, 2, 86, 'B'],
    [1, 0, 72, 'A done'],
    [2, 0, 93, 'B done'],
  ],
  description:
    'A dispatcher gives A and B to a thread each. Both stand still at the same time, each for its own answer.',
};
