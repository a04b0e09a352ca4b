/**
 * Searches for what each model can carry: steps of all searches interleaved, each a trial in a fresh process.
 */
import { randomFrom, shuffled } from '../load/random.ts';
import { sentenceOf } from '../reasons.ts';
import type {
  CapacityRecord,
  JudgedRate,
  LoadSpec,
  MeasuredTrial,
  RefusedTrial,
  StepRecord,
} from '../result.ts';
import { bracketOf } from '../stats/bracket.ts';
import { type Bracket, searchRates } from './capacity-search.ts';
import { processNs } from './estimate.ts';
import type { Places } from './placement.ts';
import type { PlannedCell } from './plan.ts';
import { measureTrial, type RunOptions } from './runner.ts';
import { loadOfServer } from './trial/trial-load.ts';

export interface CapacityPlan extends Places {
  /** One for each search; each step replaces the load. */
  readonly cells: readonly PlannedCell[];
  /** As it was written: `p99<20ms`. */
  readonly objective: string;
  readonly arrivals: 'poisson' | 'constant';
  /** The pool of clients of each step's load, if there is to be one. */
  readonly clients?: number | undefined;
  readonly seed: number;
  readonly warmupNs: number;
  /** How long is waited for code to be compiled before each step, at most. */
  readonly longestWarmupNs: number;
  /**
   * The shortest window; it is longer, up to `LONGEST` times, until `requestsNeeded` can be expected, and not
   * shorter than `settlingNs`.
   */
  readonly durationNs: number;
  readonly requestsNeeded: number;
  /** An overload shows only after this long. */
  readonly settlingNs: number;
  readonly maxInFlight: number;
  readonly mostPerSecond: number;
  /**
   * How long one trial may take, all included; without it, three times its time, and half a minute besides.
   */
  readonly timeLimitNs?: number | undefined;
  /** Whether a trial kept the objective. */
  judge(trial: MeasuredTrial): { readonly isKept: boolean; readonly measured: string; readonly why?: string };
}

export type CapacityEvent =
  | { readonly kind: 'step'; readonly record: StepRecord }
  | {
      readonly kind: 'found';
      readonly record: CapacityRecord;
      readonly stepCount: number;
      readonly isFailed: boolean;
    };

export interface CapacityOptions extends RunOptions {
  /** Every search has its first guess: about how long the rest will take. */
  guessed?(leftNs: (startNs: number) => number): void;
}

/** How many times the window may be extended. */
const LONGEST = 30;
/** Clients of the closed trial that gives the first guess. */
const PROBE_CLIENTS = 32;
/** The search begins at this share of what a closed load reached. */
const START_SHARE = 0.5;
/** Steps of a search, as a rule: for the announcement only. */
const USUAL_STEPS = 8;
/** A trial that needs three times its time, and this much besides, hangs. */
const TIME_LIMIT_BASE_NS = 30e9;
const ORDER_STREAM = 11;

interface Search {
  readonly planned: PlannedCell;
  readonly steps: JudgedRate[];
  /** Nothing before the first guess. */
  rates?: Generator<number, Bracket, boolean>;
  nextPerSecond?: number;
  /** Of the last trial that measured nothing. */
  failure?: RefusedTrial['reason'];
  isOver: boolean;
}

/** About how long it will take, before anything is known of the models. */
export function expectedCapacityNs(plan: CapacityPlan, startNs: number): number {
  const shortestNs = windowNs(plan, Number.POSITIVE_INFINITY);
  return (
    expectedGuessesNs(plan, startNs) +
    USUAL_STEPS * sumOf(possible(plan), (planned) => stepNs(plan, planned, shortestNs, startNs))
  );
}

/** About how long the first guesses will take. */
export function expectedGuessesNs(plan: CapacityPlan, startNs: number): number {
  return sumOf(possible(plan), (planned) => stepNs(plan, planned, plan.durationNs / 2, startNs));
}

/** A step, all included; `startNs` is what starting a process takes. */
const stepNs = (plan: CapacityPlan, planned: PlannedCell, durationNs: number, startNs: number): number =>
  processNs({ ...plan, durationNs }, [planned], startNs);

const possible = ({ cells }: CapacityPlan): PlannedCell[] =>
  cells.filter(({ refusal }) => refusal === undefined);

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

/**
 * Searches all capacities of a plan; yields each step and each capacity as it is known. A search that the
 * signal interrupts yields what it has found so far. A cell that cannot be measured is a capacity with a
 * reason.
 */
export async function* searchCapacities(
  plan: CapacityPlan,
  options: CapacityOptions,
): AsyncGenerator<CapacityEvent> {
  for (const planned of plan.cells)
    if (planned.refusal !== undefined) yield found(plan, { planned, steps: [] }, { reason: planned.refusal });
  const searches = plan.cells
    .filter(({ refusal }) => refusal === undefined)
    .map((planned): Search => ({ planned, steps: [], isOver: false }));
  const random = randomFrom(plan.seed, ORDER_STREAM);
  const round = () =>
    shuffled(
      searches.filter(({ isOver }) => !isOver),
      random,
    );
  for (const search of round()) yield* guess(plan, search, options);
  const guessed = round();
  options.guessed?.((startNs) => leftNs(plan, guessed, startNs));
  for (let open = round(); open.length > 0 && !options.signal.aborted; open = round()) {
    for (const search of open) yield* takeStep(plan, search, options);
  }
  for (const { planned, steps } of searches.filter((search) => !search.isOver && search.steps.length > 0)) {
    yield found(
      plan,
      { planned, steps },
      { ...bracketOf(steps), reason: 'interrupted before the search was over' },
    );
  }
}

/** A short closed trial: what it completes is where the search begins. */
async function* guess(
  plan: CapacityPlan,
  search: Search,
  options: CapacityOptions,
): AsyncGenerator<CapacityEvent> {
  if (options.signal.aborted) return;
  const planned = withLoad(search.planned, { kind: 'closed', concurrency: PROBE_CLIENTS });
  const record = await measureStep(plan, planned, 1, plan.durationNs / 2, options);
  // Without a guess there are no steps, whatever the reason.
  search.isOver = record?.status !== 'measured';
  if (record === undefined) return;
  if (record.status !== 'measured') {
    return yield found(plan, { planned, steps: [] }, { reason: record.reason }, record.status === 'failed');
  }
  const startPerSecond = (START_SHARE * record.completed * 1e9) / record.windowNs;
  const leastPerSecond = Math.min(
    plan.mostPerSecond,
    expectedRequests(plan) / ((LONGEST * plan.durationNs) / 1e9),
  );
  search.rates = searchRates({ startPerSecond, leastPerSecond, mostPerSecond: plan.mostPerSecond });
  search.nextPerSecond = search.rates.next().value as number;
}

/** One more trial of a search; and its end, if that was the last. */
async function* takeStep(
  plan: CapacityPlan,
  search: Search,
  options: CapacityOptions,
): AsyncGenerator<CapacityEvent> {
  const { planned, rates, nextPerSecond: ratePerSecond, steps } = search;
  if (options.signal.aborted || rates === undefined || ratePerSecond === undefined) return;
  const trial = steps.filter((step) => step.ratePerSecond === ratePerSecond).length + 1;
  const at = withLoad(planned, loadAt(plan, planned, ratePerSecond));
  const record = await measureStep(plan, at, trial, windowNs(plan, ratePerSecond), options);
  if (record === undefined) return;
  const { isKept, measured, why } = record.status === 'measured' ? plan.judge(record) : brokenOff(record);
  if (record.status !== 'measured') search.failure = record.reason;
  const step = { ratePerSecond, kept: isKept, measured, ...(why === undefined ? {} : { why }) };
  steps.push(step);
  yield {
    kind: 'step',
    record: { kind: 'step', cell: searched(planned), objective: plan.objective, ...step, trial: record },
  };
  const next = rates.next(isKept);
  if (!next.done) {
    search.nextPerSecond = next.value;
    return;
  }
  search.isOver = true;
  const isFailed = search.failure !== undefined && steps.every(({ measured }) => measured === NOTHING);
  yield found(
    plan,
    { planned, steps },
    isFailed ? { reason: search.failure as RefusedTrial['reason'] } : rateOf(next.value),
    isFailed,
  );
}

const NOTHING = 'nothing';
const brokenOff = ({ reason }: RefusedTrial) => ({
  isKept: false,
  measured: NOTHING,
  why: sentenceOf(reason),
});

type Outcome = Pick<CapacityRecord, 'ratePerSecond' | 'failedAtPerSecond' | 'reason'>;

const rateOf = ({ keptPerSecond, failedAtPerSecond }: Bracket): Outcome => ({
  ratePerSecond: keptPerSecond,
  ...(failedAtPerSecond === undefined ? {} : { failedAtPerSecond }),
});

interface Tried {
  readonly planned: Pick<PlannedCell, 'cell'>;
  readonly steps: readonly JudgedRate[];
}

function found(
  plan: CapacityPlan,
  { planned, steps }: Tried,
  outcome: Outcome,
  isFailed = false,
): CapacityEvent {
  const record: CapacityRecord = {
    kind: 'capacity',
    cell: searched(planned),
    objective: plan.objective,
    ...outcome,
  };
  return { kind: 'found', record, stepCount: steps.length, isFailed };
}

function searched({ cell: { load: _load, ...cell } }: Pick<PlannedCell, 'cell'>): CapacityRecord['cell'] {
  return cell;
}

function loadAt({ arrivals, clients }: CapacityPlan, { planned }: PlannedCell, ratePerSecond: number) {
  const pool = clients === undefined ? {} : { clients };
  const load: LoadSpec = { kind: 'open', ratePerSecond, arrivals, ...pool };
  return planned.workload.serve ? loadOfServer(load) : load;
}

const withLoad = (planned: PlannedCell, load: LoadSpec): PlannedCell => ({
  ...planned,
  cell: { ...planned.cell, load },
});

function measureStep(
  plan: CapacityPlan,
  planned: PlannedCell,
  trial: number,
  durationNs: number,
  options: CapacityOptions,
) {
  const { seed, cpus, launchers, warmupNs, longestWarmupNs, maxInFlight } = plan;
  const timeLimitNs =
    plan.timeLimitNs ?? TIME_LIMIT_BASE_NS + 3 * (warmupNs + 2 * longestWarmupNs + durationNs);
  options.began?.(planned, trial);
  return measureTrial(
    {
      seed,
      cpus,
      launchers,
      warmupNs,
      longestWarmupNs,
      durationNs,
      maxInFlight,
      requests: undefined,
      timeLimitNs,
    },
    planned,
    trial,
    options,
  );
}

/**
 * So many that fewer than `requestsNeeded` are not to be expected: arrivals of a Poisson process scatter by
 * their square root.
 */
const expectedRequests = ({ requestsNeeded }: CapacityPlan): number =>
  requestsNeeded + 4 * Math.sqrt(requestsNeeded);

function windowNs(plan: CapacityPlan, ratePerSecond: number): number {
  return Math.max(
    plan.durationNs,
    Math.min(plan.settlingNs, LONGEST * plan.durationNs),
    (expectedRequests(plan) / ratePerSecond) * 1e9,
  );
}

function leftNs(plan: CapacityPlan, searches: readonly Search[], startNs: number): number {
  return sumOf(searches, ({ planned, nextPerSecond = Number.POSITIVE_INFINITY }) => {
    return USUAL_STEPS * stepNs(plan, planned, windowNs(plan, nextPerSecond / START_SHARE), startNs);
  });
}
