/** From the request of a run to its plan. */
import { findNamed } from './plan.ts';
import { parseRunRequest, type RunRequest } from './request.ts';
import { type PlannedRun, requestedCells, runName } from './requested-cells.ts';
import type { Asking } from './requested-workloads.ts';
import type { RunPlan } from './runner.ts';
import { clients } from './server/clients.ts';
import { requireClient } from './server/installed-client.ts';

/** A trial that takes more than three times its time and this much besides hangs. */
const TIME_LIMIT_BASE_NS = 30e9;

/**
 * The plan, the run's name, and the paths of the workloads' files.
 * @throws UserError if the request is none, or names what does not exist.
 */
export async function planRun(request: RunRequest, asking: Asking): Promise<PlannedRun<RunPlan>> {
  const { name, trials, seed, requests, maxInFlight, timeLimitNs, budget, client, ...asked } =
    parseRunRequest(request);
  const { warmupNs, longestWarmupNs, durationNs } = asked;
  const { cells, workloads, workloadFiles } = await requestedCells(asked, asking);
  const program = client === undefined ? undefined : findNamed('client', clients, client);
  const plan: RunPlan = {
    cells,
    ...(program ? { client: await requireClient(program, cells) } : {}),
    trials,
    ...(budget ? { budget } : {}),
    ...(asked.cpus ? { cpus: asked.cpus } : {}),
    ...(asked.launchers ? { launchers: asked.launchers } : {}),
    seed,
    warmupNs,
    longestWarmupNs,
    durationNs,
    maxInFlight,
    requests,
    timeLimitNs: timeLimitNs ?? TIME_LIMIT_BASE_NS + 3 * (warmupNs + 2 * longestWarmupNs + durationNs),
  };
  return { plan, name: runName(name, workloads), workloadFiles };
}
