/**
 * The progress of a run with a budget, on stderr: how much of the time has passed, and at each look what is
 * still open.
 */

import { counted, formatDuration, plural } from '../quantity.ts';
import { sentenceOf } from '../reasons.ts';
import { type CellSpec, cellKey, type TrialRecord } from '../result.ts';
import type { Budget, Prospect } from '../run/budget.ts';
import { processNs } from '../run/estimate.ts';
import { type PlannedCell, processesOf } from '../run/plan.ts';
import type { RunPlan } from '../run/runner.ts';
import { FEWEST_TRIALS } from '../stats/interval.ts';
import { bar, describer, type Names, outcome, type Progress, roughly } from './progress.ts';
import { createLiveLine, type LiveLine, notify } from './terminal.ts';

/** At most this many questions are named; the others are counted. */
const MOST_NAMED = 3;

/**
 * Announces how long the run takes and whether the budget is enough, then shows the progress. `startNs` is
 * the time that starting a process takes.
 */
export function createBudgetProgress(plan: RunPlan, budget: Budget, startNs: number): Progress {
  const possible = plan.cells.filter(({ refusal }) => refusal === undefined);
  notify(`iobench: ${announcement(plan, budget, possible, startNs)}\n`);
  const names = describer(plan.cells);
  const live = createLiveLine();
  const lengthNs = budget.isStrict
    ? budget.budgetNs
    : Math.max(budget.budgetNs, firstRoundsNs(plan, possible, startNs));
  const startedMs = performance.now();
  const elapsedNs = () => (performance.now() - startedMs) * 1e6;
  const clock = {
    elapsedNs,
    leftNs: () => Math.max(0, lengthNs - elapsedNs()),
    share: () => Math.min(1, elapsedNs() / lengthNs),
  };
  return live ? liveLine(live, names, clock) : lines(names, clock, possible.length);
}

interface Clock {
  leftNs(): number;
  /** The share of the budget that has passed. */
  share(): number;
}

/** The time that three rounds of all cells take. */
function firstRoundsNs(plan: RunPlan, possible: readonly PlannedCell[], startNs: number): number {
  const processes = processesOf(possible);
  return FEWEST_TRIALS * processes.reduce((sum, cells) => sum + processNs(plan, cells, startNs), 0);
}

function announcement(
  plan: RunPlan,
  { budgetNs, isStrict, narrowShare }: Budget,
  possible: readonly PlannedCell[],
  startNs: number,
): string {
  if (possible.length === 0) return 'none of the cells can be measured';
  const cells = counted(possible.length, 'cell');
  const firstNs = firstRoundsNs(plan, possible, startNs);
  const rounds = `${FEWEST_TRIALS} rounds of ${cells} take about ${roughly(firstNs)}`;
  const budget = formatDuration(budgetNs);
  if (firstNs > budgetNs && isStrict) {
    return `${rounds}: in ${budget} only a part is measured, and nothing can be decided. Name fewer models or workloads, or give --budget ${roughly(1.5 * firstNs)}`;
  }
  if (firstNs > budgetNs) return `${rounds}, longer than the budget of ${budget}, so only those are run`;
  const wanted =
    narrowShare === undefined
      ? 'those whose rank is open'
      : `those whose interval is wider than ±${Number((100 * narrowShare).toPrecision(3))} %`;
  return `${cells}, ${budget} at most: each at least ${FEWEST_TRIALS} times (about ${roughly(firstNs)}), then ${wanted}`;
}

function liveLine(live: LiveLine, names: Names, clock: Clock): Progress {
  return {
    began(planned, trial) {
      live.show(
        `${bar(clock.share())} round ${trial}  ${roughly(clock.leftNs())} left  ${names.cell(planned.cell)}`,
      );
    },
    prepared() {},
    landed(record) {
      if (record.status === 'failed')
        live.notify(`failed: ${names.cell(record.cell)}: ${sentenceOf(record.reason)}\n`);
    },
    looked: (prospect) => live.notify(`${inWords(prospect, names)}\n`),
    output: live.notify,
    done: live.clear,
  };
}

/** One line per cell when its first rounds are done; the time left at each tenth; and each look. */
function lines(names: Names, clock: Clock, possible: number): Progress {
  const trialsOf = new Map<string, TrialRecord[]>();
  let complete = 0;
  let tenth = 0;
  return {
    began() {},
    prepared() {},
    landed(record) {
      if (record.status === 'unsupported') return;
      const landed = [...(trialsOf.get(cellKey(record.cell)) ?? []), record];
      trialsOf.set(cellKey(record.cell), landed);
      if (landed.length === FEWEST_TRIALS)
        notify(`[${++complete}/${possible}] ${names.cell(record.cell)}: ${outcome(landed)}\n`);
      const reached = Math.floor(10 * clock.share());
      if (reached > tenth && reached < 10) notify(`${reached * 10} %, ${roughly(clock.leftNs())} left\n`);
      tenth = reached;
    },
    looked: (prospect) => notify(`${inWords(prospect, names)}\n`),
    output: notify,
    done() {},
  };
}

/** `after 3 rounds, 25s: 3 of 6 questions are decided; still open: tcp-echo · 8 clients: epoll, io-uring`. */
export function inWords({ afterRound, elapsedNs, questions, open, ending }: Prospect, names: Names): string {
  // In the order of the plan, and not of what was measured first.
  const places = new Map(open.map((cell, place) => [cellKey(cell), place]));
  const place = (cell: CellSpec) => places.get(cellKey(cell)) ?? Number.POSITIVE_INFINITY;
  const undecided = questions
    .map(({ cells }) => cells.filter((cell) => places.has(cellKey(cell))).sort((a, b) => place(a) - place(b)))
    .filter((cells) => cells.length > 0)
    .sort(([a], [b]) => place(a as CellSpec) - place(b as CellSpec));
  const decided = `${questions.length - undecided.length} of ${counted(questions.length, 'question')} ${plural(questions.length, 'is', 'are')} decided`;
  const when = `${counted(afterRound, 'round')}, ${Math.round(elapsedNs / 1e9)}s`;
  const still = undecided.length === 0 ? '' : `; still open: ${list(undecided, names)}`;
  if (questions.length === 0) return `after ${when}: nothing could be measured`;
  if (afterRound < FEWEST_TRIALS)
    return `the time is too short for another round after ${when}: fewer than ${FEWEST_TRIALS} rounds decide nothing`;
  if (ending === undefined) return `after ${when}: ${decided}${still}`;
  const short = questions.flatMap((question) =>
    question.open.filter(({ reasons }) => reasons.includes('no-percentile')),
  ).length;
  const percentiles = short === 0 ? '' : `; ${counted(short, 'cell')} would take longer to get a p99`;
  return ending === 'decided'
    ? `decided after ${when}${percentiles}`
    : `the time is over after ${when}: ${decided}${still}${percentiles}`;
}

function list(questions: readonly (readonly CellSpec[])[], names: Names): string {
  const named = questions
    .slice(0, MOST_NAMED)
    .map((cells) => `${names.question(cells[0] as CellSpec)}: ${cells.map(names.model).join(', ')}`);
  const more = questions.length - named.length;
  return [...named, ...(more === 0 ? [] : [`${more} more`])].join('; ');
}
