/** The drawing of a thread that asks, goes on, and is notified when each is done. */
import { type Drawing, LANES, PEER_SERVES_TWO } from './drawing.ts';

export const completionDrawing = (ask: string, notice: string, description: string): Drawing => ({
  lanes: LANES,
  bars: [
    [0, 0, 20, 'run'],
    [0, 20, 66, 'wait'],
    [0, 66, 76, 'run'],
    [0, 76, 90, 'wait'],
    [0, 90, 98, 'run'],
    ...PEER_SERVES_TWO,
  ],
  calls: [
    [0, 1, 8, `${ask} A`],
    [0, 1, 18, `${ask} B`],
    [1, 2, 15, 'A, B'],
    [2, 1, 63, 'A'],
    [1, 0, 66, `A ${notice}`],
    [2, 1, 86, 'B'],
    [1, 0, 90, `B ${notice}`],
  ],
  description,
});
