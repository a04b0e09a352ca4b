/**
 * The code of a `multi-reactor` thread: its own loop, over its share of the clients. Piscina calls the
 * exported functions.
 */
import { BroadcastChannel } from 'node:worker_threads';
import { models } from '../../models/index.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import type { LoopResult } from '../loop-result.ts';
import { measureCell } from './cell.ts';
import type { LoopTask, Reached } from './divided.ts';
import { meet } from './meeting.ts';
import { Warmth } from './warmth.ts';

/** Returns when every thread has arrived: they begin together. */
export function arrive(meeting: { arrivals: Int32Array; threads: number }): void {
  meet(meeting);
}

export async function measure({ plan, channel, meeting }: LoopTask): Promise<LoopResult> {
  const model = models.find(({ name }) => name === plan.cell.model);
  if (!model) throw new Error(`there is no model ${plan.cell.model}`);
  // Other loops of this process run at the same time.
  const warmth = new Warmth({ isShared: true });
  const turns = new BroadcastChannel(channel);
  const post = (phase: Reached) => turns.postMessage(phase);
  const { loops, leave } = await measureCell(
    plan,
    model,
    await loadWorkload(plan.workload),
    { reached: post, warm: () => void meet(meeting), turned: post },
    warmth,
  );
  await leave();
  turns.close();
  return loops[0] as LoopResult;
}
