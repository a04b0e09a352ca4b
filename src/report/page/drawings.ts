/** The drawings of the models, as data: bars `[lane, from, to, what]` and calls `[from lane, to lane, when, text]`; time is 0 to 100. */

/** Works; stands still for one answer; waits for whichever answer is first. */
export type Bar = 'run' | 'still' | 'wait';

export interface Drawing {
  readonly lanes: readonly string[];
  readonly bars: readonly (readonly [lane: number, from: number, to: number, what: Bar])[];
  readonly calls: readonly (readonly [from: number, to: number, when: number, text: string])[];
  /** The drawing in words. */
  readonly says: string;
}

const LANES = ['thread', 'kernel', 'peer'] as const;
/** Two requests, A and B, go to the peer and come back. */
const PEER_SERVES_TWO = [[2, 16, 62, 'run'] as const, [2, 66, 84, 'run'] as const];

const reactor = (ask: string, first: string, says: string): Drawing => ({
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
  says,
});

const completion = (ask: string, tell: string, says: string): Drawing => ({
  lanes: LANES,
  bars: [[0, 0, 20, 'run'], [0, 20, 66, 'wait'], [0, 66, 76, 'run'], [0, 76, 90, 'wait'], [0, 90, 98, 'run'], ...PEER_SERVES_TWO],
  calls: [
    [0, 1, 8, `${ask} A`],
    [0, 1, 18, `${ask} B`],
    [1, 2, 15, 'A, B'],
    [2, 1, 63, 'A'],
    [1, 0, 66, `A ${tell}`],
    [2, 1, 86, 'B'],
    [1, 0, 90, `B ${tell}`],
  ],
  says,
});

export const drawings: ReadonlyMap<string, Drawing> = new Map<string, Drawing>([
  [
    'sync-blocking',
    {
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
      says: 'The thread asks for A and stands still until its answer is there; only then it asks for B.',
    },
  ],
  [
    'sync-nonblocking',
    {
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
      says: 'The thread asks for A again and again, and works all the time, until the kernel has the answer.',
    },
  ],
  [
    'thread-per-request',
    {
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
      says: 'A dispatcher gives A and B to a thread each. Both stand still at the same time, each for its own answer.',
    },
  ],
  ['async-callback', completion('ask', 'is done', 'The thread asks for A and B, and goes on. A callback tells it when each of them is done.')],
  ['async-promise', completion('await', 'is kept', 'Requests A and B await a promise each. The thread goes on with whichever is kept first.')],
  [
    'io-uring',
    {
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
      says: 'The thread hands A and B to the kernel with one call. The kernel does them, and puts what is done into a ring.',
    },
  ],
  [
    'signal-driven',
    {
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
      says: 'The thread asks and goes on. A signal tells that something is ready, not what: the handler asks for every request.',
    },
  ],
  [
    'event-loop',
    reactor(
      'which is ready?',
      'ask A, B',
      'The thread asks for A and B, then waits in Node’s loop for whichever is ready, and takes its next step itself.',
    ),
  ],
  [
    'poll',
    reactor('A, B: which?', 'ask A, B', 'With every call the thread hands over the whole list, A and B, and waits until one of them is ready.'),
  ],
  [
    'epoll',
    reactor(
      'which?',
      'watch A, B',
      'The kernel keeps the list of what is watched; the thread waits for whichever is ready, and takes its next step itself.',
    ),
  ],
  [
    'multi-reactor',
    {
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
      says: 'Two loops in two threads: each waits for its own connections, and knows nothing of the other’s.',
    },
  ],
]);
