/**
 * What a program server is: a server that people run, in the place of a model. It serves a workload as
 * itself, with the same parameters, clients and back ends, so that it stands in the same tables and charts.
 */
import os from 'node:os';
import type { Described, Traits } from '../models/model.ts';
import type { Reason } from '../reasons.ts';
import type { BalanceFixture } from '../workloads/load-balance.ts';
import type { Program } from '../workloads/peers/program.ts';

/** What it is asked to serve. */
export interface Task {
  /** What the workload has prepared. */
  readonly fixture: BalanceFixture;
  /** How many threads, or workers, serve. */
  readonly threads: number;
  /** How many connections there will be at once. */
  readonly connections: number;
}

/** One file each, and a line in `index.ts`. */
export interface ServerProgram extends Described {
  /** What installs and starts it. Its configuration is checked before it starts: an error has its reason. */
  program(task: Task): Program;
  /** `--threads` sets how many threads, or workers, serve; one without it. */
  readonly takesThreads: true;
  refuses(traits: Traits & { readonly workload: string }): Reason | undefined;
}

export const PROGRAM_FAMILY = 'server program';

/** The workload that programs serve. */
export const SERVES = 'load-balance';

/** Whether it is installed is known when it is started. */
export const refusesAnother =
  (program: string): ServerProgram['refuses'] =>
  ({ workload }) => {
    if (workload !== SERVES) return { code: 'serves-another', values: { program, serves: SERVES } };
    const platform = os.platform();
    return platform === 'linux' ? undefined : { code: 'linux-only', values: { what: program, platform } };
  };
