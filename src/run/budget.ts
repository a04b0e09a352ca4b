/**
 * Measures a plan within a time: rounds of all cells first, then rounds of those cells alone of which
 * something is still open, until all is decided or the time is over. The clock and the processes are handed
 * in, so that it can be simulated.
 */
import { randomFrom } from '../load/random.ts';
import { type CellSpec, cellKey, type LookRecord, type TrialRecord } from '../result.ts';
import { FEWEST_TRIALS } from '../stats/interval.ts';
import type { Looks } from '../stats/looks.ts';
import type { Question } from '../stats/open-cells.ts';
import { type PlannedCell, processesOf, processKey, roundOf } from './plan.ts';

export interface Budget {
  /** For trials, warm-ups and processes. */
  readonly budgetNs: number;
  /** It was asked for, so that it is kept; else three rounds are measured however long they take. */
  readonly isStrict: boolean;
  /**
   * Measured until intervals reach no further from their centres than this share, instead of until it is
   * known who is the best.
   */
  readonly narrowShare?: number;
}

export interface BudgetPlan extends Budget {
  readonly cells: readonly PlannedCell[];
  /**
   * The rounds of all cells that are made before any is left out, while half of the budget lasts; three in
   * any case that it allows.
   */
  readonly trials: number;
  readonly seed: number;
}

/** Why it ended: nothing is open any more; or no further round would have ended in time. */
export type Ending = 'decided' | 'out-of-time';

/** What is known after a look. */
export interface Prospect {
  readonly afterRound: number;
  readonly elapsedNs: number;
  readonly questions: readonly Question<CellSpec>[];
  /** What is measured next, without those that are only measured beside it; empty if it ends. */
  readonly open: readonly CellSpec[];
  /** `undefined` while it goes on. */
  readonly ending: Ending | undefined;
}

export interface Bench {
  nowNs(): number;
  readonly signal: AbortSignal;
  /** What a process with these cells is expected to take before any has been measured. */
  expectedNs(cells: readonly PlannedCell[]): number;
  measureProcess(cells: readonly PlannedCell[], round: number): AsyncGenerator<TrialRecord>;
  /** What is open, by looks at the trials so far. */
  judge(trials: readonly TrialRecord[], looks: Looks): readonly Question<CellSpec>[];
  looked?(prospect: Prospect): void;
}

/**
 * One when the first rounds are done, one when the time is over, and those between at equal shares of the
 * time between.
 */
const MOST_LOOKS = 5;
/** What is expected may take this much longer. */
const MARGIN = 1.1;
/** Rounds of all cells beyond the third are made in this share of the budget. */
const FIRST_SHARE = 0.5;

/**
 * Yields what came of each trial as it lands, and each look when it is taken; ends early, without a look, if
 * the signal aborts.
 */
export async function* measureWithin(
  plan: BudgetPlan,
  bench: Bench,
): AsyncGenerator<TrialRecord | LookRecord> {
  const course = new Course(plan, bench);
  while (!bench.signal.aborted && course.hasFirstRoundsLeft()) yield* course.measure(course.possible);
  if (bench.signal.aborted || course.rounds === 0) return;
  // Fewer than three rounds show nothing, whenever they are looked at.
  if (course.rounds < FEWEST_TRIALS) return course.say(course.judge(), 'out-of-time');
  yield* measureOpen(plan, bench, course);
}

/** Rounds of what is open, with a look now and then. */
async function* measureOpen(
  { budgetNs, narrowShare }: BudgetPlan,
  bench: Bench,
  course: Course,
): AsyncGenerator<TrialRecord | LookRecord> {
  const firstNs = course.elapsedNs();
  // When a look is due after the first one.
  const dueNs = (look: number) => firstNs + ((budgetNs - firstNs) * look) / (MOST_LOOKS - 1);
  for (let state: State | undefined; !bench.signal.aborted; ) {
    const isOver = course.leftNs() <= 0;
    const { taken } = course;
    const isDue = isOver || taken === 0 || (taken < MOST_LOOKS - 1 && course.elapsedNs() >= dueNs(taken));
    if (isDue) yield isOver ? course.look(1) : course.look();
    if (state === undefined || isDue || narrowShare !== undefined) state = course.judge();
    const next = [...state.open, ...state.beside];
    if (isOver || next.length === 0 || !course.fits(next)) {
      // Where no more can come, the last look has all that is left; and whatever was measured since a look is
      // looked at.
      if (next.length > 0 && course.lastShare !== 1) yield course.look(1);
      else if (course.lastRound !== course.rounds) yield course.look();
      state = course.judge();
      return course.say(state, state.open.length === 0 ? 'decided' : 'out-of-time');
    }
    if (isDue) course.say(state);
    yield* course.measure(next);
  }
}

/** What is open, and who is measured beside it. */
interface State {
  readonly questions: readonly Question<CellSpec>[];
  readonly open: readonly PlannedCell[];
  readonly beside: readonly PlannedCell[];
}

/** How far a run is: what it has measured, what that took, and when it was looked at. */
class Course {
  readonly possible: readonly PlannedCell[];
  rounds = 0;
  private readonly trials: TrialRecord[] = [];
  private readonly shares: number[] = [];
  private readonly afterRounds: number[] = [];
  private readonly costs: Costs;
  private readonly random: () => number;
  private readonly startedNs: number;
  private readonly plan: BudgetPlan;
  private readonly bench: Bench;

  constructor(plan: BudgetPlan, bench: Bench) {
    this.plan = plan;
    this.bench = bench;
    this.possible = plan.cells.filter(({ refusal }) => refusal === undefined);
    this.costs = new Costs(bench);
    this.random = randomFrom(plan.seed);
    this.startedNs = bench.nowNs();
  }

  elapsedNs(): number {
    return this.bench.nowNs() - this.startedNs;
  }

  leftNs(): number {
    return this.plan.budgetNs - this.elapsedNs();
  }

  /** Whether another round of all cells is to be made before any is left out. */
  hasFirstRoundsLeft(): boolean {
    const { isStrict, trials, budgetNs } = this.plan;
    const allNs = this.costs.of(processesOf(this.possible));
    if (this.possible.length === 0) return false;
    if (this.rounds < FEWEST_TRIALS) return this.rounds === 0 || !isStrict || allNs <= this.leftNs();
    return this.rounds < trials && this.elapsedNs() + allNs <= FIRST_SHARE * budgetNs;
  }

  fits(cells: readonly PlannedCell[]): boolean {
    return MARGIN * this.costs.of(processesOf(cells)) <= this.leftNs();
  }

  /** One round. */
  async *measure(cells: readonly PlannedCell[]): AsyncGenerator<TrialRecord> {
    const { bench, plan } = this;
    this.rounds++;
    for (const process of roundOf(processesOf(cells), this.random)) {
      if (bench.signal.aborted) return;
      // The round was expected to fit; where it takes longer, what is left of it is left out.
      const isBounded = (plan.isStrict || this.rounds > FEWEST_TRIALS) && this.trials.length > 0;
      if (isBounded && !this.fits(process)) return;
      const beganNs = bench.nowNs();
      let landed = 0;
      for await (const record of bench.measureProcess(process, this.rounds)) {
        this.trials.push(record);
        landed++;
        yield record;
      }
      if (landed === process.length) this.costs.took(process, bench.nowNs() - beganNs);
    }
  }

  /** How many looks were taken, what share had passed at the last of them, and the last round that it saw. */
  get taken(): number {
    return this.shares.length;
  }
  get lastShare(): number | undefined {
    return this.shares.at(-1);
  }
  get lastRound(): number | undefined {
    return this.afterRounds.at(-1);
  }

  /** Takes a look. */
  look(share = Math.min(1, this.elapsedNs() / this.plan.budgetNs)): LookRecord {
    this.shares.push(share);
    this.afterRounds.push(this.rounds);
    return { kind: 'look', afterRound: this.rounds, share };
  }

  judge(): State {
    const questions = this.bench.judge(this.trials, { shares: this.shares, afterRounds: this.afterRounds });
    return { questions, ...whatIsOpen(questions, this.possible, this.costs, this.leftNs()) };
  }

  say({ questions, open }: State, ending?: Ending): void {
    const { rounds, bench } = this;
    bench.looked?.({
      afterRound: rounds,
      elapsedNs: this.elapsedNs(),
      questions,
      open: open.map(({ cell }) => cell),
      ending,
    });
  }
}

/**
 * What processes take: what the last one of the same model and workload took, or else as much as is expected
 * here, by those so far.
 */
class Costs {
  private tookNs = 0;
  private expectedNs = 0;
  private readonly perLoadNs = new Map<string, number>();
  private readonly bench: Pick<Bench, 'expectedNs'>;

  constructor(bench: Pick<Bench, 'expectedNs'>) {
    this.bench = bench;
  }

  /** Starting a process and warming its code takes about as long as one of its loads. */
  took(cells: readonly PlannedCell[], ns: number): void {
    const [first] = cells;
    if (first === undefined) return;
    this.perLoadNs.set(processKey(first), ns / (cells.length + 1));
    this.tookNs += ns;
    this.expectedNs += this.bench.expectedNs(cells);
  }

  of(processes: readonly (readonly PlannedCell[])[]): number {
    const slowness = this.expectedNs === 0 ? 1 : this.tookNs / this.expectedNs;
    return processes.reduce((sum, cells) => {
      const perLoadNs = cells[0] && this.perLoadNs.get(processKey(cells[0]));
      return (
        sum +
        (perLoadNs === undefined ? slowness * this.bench.expectedNs(cells) : perLoadNs * (cells.length + 1))
      );
    }, 0);
  }
}

/** The cells that are open, and those that are measured beside them: the best of their questions. */
function whatIsOpen(
  questions: readonly Question<CellSpec>[],
  possible: readonly PlannedCell[],
  costs: Costs,
  leftNs: number,
): { open: PlannedCell[]; beside: PlannedCell[] } {
  const planned = new Map(possible.map((each) => [cellKey(each.cell), each]));
  const within = percentilesWithin(questions, leftNs, (cell) =>
    costs.of([[planned.get(cellKey(cell)) as PlannedCell]]),
  );
  const openIn = ({ open }: Question<CellSpec>) =>
    open
      .filter(({ cell, reasons }) => within.has(cell) || reasons.some((reason) => reason !== 'no-percentile'))
      .map(({ cell }) => cell);
  const keys = new Set(questions.flatMap(openIn).map(cellKey));
  const best = new Set(
    questions.flatMap((question) =>
      question.best && openIn(question).length > 0 ? [cellKey(question.best)] : [],
    ),
  );
  return {
    open: possible.filter(({ cell }) => keys.has(cellKey(cell))),
    beside: possible.filter(({ cell }) => best.has(cellKey(cell)) && !keys.has(cellKey(cell))),
  };
}

/**
 * The cells that get their percentile within the time, if it is given to those first that need the least of
 * it.
 */
function percentilesWithin(
  questions: readonly Question<CellSpec>[],
  leftNs: number,
  costNs: (cell: CellSpec) => number,
): Set<CellSpec> {
  const wanting = questions
    .flatMap(({ open }) => open.filter(({ reasons }) => reasons.includes('no-percentile')))
    .map(({ cell, trialsToPercentile }) => ({ cell, ns: trialsToPercentile * costNs(cell) }))
    .sort((a, b) => a.ns - b.ns);
  let spentNs = 0;
  return new Set(
    wanting.flatMap(({ cell, ns }) => {
      spentNs += ns;
      return spentNs <= leftNs ? [cell] : [];
    }),
  );
}
