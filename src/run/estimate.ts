/**
 * How long a run will take. Before anything of it is known: what its plan says, and what starting a process
 * takes on this machine. From then on: what preparing and measuring have taken so far, workload by workload.
 */
import type { TrialRecord } from '../result.ts';
import { type Durations, type PlannedCell, processesOf } from './plan.ts';
import { LEAST_WARMUP_NS } from './trial/compiled-code.ts';

/** The usual time of a load until V8 compiles nothing more. */
const WARM_LOAD_NS = 350e6;
/** Requests in flight at the end of a window, and what a process does before and after each load. */
const AROUND_NS = 50e6;

type Times = Pick<Durations, 'warmupNs' | 'longestWarmupNs' | 'durationNs' | 'client'>;

/**
 * What a process that measures these cells takes: its start, that of the server before it where the model
 * serves, the burst that warms its code where a load does not, its loads, and those of another client.
 */
export function processNs(durations: Times, cells: readonly PlannedCell[], startNs: number): number {
  const isServed = cells.some(({ planned }) => planned.workload.serve);
  const burstNs = Math.min(durations.longestWarmupNs, LEAST_WARMUP_NS);
  const { client, durationNs } = durations;
  const besideNs = isServed && client ? client.program.secondsOf(durationNs) * 1e9 : 0;
  return (isServed ? 2 : 1) * startNs + burstNs + cells.length * (loadNs(durations) + besideNs);
}

/** What one load takes in a process that is warm. */
export function loadNs({ warmupNs, longestWarmupNs, durationNs }: Times): number {
  return Math.max(warmupNs, Math.min(longestWarmupNs, WARM_LOAD_NS)) + durationNs + AROUND_NS;
}

export interface RunShape extends Durations {
  readonly cells: readonly PlannedCell[];
  readonly trials: number;
}

/** The progress of a run. It receives events with their times: milliseconds of one clock. */
export interface Pace {
  /** Trials that there are to be; a cell that cannot be measured has none. */
  readonly total: number;
  readonly landed: number;
  /** Whether each workload has had its first trial: from then on what is left is known from trials. */
  readonly isKnown: boolean;
  began(planned: PlannedCell, atMs: number): void;
  /** What the workload prepares is there; at once where it was there before. */
  prepared(atMs: number): void;
  measured(record: TrialRecord, atMs: number): void;
  leftNs(): number;
}

/** The pace of a run of which nothing has happened yet. `startNs` is what starting a process takes. */
export function createPace(shape: RunShape, startNs: number): Pace {
  const possible = shape.cells.filter(({ refusal }) => refusal === undefined);
  const trialsOf = countBy(possible, ({ cell }) => cell.workload, shape.trials);
  const preparations = countBy(possible, preparationOf, 1);
  const trialMs = new Mean();
  const preparationMs = new Mean();
  const perWorkload = new Map([...trialsOf.keys()].map((name) => [name, new Mean()]));
  const total = possible.length * shape.trials;
  const expectedMs = expectedTrialsMs(shape, possible, startNs);
  // Preparing takes a process, which may start another: a server.
  const expectedPreparationMs = (2 * startNs) / 1e6;
  let landed = 0;
  let sinceMs = 0;
  let preparing: string | undefined;
  return {
    total,
    get landed() {
      return landed;
    },
    get isKnown() {
      return [...perWorkload.values()].every(({ count }) => count > 0);
    },
    began(planned, atMs) {
      sinceMs = atMs;
      preparing = preparationOf(planned);
    },
    prepared(atMs) {
      if (preparing !== undefined && preparations.delete(preparing)) preparationMs.add(atMs - sinceMs);
      sinceMs = atMs;
    },
    measured({ status, cell: { workload } }, atMs) {
      if (status === 'unsupported') return;
      landed++;
      trialMs.add(atMs - sinceMs);
      perWorkload.get(workload)?.add(atMs - sinceMs);
      sinceMs = atMs;
    },
    leftNs() {
      const trials = [...perWorkload].map(([name, mean]) => {
        const left = (trialsOf.get(name) ?? 0) - mean.count;
        return Math.max(0, left) * mean.or(trialMs.or(expectedMs.get(name) ?? 0));
      });
      const prepare = [...preparations.keys()].length * preparationMs.or(expectedPreparationMs);
      return 1e6 * (trials.reduce((sum, each) => sum + each, 0) + prepare);
    },
  };
}

/** What a trial of each workload is expected to take, with its part of its process. */
function expectedTrialsMs(
  shape: RunShape,
  possible: readonly PlannedCell[],
  startNs: number,
): Map<string, number> {
  const sums = new Map<string, { ms: number; trials: number }>();
  for (const cells of processesOf(possible)) {
    const name = cells[0]?.cell.workload ?? '';
    const { ms, trials } = sums.get(name) ?? { ms: 0, trials: 0 };
    sums.set(name, { ms: ms + processNs(shape, cells, startNs) / 1e6, trials: trials + cells.length });
  }
  return new Map([...sums].map(([name, { ms, trials }]) => [name, ms / trials]));
}

class Mean {
  count = 0;
  private sum = 0;

  add(value: number): void {
    this.count++;
    this.sum += value;
  }

  /** The mean; what was expected where nothing is known yet. */
  or(expected: number): number {
    return this.count === 0 ? expected : this.sum / this.count;
  }
}

/**
 * Cells of the same workload and parameters share what is prepared; `undefined` where there is nothing to
 * prepare.
 */
function preparationOf({ planned: { workload, reference }, params }: PlannedCell): string | undefined {
  return workload.prepare === undefined || workload.prepare === false
    ? undefined
    : JSON.stringify([reference, params]);
}

function countBy(
  cells: readonly PlannedCell[],
  keyOf: (cell: PlannedCell) => string | undefined,
  each: number,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    const key = keyOf(cell);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + each);
  }
  return counts;
}
