/**
 * The thread of housekeeping: performs what goes on beside the sessions, for all threads and loops of a
 * server at once. On Node's loop, so that steps that wait do not hold up the others.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { nowNs } from '../../load/clock.ts';
import { performSteps } from '../../models/async-promise.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import type { ServerPlan } from './server-plan.ts';

const { workload, fixture } = workerData as Pick<ServerPlan, 'workload' | 'fixture'>;
const { housekeeping } = await loadWorkload(workload);
parentPort?.postMessage('ready');
await Promise.all((housekeeping?.(fixture, nowNs) ?? []).map((steps) => performSteps(steps)));
