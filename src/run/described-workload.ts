/** What is known of a workload without its code: to plan with, and to store. */
import type { DescribedWorkload } from '../result.ts';
import { unitsOf } from '../workloads/parameters.ts';
import type { Workload } from '../workloads/workload.ts';
import type { WorkloadDescription } from './plan.ts';

/** What a plan knows of a workload, as plain data. */
export function plannedWorkload(workload: Workload): WorkloadDescription {
  const { name, summary, form, uses, message, phases, prepare, serve } = workload;
  return {
    name,
    summary,
    form,
    ...(uses ? { uses: [...uses] } : {}),
    ...(message === undefined ? {} : { message }),
    ...(phases === undefined ? {} : { phases: [...phases] }),
    prepare: prepare !== undefined,
    ...(serve ? { serve: true } : {}),
    units: unitsOf(workload.params),
  };
}

/** What a run's header says of a workload: all that a report knows of it. */
export function describedWorkload(workload: WorkloadDescription): DescribedWorkload {
  const { name, summary, units = {}, uses = [], message, phases = [] } = workload;
  const described = phases.filter((phase) => typeof phase !== 'string');
  return {
    name,
    summary,
    units: { ...units },
    uses: [...uses],
    ...(message === undefined ? {} : { message }),
    ...(described.length === 0 ? {} : { phases: described }),
  };
}
