/** What is said on stderr while a run goes on: a line that changes between trials on a terminal, a line a cell otherwise. Never during a trial. */
import process from 'node:process';
import { createLogUpdate } from 'log-update';
import { formatDuration } from '../quantity.ts';
import { formatLoad, formatParams, formatRate } from '../report/format.ts';
import { type CellSpec, cellKey, type TrialRecord } from '../result.ts';
import type { PlannedCell } from '../run/plan.ts';
import { expectedNs, type RunPlan } from '../run/runner.ts';
import { unitsOf } from '../workloads/parameters.ts';

export interface Progress {
  began(planned: PlannedCell, trial: number): void;
  landed(record: TrialRecord): void;
  output(text: string): void;
  done(): void;
}

const quiet: Progress = { began() {}, landed() {}, output: (text) => void process.stderr.write(text), done() {} };

export function createProgress(plan: RunPlan, isQuiet: boolean): Progress {
  if (isQuiet) return quiet;
  const stream = process.stderr;
  const possible = plan.cells.filter(({ refusal }) => refusal === undefined).length;
  const total = possible * plan.trials;
  const cells = `${possible} cells x ${plan.trials} trial${plan.trials === 1 ? '' : 's'}`;
  stream.write(`iobench: ${cells}, about ${roughly(expectedNs(plan))}\n`);
  const startedMs = Date.now();
  let landed = 0;
  const describe = describer(plan.cells);
  const left = () => (landed === 0 ? expectedNs(plan) : ((Date.now() - startedMs) * 1e6 * (total - landed)) / landed);
  return stream.isTTY
    ? liveLine(
        stream,
        describe,
        total,
        () => landed,
        left,
        () => landed++,
      )
    : lines(stream, describe, plan, possible, () => landed++);
}

type Describe = (cell: CellSpec) => string;

function liveLine(
  stream: NodeJS.WriteStream,
  describe: Describe,
  total: number,
  landed: () => number,
  leftNs: () => number,
  count: () => void,
): Progress {
  const live = createLogUpdate(stream);
  const width = 24;
  return {
    began({ cell }) {
      const filled = Math.round((landed() / total) * width);
      live(`${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${landed() + 1}/${total}  ${roughly(leftNs())} left  ${describe(cell)}`);
    },
    landed({ status, cell, ...record }) {
      if (status === 'unsupported') return;
      count();
      if (status === 'failed') {
        live.clear();
        stream.write(`failed: ${describe(cell)}: ${(record as { reason: string }).reason}\n`);
      }
    },
    output(text) {
      live.clear();
      stream.write(text);
    },
    done: () => live.clear(),
  };
}

function lines(stream: NodeJS.WriteStream, describe: Describe, plan: RunPlan, possible: number, count: () => void): Progress {
  const trialsOf = new Map<string, TrialRecord[]>();
  let complete = 0;
  return {
    began() {},
    landed(record) {
      if (record.status === 'unsupported') return;
      count();
      const trials = [...(trialsOf.get(cellKey(record.cell)) ?? []), record];
      trialsOf.set(cellKey(record.cell), trials);
      if (trials.length === plan.trials) stream.write(`[${++complete}/${possible}] ${describe(record.cell)}: ${outcome(trials)}\n`);
    },
    output: (text) => void stream.write(text),
    done() {},
  };
}

function outcome(trials: readonly TrialRecord[]): string {
  const failed = trials.find((trial) => trial.status === 'failed');
  if (failed && failed.status === 'failed') return `failed: ${failed.reason}`;
  const rates = trials.flatMap((trial) => (trial.status === 'measured' ? [(trial.completed / trial.windowNs) * 1e9] : []));
  return formatRate(rates.reduce((sum, rate) => sum + rate, 0) / rates.length);
}

/** Names a cell; its parameters only where the workload is run with several sets of them. */
function describer(cells: readonly PlannedCell[]): (cell: CellSpec) => string {
  const unitsFor = new Map(
    cells.map(({ planned: { workload, params } }) => [workload.name, params.length > 1 ? unitsOf(workload.params) : undefined]),
  );
  return ({ workload, params, load, model }) => {
    const units = unitsFor.get(workload);
    return [workload, units ? formatParams(params, units) : '', formatLoad(load), model].filter((part) => part !== '').join(' · ');
  };
}

const roughly = (ns: number): string => formatDuration(ns < 60e9 ? Math.ceil(ns / 1e9) * 1e9 : Math.ceil(ns / 30e9) * 30e9);
