/** `iobench capacity`: searches for the highest rate at which each model keeps an objective. */
import { judgeStep, parseCapacityObjective } from '../report/verdicts/capacity-step.ts';
import type { RunRecord } from '../result.ts';
import { type CapacityPlan, searchCapacities } from '../run/capacity-steps.ts';
import { loadNs } from '../run/estimate.ts';
import { planCapacity } from '../run/plan-capacity.ts';
import type { Standby } from '../run/processes/standby.ts';
import type { PlannedRun } from '../run/requested-cells.ts';
import { type CapacityProgress, createCapacityProgress } from './capacity-progress.ts';
import { capacityRequest } from './capacity-request.ts';
import { type Measuring, measureAndShow, type Surroundings } from './measuring.ts';
import type { CapacityFlags } from './options/capacity.ts';
import { notify } from './terminal.ts';

/** Loads that a search tries for each model: to double a rate until it fails, and to halve what is left. */
const USUAL_STEPS = 10;

/** Searches, stores and shows; the exit code. */
export async function capacity(names: string[], flags: CapacityFlags): Promise<number> {
  let hasFailed = false;
  const failed = () => {
    hasFailed = true;
  };
  return await measureAndShow(flags, {
    plan: () => planSearches(names, flags),
    described: (plan) => ({ ...plan, trials: 1, expectedNs: USUAL_STEPS * plan.cells.length * loadNs(plan) }),
    begin: (plan, standby) => begin(plan, flags, { standby, failed }),
    exitCode: () => (hasFailed ? 3 : 0),
  });
}

/** What a step has to keep is judged where reports are made. */
async function planSearches(
  names: readonly string[],
  flags: CapacityFlags,
): Promise<PlannedRun<CapacityPlan>> {
  const request = capacityRequest(names, flags);
  const objective = parseCapacityObjective(request.objective);
  const judge: CapacityPlan['judge'] = (trial) => judgeStep(objective, trial);
  return await planCapacity(request, { ...objective, judge }, { command: 'capacity', output: notify });
}

async function begin(
  plan: CapacityPlan,
  flags: CapacityFlags,
  { standby, failed }: { readonly standby: Standby; failed(): void },
): Promise<Measuring> {
  const progress = await createCapacityProgress(plan, flags.quiet === true, standby);
  return { records: (surroundings) => recordsOf(plan, progress, surroundings, failed), done: progress.done };
}

async function* recordsOf(
  plan: CapacityPlan,
  { began, guessed, output, happened }: CapacityProgress,
  surroundings: Surroundings,
  failed: () => void,
): AsyncGenerator<RunRecord> {
  for await (const event of searchCapacities(plan, { ...surroundings, began, guessed, output })) {
    yield event.record;
    // It is on the disk now.
    happened(event);
    if (event.kind === 'found' && event.isFailed) failed();
  }
}
