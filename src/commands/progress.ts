/**
 * Progress on stderr: on a terminal one line that changes between trials, otherwise one line per cell.
 * Nothing is printed during a trial.
 */

import { counted, formatDuration } from '../quantity.ts';
import { sentenceOf } from '../reasons.ts';
import { formatLoad, formatModel, formatParams, formatRate } from '../report/formats/format.ts';
import { type CellSpec, cellKey, type TrialRecord } from '../result.ts';
import type { Prospect } from '../run/budget.ts';
import { createPace, type Pace } from '../run/estimate.ts';
import type { PlannedCell } from '../run/plan.ts';
import type { RunPlan } from '../run/runner.ts';
import { typicalOf } from '../stats/interval.ts';
import { createLiveLine, type LiveLine, notify } from './terminal.ts';

export interface Progress {
  began(planned: PlannedCell, trial: number): void;
  prepared(): void;
  landed(record: TrialRecord): void;
  /** A look was taken at the results so far; only in runs with a budget. */
  looked?(prospect: Prospect): void;
  output(text: string): void;
  done(): void;
}

export const quiet: Progress = { began() {}, prepared() {}, landed() {}, output: notify, done() {} };

/**
 * Announces the number of trials and the expected time, then shows the progress. `startNs` is the time that
 * starting a process takes now.
 */
export function createProgress(plan: RunPlan, startNs: number): Progress {
  const pace = createPace(plan, startNs);
  const possible = pace.total / plan.trials;
  const basis = `a process takes ${(startNs / 1e9).toFixed(1)}s to start here`;
  notify(
    `iobench: ${counted(possible, 'cell')} x ${counted(plan.trials, 'trial')}, about ${roughly(pace.leftNs())} (${basis}; trials refine this)\n`,
  );
  const describe = describer(plan.cells).cell;
  const live = createLiveLine();
  return live ? liveLine(live, describe, pace) : lines(describe, pace, plan.trials, possible);
}

type Describe = (cell: CellSpec) => string;

const BAR_WIDTH = 24;

export function bar(share: number): string {
  const filled = Math.round(share * BAR_WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
}

function liveLine(live: LiveLine, describe: Describe, pace: Pace): Progress {
  return {
    began(planned) {
      pace.began(planned, performance.now());
      live.show(
        `${bar(pace.landed / pace.total)} ${pace.landed + 1}/${pace.total}  ${roughly(pace.leftNs())} left  ${describe(planned.cell)}`,
      );
    },
    prepared: () => pace.prepared(performance.now()),
    landed(record) {
      pace.measured(record, performance.now());
      if (record.status === 'failed')
        live.notify(`failed: ${describe(record.cell)}: ${sentenceOf(record.reason)}\n`);
    },
    output: live.notify,
    done: live.clear,
  };
}

/** One line per cell; and, since a cell's last trial comes late, the time left at each tenth. */
function lines(describe: Describe, pace: Pace, trials: number, possible: number): Progress {
  const trialsOf = new Map<string, TrialRecord[]>();
  let complete = 0;
  let tenth = 0;
  let isKnown = false;
  return {
    began: (planned) => pace.began(planned, performance.now()),
    prepared: () => pace.prepared(performance.now()),
    landed(record) {
      pace.measured(record, performance.now());
      if (record.status === 'unsupported') return;
      const landed = [...(trialsOf.get(cellKey(record.cell)) ?? []), record];
      trialsOf.set(cellKey(record.cell), landed);
      if (landed.length === trials)
        notify(`[${++complete}/${possible}] ${describe(record.cell)}: ${outcome(landed)}\n`);
      const reached = Math.floor((10 * pace.landed) / pace.total);
      const left = `${roughly(pace.leftNs())} left`;
      if (pace.isKnown && !isKnown && reached < 10)
        notify(`about ${left}, by the first trial of each workload\n`);
      else if (reached > tenth && reached < 10) notify(`${reached * 10} %, ${left}\n`);
      isKnown = pace.isKnown;
      tenth = reached;
    },
    output: notify,
    done() {},
  };
}

export function outcome(trials: readonly TrialRecord[]): string {
  const failed = trials.find((trial) => trial.status === 'failed');
  if (failed && failed.status === 'failed') return `failed: ${sentenceOf(failed.reason)}`;
  const rates = trials.flatMap((trial) =>
    trial.status === 'measured' ? [(trial.completed / trial.windowNs) * 1e9] : [],
  );
  return formatRate(typicalOf(rates));
}

/** The names of a cell, of the question that it answers, and of its model. */
export interface Names {
  cell(cell: CellSpec): string;
  question(cell: CellSpec): string;
  model(cell: CellSpec): string;
}

/** Names include parameters only if the workload is run with several sets of them. */
export function describer(cells: readonly PlannedCell[]): Names {
  const unitsFor = new Map(
    cells.map(({ planned: { workload, params } }) => [
      workload.name,
      params.length > 1 ? (workload.units ?? {}) : undefined,
    ]),
  );
  const question = ({ workload, params, load }: CellSpec) => {
    const units = unitsFor.get(workload);
    return [workload, units ? formatParams(params, units) : '', formatLoad(load)]
      .filter((part) => part !== '')
      .join(' · ');
  };
  return { question, model: formatModel, cell: (cell) => `${question(cell)} · ${formatModel(cell)}` };
}

/** A time that is left, rounded up to the second; from a minute on to the half minute. */
export const roughly = (ns: number): string =>
  formatDuration(ns < 60e9 ? Math.ceil(ns / 1e9) * 1e9 : Math.ceil(ns / 30e9) * 30e9);
