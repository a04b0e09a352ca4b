/** What a run does to a workload's peers while it measures: plain data, which the run performs. */

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
