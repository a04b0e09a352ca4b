import { type Drawing, LANES, PEER_SERVES_TWO } from './drawing.ts';

export const signalDrivenDrawing: Drawing = {
  lanes: LANES,
  bars: [[0, 0, 20, 'run'], [0, 20, 66, 'wait'], [0, 66, 84, 'run'], [0, 84, 98, 'wait'], ...PEER_SERVES_TWO],
  calls: [
    [0, 1, 8, 'ask A, B'],
    [1, 2, 14, 'A, B'],
    [1, 0, 18, 'not yet'],
    [2, 1, 63, 'A'],
    [1, 0, 67, 'SIGIO'],
    [0, 1, 75, 'recv A'],
    [0, 1, 84, 'recv B?'],
    [1, 0, 93, 'not yet'],
  ],
  description:
    'The thread asks and goes on. A signal reports that something is ready, not what: the handler asks for every request.',
};
