/** `iobench run`: measures the cells of a plan, and checks thresholds. */
import { formatDuration } from '../quantity.ts';
import { questionsOf } from '../report/index.ts';
import { checkThresholds, parseThreshold, type Threshold } from '../report/verdicts/threshold.ts';
import type { CellSpec, RunDocument, RunRecord } from '../result.ts';
import type { Bench } from '../run/budget.ts';
import { createPace } from '../run/estimate.ts';
import { placeOf } from '../run/placement.ts';
import { planRun } from '../run/plan-run.ts';
import type { Standby } from '../run/processes/standby.ts';
import { countAllSyscalls, measure, measureByBudget, type RunPlan } from '../run/runner.ts';
import { requireStrace } from '../run/syscalls.ts';
import { createBudgetProgress } from './budget-progress.ts';
import { type Measuring, measureAndShow, type Surroundings } from './measuring.ts';
import type { RunFlags } from './options/run.ts';
import { createProgress, type Progress, quiet } from './progress.ts';
import { runRequest } from './run-request.ts';
import { notify } from './terminal.ts';

/** Measures, stores and shows; returns the exit code. */
export async function run(names: string[], flags: RunFlags): Promise<number> {
  const thresholds = (flags.threshold ?? []).map(parseThreshold);
  if (flags.countSyscalls) requireStrace();
  return await measureAndShow(flags, {
    plan: () => planRun(runRequest(names, flags), { command: 'run', output: notify }),
    described: (plan) => ({ ...plan, expectedNs: expectedOf(plan) }),
    begin: (plan, standby) => begin(plan, flags, standby),
    exitCode(stored, document) {
      if (!keepsThresholds(thresholds, document)) return 1;
      return stored.trials.some(({ status }) => status === 'failed') ? 3 : 0;
    },
  });
}

/**
 * One trial per cell shows no spread, so the machine's is not measured either. A budget that was given is the
 * upper bound, and is expected to be spent.
 */
function expectedOf(plan: RunPlan): number {
  if (plan.budget?.isStrict) return plan.budget.budgetNs;
  return plan.trials === 1 ? 0 : createPace(plan, 0).leftNs();
}

async function begin(plan: RunPlan, flags: RunFlags, standby: Standby): Promise<Measuring> {
  const { budget, client, durationNs } = plan;
  const seconds = client?.program.secondsOf(durationNs) ?? 0;
  if (client && !flags.quiet && seconds * 1e9 !== durationNs)
    notify(
      `iobench: ${client.program.name} knows whole seconds only, and sends for ${seconds} s after each window of ${formatDuration(durationNs)}\n`,
    );
  const startNs = flags.quiet && !budget ? 0 : await standby.measureStart(placeOf(plan, 'measured'));
  const progress = flags.quiet
    ? quiet
    : budget
      ? createBudgetProgress(plan, budget, startNs)
      : createProgress(plan, startNs);
  return {
    records: (surroundings) => recordsOf(plan, startNs, progress, surroundings, flags.countSyscalls === true),
    stored: (record) => record.kind === 'trial' && progress.landed(record),
    done: progress.done,
  };
}

async function* recordsOf(
  plan: RunPlan,
  startNs: number,
  { began, prepared, output, looked }: Progress,
  surroundings: Surroundings,
  countsSyscalls: boolean,
): AsyncGenerator<RunRecord> {
  const options = { ...surroundings, began, prepared, output };
  const { budget } = plan;
  const judge: Bench['judge'] = (trials, looks) => questionsOf(trials, looks, budget?.narrowShare);
  const measured: CellSpec[] = [];
  for await (const record of budget
    ? measureByBudget(plan, budget, { ...options, startNs, judge, ...(looked ? { looked } : {}) })
    : measure(plan, options)) {
    if (record.kind === 'trial' && record.status === 'measured') measured.push(record.cell);
    yield record;
  }
  if (countsSyscalls) yield* countAllSyscalls(plan, measured, surroundings);
}

/** Reports the thresholds that were not kept; returns whether all were. */
function keepsThresholds(thresholds: readonly Threshold[], document: RunDocument): boolean {
  const broken = checkThresholds(thresholds, document).filter(({ ok }) => !ok);
  for (const { message } of broken) notify(`iobench: threshold not kept: ${message}\n`);
  return broken.length === 0;
}
