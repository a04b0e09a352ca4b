/** What `iobench capacity` was asked for, checked, as a plan. */
import { UserError } from '../errors.ts';
import { parseDuration } from '../quantity.ts';
import {
  type CapacityObjective,
  judgeStep,
  parseCapacityObjective,
} from '../report/verdicts/capacity-step.ts';
import type { CapacityPlan } from '../run/capacity-steps.ts';
import { findNamed, parseParam, planCells } from '../run/plan.ts';
import { quick } from '../run/presets.ts';
import { requireOpenFiles } from '../workloads/open-files.ts';
import { askedWorkloads } from './asked-workloads.ts';
import type { CapacityFlags } from './options/capacity.ts';
import {
  arrivalKinds,
  checkName,
  longestWarmupFor,
  parseCount,
  parseRate,
  parseTimeLimit,
  planModels,
  planWorkloads,
} from './run-plan.ts';

const EXAMPLE = "iobench capacity tcp-echo --slo 'p99<20ms'";

/**
 * The plan, the run's name, and the absolute paths of the workloads' files.
 * @throws UserError if anything that was asked for is not to be had.
 */
export async function planCapacity(
  names: readonly string[],
  flags: CapacityFlags,
): Promise<{ plan: CapacityPlan; name: string; workloadFiles: string[] }> {
  if (flags.slo === undefined)
    throw new UserError('there is no objective that the models have to keep', {
      hint: `name it: ${EXAMPLE}`,
    });
  const objective = parseCapacityObjective(flags.slo);
  const asked = askedWorkloads(names, flags.workloadFile);
  if (names.length + asked.files.length === 0)
    throw new UserError('there is no workload to search with', { hint: `name one: ${EXAMPLE}` });
  const params = (flags.param ?? []).map(parseParam);
  const workloads = await planWorkloads(asked, params, quick, 'capacity');
  const name =
    flags.name ??
    `capacity-${workloads.length === 1 && workloads[0] ? workloads[0].workload.name : `${workloads.length}-workloads`}`;
  checkName(name);
  requireOpenFiles(0, 'client');
  const arrivals = findNamed('kind of arrivals', arrivalKinds, flags.arrivals).name;
  const plan: CapacityPlan = {
    cells: planCells({
      models: planModels(flags.model, params, 'capacity'),
      workloads,
      // Stands for all the rates that will be tried: what can run at one of them can run at each.
      loads: [{ kind: 'open', ratePerSecond: 1, arrivals }],
      threads: flags.threads === undefined ? undefined : parseCount('--threads', flags.threads, 1, 4096),
    }),
    arrivals,
    ...stepsOf(flags, objective),
  };
  return { plan, name, workloadFiles: [...asked.files] };
}

function stepsOf(
  flags: CapacityFlags,
  objective: CapacityObjective,
): Omit<CapacityPlan, 'cells' | 'arrivals'> {
  const durationNs = parseDuration(flags.duration);
  if (durationNs === 0)
    throw new UserError('--duration must be longer than 0', { hint: 'give --duration a time like 1s' });
  return {
    objective: objective.text,
    judge: (trial) => judgeStep(objective, trial),
    requestsNeeded: objective.requestsNeeded,
    settlingNs: objective.settlingNs,
    seed: parseCount('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER),
    warmupNs: parseDuration(flags.warmup ?? '200ms'),
    longestWarmupNs: longestWarmupFor(flags.warmup, quick),
    durationNs,
    maxInFlight: parseCount('--max-in-flight', flags.maxInFlight, 1, 1_000_000),
    mostPerSecond: parseRate('--max-rate', flags.maxRate),
    timeLimitNs: flags.timeLimit === undefined ? undefined : parseTimeLimit(flags.timeLimit),
  };
}
