/**
 * Measures a plan in rounds: each has a process for every model and workload, which measures all of their
 * loads, in an order of its own. Each result is handed on as it lands.
 */
import { randomFrom } from '../load/random.ts';
import { UnsupportedError } from '../operations.ts';
import {
  type CellSpec,
  cellKey,
  type Launchers,
  type LookRecord,
  type StoryRecord,
  type SyscallRecord,
  type TrialRecord,
  unreadablePart,
} from '../result.ts';
import { withoutCredentials, withoutCredentialsIn } from '../workloads/credentials.ts';
import { type Bench, type Budget, measureWithin } from './budget.ts';
import { processNs } from './estimate.ts';
import { ABOUT } from './network/story.ts';
import type { Places } from './placement.ts';
import { type Durations, type PlannedCell, processesOf, roundOf } from './plan.ts';
import type { Fixture, Fixtures } from './processes/fixtures.ts';
import { inOneLine } from './processes/in-one-line.ts';
import { runTrials } from './processes/measured-process.ts';
import type { Standby } from './processes/standby.ts';
import type { ClientAsked } from './server/client-trial.ts';
import { runServerTrials, type ServerTrialOptions } from './server/server-trials.ts';
import { traceServer } from './server/traced-server.ts';
import { countSyscalls, traceClient } from './syscalls.ts';
import type { TrialPlan } from './trial/cell.ts';
import { failedTrial } from './trial-record.ts';

/** How each trial is measured. */
export interface TrialsPlan extends Durations, Places {
  readonly seed: number;
  /** How long one trial may take, all included, before it is given up. */
  readonly timeLimitNs: number;
}

export interface RunPlan extends TrialsPlan {
  readonly cells: readonly PlannedCell[];
  /** Of each cell; with a budget, the rounds before any cell is left out. */
  readonly trials: number;
  readonly budget?: Budget;
}

export interface RunOptions {
  readonly fixtures: Fixtures;
  readonly standby?: Standby;
  readonly signal: AbortSignal;
  /** A trial is about to begin. */
  began?(planned: PlannedCell, trial: number): void;
  /** What the trial needs is prepared: it was before, or it is now. */
  prepared?(): void;
  /** A network was built, and looked at. */
  observed?(story: StoryRecord): void;
  /** What a measured process, a preparation or a peer prints. */
  output?(text: string): void;
}

/**
 * Yields what came of each trial, in the order in which they were measured; ends early if the signal aborts.
 */
export async function* measure(plan: RunPlan, options: RunOptions): AsyncGenerator<TrialRecord> {
  yield* refusalsOf(plan);
  const possible = plan.cells.filter(({ refusal }) => refusal === undefined);
  const random = randomFrom(plan.seed);
  for (let trial = 1; trial <= plan.trials; trial++) {
    for (const cells of roundOf(processesOf(possible), random)) {
      if (options.signal.aborted) return;
      yield* measureTrials(plan, cells, trial, options);
    }
  }
}

/** What a run with a budget needs, and reports, besides. */
export interface BudgetOptions extends RunOptions, Pick<Bench, 'judge' | 'looked'> {
  /** What starting a process takes. */
  readonly startNs: number;
}

/** The same within a budget, with the looks at what was measured so far. */
export async function* measureByBudget(
  plan: RunPlan,
  budget: Budget,
  options: BudgetOptions,
): AsyncGenerator<TrialRecord | LookRecord> {
  yield* refusalsOf(plan);
  const { signal, startNs, judge, looked } = options;
  yield* measureWithin(
    { ...budget, cells: plan.cells, trials: plan.trials, seed: plan.seed },
    {
      nowNs: () => performance.now() * 1e6,
      signal,
      expectedNs: (cells) => processNs(plan, cells, startNs),
      measureProcess: (cells, round) => measureTrials(plan, cells, round, options),
      judge,
      ...(looked ? { looked } : {}),
    },
  );
}

function* refusalsOf({ cells }: RunPlan): Generator<TrialRecord> {
  for (const { cell, refusal } of cells) {
    if (refusal !== undefined)
      yield { kind: 'trial', cell, trial: 1, status: 'unsupported', reason: refusal };
  }
}

/** Yields the system calls a request of each cell that was measured: extra trials, after all others. */
export async function* countAllSyscalls(
  plan: RunPlan,
  measured: readonly CellSpec[],
  options: RunOptions,
): AsyncGenerator<SyscallRecord> {
  const keys = new Set(measured.map(cellKey));
  const cells = plan.cells.filter(({ cell }) => keys.has(cellKey(cell)));
  for (const planned of cells) {
    if (options.signal.aborted) return;
    options.began?.(planned, 0);
    const fixture = await options.fixtures.get(planned.planned, planned.params, options);
    const record = await countSyscalls(
      trialPlan(plan, planned, 0, fixture.value),
      (planned.planned.workload.serve ? traceServer : traceClient)(trialOptions(plan, fixture, options)),
      options.fixtures.directory,
    );
    if (record) yield withoutCredentialsIn(record);
  }
}

function trialPlan(
  plan: TrialsPlan,
  { cell, planned }: PlannedCell,
  trial: number,
  fixture: unknown,
): TrialPlan {
  const { warmupNs, longestWarmupNs, durationNs, requests, maxInFlight } = plan;
  const seed = trialSeed(plan.seed, cellKey(cell), trial);
  return {
    cell,
    workload: planned.reference,
    fixture,
    trial,
    seed,
    warmupNs,
    longestWarmupNs,
    durationNs,
    maxInFlight,
    ...(requests === undefined ? {} : { requests }),
  };
}

const trialOptions = (
  { timeLimitNs, cpus, launchers }: TrialsPlan,
  fixture: Fixture,
  { fixtures, signal, output, standby }: RunOptions,
): ServerTrialOptions => ({
  fixture,
  directory: fixtures.directory,
  timeLimitNs,
  cpus,
  launchers: launchersIn(fixture, launchers),
  signal,
  ...(output ? { output } : {}),
  ...(standby ? { standby } : {}),
});

/** In a network, requests come from the client. */
const launchersIn = ({ network }: Fixture, launchers: Launchers = {}): Launchers =>
  network === undefined
    ? launchers
    : { ...launchers, measured: [...(launchers.measured ?? []), ...network.launcher] };

/** Measures one trial, whatever happens in it; `undefined` if it was interrupted. */
export async function measureTrial(
  plan: TrialsPlan,
  planned: PlannedCell,
  trial: number,
  options: RunOptions,
): Promise<TrialRecord | undefined> {
  const { value } = await measureTrials(plan, [planned], trial, options).next();
  return value ?? undefined;
}

/**
 * Measures one trial of each of these cells, which differ in their load alone, in one process; fewer if it
 * was interrupted.
 */
async function* measureTrials(
  plan: TrialsPlan,
  cells: readonly PlannedCell[],
  trial: number,
  options: RunOptions,
): AsyncGenerator<TrialRecord> {
  const [first] = cells;
  if (first === undefined) return;
  options.began?.(first, trial);
  let fixture: Fixture;
  try {
    fixture = await options.fixtures.get(first.planned, first.params, options);
    options.prepared?.();
  } catch (error) {
    if (!options.signal.aborted) for (const { cell } of cells) yield unprepared(cell, trial, error);
    return;
  }
  report(fixture, first.cell, options);
  const plans = cells.map((planned) => trialPlan(plan, planned, trial, fixture.value));
  const runThem = first.planned.workload.serve ? runServerTrials : runTrials;
  let next = 1;
  const client = clientOf(plan, first);
  for await (const record of runThem(plans, { ...trialOptions(plan, fixture, options), client })) {
    yield storable(withoutCredentialsIn(record));
    const following = cells[next++];
    if (following) options.began?.(following, trial);
  }
}

/** Those whose story was reported, if they have one. */
const reported = new WeakSet<object>();

function report({ network }: Fixture, { workload, params }: CellSpec, { observed }: RunOptions): void {
  if (network === undefined || network.steps.length === 0 || reported.has(network)) return;
  reported.add(network);
  observed?.({ kind: 'story', workload, params, about: ABOUT, steps: [...network.steps] });
}

/** What loads the server of a cell besides; every cell of such a run has one. */
function clientOf({ client }: TrialsPlan, { planned, params }: PlannedCell): ClientAsked | undefined {
  const http = client && planned.workload.http?.(params);
  return http && 'path' in http ? { ...client, path: http.path } : undefined;
}

/** The record, or what stands for it where it could not be read back. */
function storable(record: TrialRecord): TrialRecord {
  const unreadable = unreadablePart(record);
  return unreadable === undefined
    ? record
    : failedTrial(record.cell, record.trial, `what was measured cannot be stored: ${unreadable}`);
}

function unprepared(cell: CellSpec, trial: number, error: unknown): TrialRecord {
  if (error instanceof UnsupportedError)
    return { kind: 'trial', cell, trial, status: 'unsupported', reason: error.message };
  return failedTrial(cell, trial, withoutCredentials(`prepare failed: ${inOneLine(error)}`));
}

/**
 * A number of its own for each trial of each cell (FNV-1a over their names), the same in every run with this
 * seed.
 */
function trialSeed(seed: number, key: string, trial: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const letter of `${key}#${trial}`) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
