/** The drawing of a thread that asks which of many is ready, and takes its next step itself. */
import { type Drawing, LANES, PEER_SERVES_TWO } from './drawing.ts';

export const readinessDrawing = (ask: string, first: string, description: string): Drawing => ({
  lanes: LANES,
  bars: [[0, 0, 20, 'run'], [0, 20, 66, 'wait'], [0, 66, 82, 'run'], [0, 82, 96, 'wait'], ...PEER_SERVES_TWO],
  calls: [
    [0, 1, 6, first],
    [1, 2, 14, 'A, B'],
    [0, 1, 20, ask],
    [2, 1, 63, 'A'],
    [1, 0, 66, 'A is ready'],
    [0, 1, 74, 'recv A'],
    [0, 1, 82, ask],
    [2, 1, 86, 'B'],
    [1, 0, 96, 'B is ready'],
  ],
  description,
});
