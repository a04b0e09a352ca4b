/** From the request of searches for capacities to their plan. */
import type { CapacityPlan } from './capacity-steps.ts';
import { type CapacityRequest, parseCapacityRequest } from './request.ts';
import { type PlannedRun, requestedCells, runName } from './requested-cells.ts';
import type { Asking } from './requested-workloads.ts';

/** How it is judged whether a step has kept the objective, and what a step needs for that. */
export type Judging = Pick<CapacityPlan, 'judge' | 'requestsNeeded' | 'settlingNs'>;

/**
 * The plan, the run's name, and the paths of the workloads' files.
 * @throws UserError if the request is none, or names what does not exist.
 */
export async function planCapacity(
  request: CapacityRequest,
  { judge, requestsNeeded, settlingNs }: Judging,
  asking: Asking,
): Promise<PlannedRun<CapacityPlan>> {
  const asked = parseCapacityRequest(request);
  const { arrivals, clients, seed, warmupNs, longestWarmupNs, durationNs } = asked;
  const { maxInFlight, mostPerSecond, timeLimitNs } = asked;
  const pool = clients === undefined ? {} : { clients };
  // Stands for all the rates that will be tried: what can run at one of them can run at each.
  const loads = [{ kind: 'open', ratePerSecond: 1, arrivals, ...pool }] as const;
  const { cells, workloads, workloadFiles } = await requestedCells({ ...asked, loads }, asking);
  const plan: CapacityPlan = {
    cells,
    arrivals,
    ...pool,
    ...(asked.cpus ? { cpus: asked.cpus } : {}),
    ...(asked.launchers ? { launchers: asked.launchers } : {}),
    objective: asked.objective,
    judge,
    requestsNeeded,
    settlingNs,
    seed,
    warmupNs,
    longestWarmupNs,
    durationNs,
    maxInFlight,
    mostPerSecond,
    timeLimitNs,
  };
  return { plan, name: runName(asked.name, workloads, 'capacity-'), workloadFiles };
}
