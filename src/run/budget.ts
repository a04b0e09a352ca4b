/**
 * Measures a plan within a time: rounds of all cells first, then rounds of those cells alone of which something is still open, until all
 * is decided or the time is over. Who knows no clock and no process can be measured too: both are handed in.
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
  /** Measured until intervals reach no further from their centres than this share, instead of until it is known who is the best. */
  readonly narrowShare?: number;
}

export interface BudgetPlan extends Budget {
  readonly cells: readonly PlannedCell[];
  /** So many rounds of all cells are made before any is left out, while half of the budget lasts; three in any case that it allows. */
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

/** One when the first rounds are done, one when the time is over, and those between at equal shares of the time between. */
const MOST_LOOKS = 5;
/** What is expected may take so much longer. */
const MARGIN = 1.1;
/** Rounds of all cells beyond the third are made in this share of the budget. */
const FIRST_SHARE = 0.5;

/** Yields what came of each trial as it lands, and each look when it is taken; ends early, without a look, if the signal aborts. */
export async function* measureWithin(plan: BudgetPlan, bench: Bench): AsyncGenerator<TrialRecord | LookRecord> {
  const { budgetNs, isStrict, narrowShare } = plan;
  const possible = plan.cells.filter(({ refusal }) => refusal === undefined);
  const random = randomFrom(plan.seed);
  const startedNs = bench.nowNs();
  const elapsedNs = () => bench.nowNs() - startedNs;
  const leftNs = () => budgetNs - elapsedNs();
  const costs = new Costs(bench);
  const trials: TrialRecord[] = [];
  const looks: { shares: number[]; afterRounds: number[] } = { shares: [], afterRounds: [] };
  let rounds = 0;

  async function* measureRound(cells: readonly PlannedCell[]): AsyncGenerator<TrialRecord> {
    rounds++;
    for (const process of roundOf(processesOf(cells), random)) {
      if (bench.signal.aborted) return;
      // The round was expected to fit; where it takes longer, what is left of it is left out.
      if ((isStrict || rounds > FEWEST_TRIALS) && trials.length > 0 && MARGIN * costs.of([process]) > leftNs()) return;
      const beganNs = bench.nowNs();
      let landed = 0;
      for await (const record of bench.measureProcess(process, rounds)) {
        trials.push(record);
        landed++;
        yield record;
      }
      if (landed === process.length) costs.took(process, bench.nowNs() - beganNs);
    }
  }
  const take = (share: number): LookRecord => {
    looks.shares.push(share);
    looks.afterRounds.push(rounds);
    return { kind: 'look', afterRound: rounds, share };
  };
  const judge = () => {
    const questions = bench.judge(trials, looks);
    return { questions, ...whatIsOpen(questions, possible, costs, leftNs()) };
  };
  const say = ({ questions, open }: ReturnType<typeof judge>, ending?: Ending) =>
    bench.looked?.({ afterRound: rounds, elapsedNs: elapsedNs(), questions, open: open.map(({ cell }) => cell), ending });

  const allNs = () => costs.of(processesOf(possible));
  const goesOn = () => {
    if (rounds < FEWEST_TRIALS) return rounds === 0 || !isStrict || allNs() <= leftNs();
    return rounds < plan.trials && elapsedNs() + allNs() <= FIRST_SHARE * budgetNs;
  };
  while (possible.length > 0 && goesOn()) {
    yield* measureRound(possible);
    if (bench.signal.aborted) return;
  }
  const firstNs = elapsedNs();
  // When a look is due after the first one.
  const dueNs = (look: number) => firstNs + ((budgetNs - firstNs) * look) / (MOST_LOOKS - 1);
  // Fewer than three rounds show nothing, whenever they are looked at.
  if (rounds < FEWEST_TRIALS) return say(judge(), 'out-of-time');

  for (let state: ReturnType<typeof judge> | undefined; ; ) {
    const isOver = leftNs() <= 0;
    const isPlanned = looks.shares.length === 0 || (looks.shares.length < MOST_LOOKS - 1 && elapsedNs() >= dueNs(looks.shares.length));
    const isDue = isOver || isPlanned;
    if (isDue) yield take(isOver ? 1 : elapsedNs() / budgetNs);
    if (state === undefined || isDue || narrowShare !== undefined) state = judge();
    const next = [...state.open, ...state.beside];
    const isLast = isOver || MARGIN * costs.of(processesOf(next)) > leftNs();
    if (next.length === 0 || isLast) {
      // Whatever was measured since the last look is looked at, too; and where no more can come, the last look has all that is left.
      if (next.length > 0 && looks.shares.at(-1) !== 1) yield take(1);
      else if (looks.afterRounds.at(-1) !== rounds) yield take(elapsedNs() / budgetNs);
      state = judge();
      return say(state, state.open.length === 0 ? 'decided' : 'out-of-time');
    }
    if (isDue) say(state);
    yield* measureRound(next);
    if (bench.signal.aborted) return;
  }
}

/** What processes take: what the last one of the same model and workload took, or else as much as is expected here, by those so far. */
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
      return sum + (perLoadNs === undefined ? slowness * this.bench.expectedNs(cells) : perLoadNs * (cells.length + 1));
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
  const within = percentilesWithin(questions, leftNs, (cell) => costs.of([[planned.get(cellKey(cell)) as PlannedCell]]));
  const openIn = ({ open }: Question<CellSpec>) =>
    open.filter(({ cell, reasons }) => within.has(cell) || reasons.some((reason) => reason !== 'no-percentile')).map(({ cell }) => cell);
  const keys = new Set(questions.flatMap(openIn).map(cellKey));
  const best = new Set(questions.flatMap((question) => (question.best && openIn(question).length > 0 ? [cellKey(question.best)] : [])));
  return {
    open: possible.filter(({ cell }) => keys.has(cellKey(cell))),
    beside: possible.filter(({ cell }) => best.has(cellKey(cell)) && !keys.has(cellKey(cell))),
  };
}

/** The cells that get their percentile within the time, if it is given to those first that need the least of it. */
function percentilesWithin(questions: readonly Question<CellSpec>[], leftNs: number, costNs: (cell: CellSpec) => number): Set<CellSpec> {
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
