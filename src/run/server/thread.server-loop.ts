/**
 * The code of a `multi-reactor` thread that serves: its own listener, its own loop. Piscina calls `serve`.
 */
import { models } from '../../models/index.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import type { LoopServing } from './loops.ts';
import { serveSessions } from './serve-sessions.ts';
import { SessionCounts } from './session-counts.ts';

export async function serve({ plan, port, shared }: LoopServing): Promise<void> {
  const model = models.find(({ name }) => name === plan.cell.model);
  if (!model) throw new Error(`there is no model ${plan.cell.model}`);
  await serveSessions({
    plan,
    model,
    workload: await loadWorkload(plan.workload),
    counts: new SessionCounts({ shared }),
    port,
    // The main thread reports for all.
    reports: { listening() {}, failed() {}, stopped() {} },
  });
}
