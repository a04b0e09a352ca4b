/** `iobench run`: from the command line to a plan, through the measuring, to what is shown. */
import os from 'node:os';
import path from 'node:path';
import { questionsOf, summarise } from '../report/index.ts';
import { checkThresholds, parseThreshold, type Threshold } from '../report/verdicts/threshold.ts';
import type { RunDocument, RunHeader, StoredRun } from '../result.ts';
import type { Bench } from '../run/budget.ts';
import { createPace } from '../run/estimate.ts';
import { measureProcessStart } from '../run/machine/process-start.ts';
import { createFixtures, type Fixtures } from '../run/processes/fixtures.ts';
import { countAllSyscalls, measure, measureByBudget, type RunPlan } from '../run/runner.ts';
import { createRun, type RunWriter } from '../run/stored/store.ts';
import { requireStrace } from '../run/syscalls.ts';
import { createBudgetProgress } from './budget-progress.ts';
import { interruptible } from './interrupt.ts';
import { createProgress, quiet } from './progress.ts';
import { createHeader } from './run-header.ts';
import { planRun, type RunFlags } from './run-plan.ts';
import { publish, show } from './show.ts';
import { notify } from './terminal.ts';
import { tellOfUncaught } from './uncaught.ts';

/** Measures, stores and shows; the exit code. */
export async function run(names: string[], flags: RunFlags): Promise<number> {
  const thresholds = (flags.threshold ?? []).map(parseThreshold);
  if (flags.countSyscalls) requireStrace();
  // Before any module of the user's is loaded: that, or its `prepare`, may change the directory.
  const [out, data] = [path.resolve(flags.out), path.resolve(flags.data ?? os.tmpdir())];
  const { plan, name, workloadFiles } = await planRun(names, flags);
  const fixtures = createFixtures(data);
  const stopTelling = tellOfUncaught();
  try {
    const header = await createHeader({ ...plan, expectedNs: expectedOf(plan) }, name, { fixtures, workloadFile: workloadFiles[0] });
    return await measureAndShow(plan, header, createRun(out, header), fixtures, flags, thresholds);
  } finally {
    await fixtures.remove();
    stopTelling();
  }
}

/** One trial a cell shows no spread, so that the machine's is not measured for it. A budget that was asked for is kept, and is used if need be. */
function expectedOf(plan: RunPlan): number {
  if (plan.budget?.isStrict) return plan.budget.budgetNs;
  return plan.trials === 1 ? 0 : createPace(plan, 0).leftNs();
}

async function measureAndShow(
  plan: RunPlan,
  header: RunHeader,
  writer: RunWriter,
  fixtures: Fixtures,
  flags: RunFlags,
  thresholds: readonly Threshold[],
): Promise<number> {
  const stored: StoredRun = { header, trials: [], warnings: [] };
  const interrupt = interruptible();
  const { budget } = plan;
  const startNs = flags.quiet && !budget ? 0 : await measureProcessStart();
  const progress = flags.quiet ? quiet : budget ? createBudgetProgress(plan, budget, startNs) : createProgress(plan, startNs);
  let broken: unknown;
  try {
    const { began, prepared, output, looked } = progress;
    const options = { fixtures, signal: interrupt.signal, began, prepared, output };
    const judge: Bench['judge'] = (trials, looks) => questionsOf(trials, looks, budget?.narrowShare);
    const records = budget ? measureByBudget(plan, budget, { ...options, startNs, judge, ...(looked ? { looked } : {}) }) : measure(plan, options);
    for await (const record of records) {
      if (record.kind === 'look') stored.looks = [...(stored.looks ?? []), record];
      else stored.trials.push(record);
      // Nothing is reported that a kill could still take away.
      writer.append(record);
      if (record.kind === 'trial') progress.landed(record);
    }
    if (flags.countSyscalls) {
      const measured = stored.trials.filter(({ status }) => status === 'measured').map(({ cell }) => cell);
      for await (const record of countAllSyscalls(plan, measured, { fixtures, signal: interrupt.signal })) {
        stored.syscalls = [...(stored.syscalls ?? []), record];
        writer.append(record);
      }
    }
  } catch (error) {
    // What was measured is shown all the same, before the error is told.
    broken = error;
  } finally {
    progress.done();
    interrupt.done();
    writer.close();
  }
  // Before the pictures are drawn: whoever ends that leaves nothing behind, and no peer is awake meanwhile.
  await fixtures.remove();
  const document = summarise(stored);
  if (stored.trials.length > 0) {
    await show(document, flags.json === true ? 'json' : 'text');
    const place = { folder: writer.folder, shown: path.join(flags.out, header.id) };
    if (!broken) await publish(document, place, { charts: flags.charts, quiet: flags.quiet === true });
  }
  if (broken) throw broken;
  if (interrupt.signal.aborted) return 130;
  if (!keepsThresholds(thresholds, document)) return 1;
  return stored.trials.some(({ status }) => status === 'failed') ? 3 : 0;
}

/** Says which thresholds were not kept; whether all were. */
function keepsThresholds(thresholds: readonly Threshold[], document: RunDocument): boolean {
  const broken = checkThresholds(thresholds, document).filter(({ ok }) => !ok);
  for (const { message } of broken) notify(`iobench: threshold not kept: ${message}\n`);
  return broken.length === 0;
}
