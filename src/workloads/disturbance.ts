/** What a run does to a workload's peers while it measures: plain data, which the run performs. */
import { UserError } from '../errors.ts';

/**
 * `kill` ends the peer's process (SIGKILL), and `start` starts it again, on the same port. `freeze` stops it
 * (SIGSTOP): the system goes on to accept its connections, and nobody answers; `thaw` lets it continue
 * (SIGCONT). `slow` changes how long it takes for each request.
 */
export type Act = 'kill' | 'start' | 'freeze' | 'thaw' | 'slow';

export interface Disturbance {
  readonly act: Act;
  /** Which of the peers, in the order in which `prepare` asked for them, from 0 on. */
  readonly peer: number;
  /** What reports call that one. */
  readonly whom: string;
  /** When it is done: the share of the window that has passed, from 0 to 1. */
  readonly atShare: number;
  /** Of `slow`: how long each request takes from then on. */
  readonly serviceNs?: number;
}

/** From which state each leads to which: it runs, is killed, or is frozen. */
const STEPS: Readonly<Record<Act, readonly [from: string, to: string]>> = {
  kill: ['running', 'killed'],
  start: ['killed', 'running'],
  freeze: ['running', 'frozen'],
  thaw: ['frozen', 'running'],
  slow: ['running', 'running'],
};

/** @throws UserError if one of those, in their order in time, would find its peer in another state. */
export function requirePossible(inOrder: readonly Disturbance[]): void {
  const states = new Map<number, string>();
  for (const { act, peer, whom, atShare } of inOrder) {
    const [from, to] = STEPS[act];
    const state = states.get(peer) ?? 'running';
    if (state !== from)
      throw new UserError(
        `${whom} is ${state} at ${Number((atShare * 100).toFixed(3))} %, and ${act} needs one that is ${from}`,
        {
          hint: 'start follows kill, and thaw follows freeze',
        },
      );
    states.set(peer, to);
  }
}
