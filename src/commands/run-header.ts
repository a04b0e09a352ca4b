/** The first line of a run: its command, models, workloads and machine. */
import process from 'node:process';
import { models } from '../models/index.ts';
import { programs } from '../programs/index.ts';
import type { RunHeader } from '../result.ts';
import type { Budget } from '../run/budget.ts';
import { describedModel } from '../run/described-model.ts';
import { describedWorkload } from '../run/described-workload.ts';
import { readEnvironment } from '../run/machine/environment.ts';
import { measureMachineTiming } from '../run/machine/machine-timing.ts';
import type { Places } from '../run/placement.ts';
import type { PlannedCell } from '../run/plan.ts';
import type { Fixtures } from '../run/processes/fixtures.ts';
import { runId } from '../run/stored/store.ts';
import { FEWEST_TRIALS } from '../stats/interval.ts';
import { withoutCredentials, withoutCredentialsIn } from '../workloads/credentials.ts';

export interface Described extends Places {
  readonly cells: readonly PlannedCell[];
  readonly seed: number;
  readonly trials: number;
  readonly budget?: Budget;
  /** About how long it will measure. */
  readonly expectedNs: number;
}
/** A shorter run is not kept waiting for two seconds. */
const WORTH_TIMING_NS = 10e9;

interface Place {
  readonly fixtures: Fixtures;
  /** The file whose repository's commit is stored. */
  readonly workloadFile: string | undefined;
}

/** The header of a run that starts now. */
export async function createHeader(
  { cells, seed, trials, budget, cpus, launchers, expectedNs }: Described,
  name: string,
  { fixtures, workloadFile }: Place,
): Promise<RunHeader> {
  const startedAt = new Date();
  return {
    kind: 'run',
    schema: 'iobench/1',
    id: runId(startedAt, name),
    name,
    startedAt: startedAt.toISOString(),
    command: commandLine(process.argv.slice(2)),
    seed,
    environment: {
      ...(await readEnvironment(fixtures.directory, workloadFile)),
      ...(expectedNs < WORTH_TIMING_NS ? {} : { timing: await measureMachineTiming() }),
    },
    ...(cpus ? { cpus } : {}),
    ...(launchers ? { launchers: withoutCredentialsIn(launchers) } : {}),
    models: [...models, ...programs]
      .filter(({ name }) => cells.some(({ cell }) => cell.model === name))
      .map(describedModel),
    workloads: [...new Set(cells.map(({ planned }) => planned.workload))].map(describedWorkload),
    // With a budget as many as its questions need, and at least those that show anything.
    ...(budget === undefined ? { trials } : { trials: FEWEST_TRIALS, budgetNs: budget.budgetNs }),
  };
}

/** The command as it would be typed again, but for the user and the password of a URL. */
function commandLine(words: readonly string[]): string {
  const quoted = words
    .map(withoutCredentials)
    .map((word) => (/^[\w./=:,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ['iobench', ...quoted].join(' ');
}
