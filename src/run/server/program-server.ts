/** A program as a server, as the run sees it: started in a model's place, read from /proc, ended. */
import { rmSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { nowNs } from '../../load/clock.ts';
import { UnsupportedError } from '../../operations.ts';
import type { ServerProgram } from '../../programs/program.ts';
import type { BalanceFixture } from '../../workloads/load-balance.ts';
import { readAccountsBelow } from '../machine/process-tree.ts';
import type { Place } from '../placement.ts';
import { inOneLine } from '../processes/in-one-line.ts';
import { programToStart } from '../processes/installed-programs.ts';
import { startProgram } from '../processes/peers.ts';
import type { ServerPlan } from './server-plan.ts';
import type { RunningServer } from './server-process.ts';

export interface ProgramStart {
  readonly program: ServerProgram;
  readonly plan: Pick<ServerPlan, 'cell' | 'fixture' | 'connections'>;
  /** It gets a folder of its own in this one. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly place?: Place | undefined;
  /** Called with its output, as it arrives. */
  readonly output?: ((text: string) => void) | undefined;
}

/** A program that is asked for its version, or to check a file, answers at once. */
const CHECK_LIMIT_MS = 30_000;

/**
 * Starts it, and waits until it listens.
 * @throws UnsupportedError if it is not installed, or has no way to do what the parameters say; UserError,
 * with its own reason, if it refuses its configuration, ends, or does not listen in time.
 */
export async function startProgramServer(start: ProgramStart): Promise<RunningServer> {
  const { program, plan, directory, signal, place, output } = start;
  const fixture = plan.fixture as BalanceFixture;
  const task = { fixture, threads: plan.cell.threads ?? 1, connections: plan.connections };
  const ready = await programToStart(program.program(task), {
    directory,
    signal: AbortSignal.any([signal, AbortSignal.timeout(CHECK_LIMIT_MS)]),
  }).catch((error) => {
    throw error instanceof UnsupportedError
      ? error
      : new UserError(`${program.name} cannot serve: ${inOneLine(error)}`, { exitCode: 3 });
  });
  const server = await startProgram(ready, { signal, place, output, isMeasured: true });
  return {
    address: server.address,
    get ending() {
      return server.ending;
    },
    async read() {
      const wallNs = nowNs();
      // The process that was started only starts the program, and knows when that ends.
      const accounts = server.pid === undefined ? undefined : readAccountsBelow(server.pid);
      return accounts && { wallNs, ...accounts };
    },
    async stop() {
      await server.stop();
      rmSync(ready.folder, { recursive: true, force: true });
    },
  };
}
