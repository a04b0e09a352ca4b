import type { Drawing } from './drawing.ts';

export const multiReactorDrawing: Drawing = {
  lanes: ['loop 1', 'loop 2', 'kernel', 'peer'],
  bars: [
    [0, 0, 18, 'run'],
    [0, 18, 66, 'wait'],
    [0, 66, 76, 'run'],
    [0, 76, 98, 'wait'],
    [1, 4, 28, 'run'],
    [1, 28, 88, 'wait'],
    [1, 88, 97, 'run'],
    [3, 20, 62, 'run'],
    [3, 66, 84, 'run'],
  ],
  calls: [
    [0, 2, 10, 'watch A'],
    [1, 2, 20, 'watch B'],
    [2, 3, 24, 'A, B'],
    [3, 2, 63, 'A'],
    [2, 0, 67, 'A is ready'],
    [3, 2, 85, 'B'],
    [2, 1, 89, 'B is ready'],
  ],
  description:
    'Two loops in two threads: each waits for its own connections, and knows nothing of the other’s.',
};
