/** What a drawing of a model is: who waits for whom, as data. Time is 0 to 100. */

/** Works; stands still for one answer; waits for whichever answer is first. */
export type Bar = 'run' | 'still' | 'wait';

export interface Drawing {
  readonly lanes: readonly string[];
  readonly bars: readonly (readonly [lane: number, from: number, to: number, what: Bar])[];
  readonly calls: readonly (readonly [fromLane: number, toLane: number, when: number, text: string])[];
  /** The drawing in words. */
  readonly description: string;
}

export const LANES = ['thread', 'kernel', 'peer'] as const;
/** Two requests, A and B, go to the peer and come back. */
export const PEER_SERVES_TWO = [[2, 16, 62, 'run'] as const, [2, 66, 84, 'run'] as const];
