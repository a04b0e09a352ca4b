/** The cells of a request, and how they are called together. */
import { UserError } from '../errors.ts';
import { models } from '../models/index.ts';
import { programs } from '../programs/index.ts';
import type { LoadSpec } from '../result.ts';
import { workloads as ourWorkloads } from '../workloads/index.ts';
import { requireOpenFiles } from '../workloads/open-files.ts';
import { requireLaunchers } from './launchers.ts';
import { requirePlacement } from './placement.ts';
import {
  type Contender,
  findNamed,
  type PlannedCell,
  type PlannedWorkload,
  planCells,
  planModel,
} from './plan.ts';
import type { CellsRequest } from './request.ts';
import { type Asking, planWorkloads } from './requested-workloads.ts';

export interface RequestedCells {
  readonly cells: readonly PlannedCell[];
  readonly workloads: readonly PlannedWorkload[];
  /** As they were named. */
  readonly workloadFiles: readonly string[];
}

/** What becomes of a request. */
export interface PlannedRun<Plan> extends Pick<RequestedCells, 'workloadFiles'> {
  readonly plan: Plan;
  readonly name: string;
}

/**
 * Every model x workload x parameters x load, the models in the order of their list, then the programs that
 * are named.
 * @throws UserError if something that is named does not exist, or this system does not allow the load.
 */
export async function requestedCells(
  request: CellsRequest & { readonly loads: readonly LoadSpec[] },
  asking: Asking,
): Promise<RequestedCells> {
  const { loads, params, threads, generators } = request;
  const clients = loads.map((load) => (load.kind === 'closed' ? load.concurrency : (load.clients ?? 0)));
  requireOpenFiles(Math.max(0, ...clients), 'client');
  requirePlacement(request.cpus);
  await requireLaunchers(request.launchers);
  const chosen: readonly Contender[] = request.models?.map((name) => modelNamed(name, asking)) ?? models;
  const workloads = await planWorkloads(request, asking);
  const planned = contenders
    .filter((contender) => chosen.includes(contender))
    .map((contender) => planModel(contender, params));
  return {
    cells: planCells({ models: planned, workloads, loads, threads, generators }),
    workloads,
    workloadFiles: request.workloads.files.map(({ path }) => path),
  };
}

const contenders: readonly Contender[] = [...models, ...programs];

function modelNamed(name: string, { command }: Asking): Contender {
  const isWorkload = ourWorkloads.some((workload) => workload.name === name);
  if (isWorkload)
    throw new UserError(`${name} is a workload, not a model`, {
      hint: `name workloads first: iobench ${command} ${name} --model ...`,
    });
  return findNamed('model', contenders, name);
}

/**
 * What a run is called that was given no name.
 * @throws UserError if its folder could not have the name.
 */
export function runName(
  given: string | undefined,
  workloads: readonly PlannedWorkload[],
  prefix = '',
): string {
  const [first] = workloads;
  const made = workloads.length === 1 && first ? first.workload.name : `${workloads.length}-workloads`;
  const name = given ?? `${prefix}${made}`;
  if (/^[\w.-]+$/.test(name)) return name;
  throw new UserError(`${JSON.stringify(name)} cannot name a folder`, {
    hint: 'use letters, digits, ., _ and -',
  });
}
