/** Measures a plan: every trial in a fresh process, all cells interleaved, each result handed on as it lands. */
import { UserError } from '../errors.ts';
import { cellKey, type TrialRecord } from '../result.ts';
import type { Fixtures } from './fixtures.ts';
import { type Durations, interleave, type PlannedCell } from './plan.ts';
import { failedTrial, runTrial } from './trial.ts';

export interface RunPlan extends Durations {
  readonly cells: readonly PlannedCell[];
  readonly trials: number;
  readonly seed: number;
  /** How long one trial may take, all included, before it is given up. */
  readonly timeLimitNs: number;
}

export interface RunOptions {
  readonly fixtures: Fixtures;
  readonly signal: AbortSignal;
  /** A trial is about to begin. */
  began?(planned: PlannedCell, trial: number): void;
  /** What a measured process prints. */
  output?(text: string): void;
}

/** Starting a process, loading its code, and ending it, on a machine of today: for the announcement only. */
const PROCESS_NS = 0.3e9;

/** About how long a run will take. */
export function expectedNs({ cells, trials, warmupNs, durationNs }: RunPlan): number {
  return cells.filter(({ refusal }) => refusal === undefined).length * trials * (warmupNs + durationNs + PROCESS_NS);
}

/** Yields what came of each trial, in the order in which they were measured; ends early if the signal aborts. */
export async function* measure(plan: RunPlan, options: RunOptions): AsyncGenerator<TrialRecord> {
  for (const { cell, refusal } of plan.cells) {
    if (refusal !== undefined) yield { kind: 'trial', cell, trial: 1, status: 'unsupported', reason: refusal };
  }
  const possible = plan.cells.filter(({ refusal }) => refusal === undefined);
  for (const { cell: planned, trial } of interleave(possible, plan.trials, plan.seed)) {
    if (options.signal.aborted) return;
    options.began?.(planned, trial);
    const record = await measureTrial(plan, planned, trial, options);
    if (record) yield record;
  }
}

async function measureTrial(plan: RunPlan, { cell, planned }: PlannedCell, trial: number, options: RunOptions): Promise<TrialRecord | undefined> {
  const { fixtures, signal, output } = options;
  try {
    const fixture = await fixtures.get(planned.workload, cell.params);
    return await runTrial(
      {
        cell,
        workload: planned.reference,
        fixture: fixture.value,
        trial,
        seed: trialSeed(plan.seed, cellKey(cell), trial),
        warmupNs: plan.warmupNs,
        durationNs: plan.durationNs,
        ...(plan.requests === undefined ? {} : { requests: plan.requests }),
      },
      { peers: fixture.peers, timeLimitNs: plan.timeLimitNs, signal, ...(output ? { output } : {}) },
    );
  } catch (error) {
    if (signal.aborted) return undefined;
    return failedTrial(cell, trial, `prepare failed: ${inOneLine(error)}`);
  }
}

function inOneLine(error: unknown): string {
  if (error instanceof UserError) return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
  return error instanceof Error ? error.message : String(error);
}

/** A number of its own for each trial of each cell (FNV-1a over their names), the same in every run with this seed. */
function trialSeed(seed: number, key: string, trial: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const letter of `${key}#${trial}`) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
