/**
 * The measured process: receives the plans of one trial each, measures them one after another, reports the
 * results, and ends.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';
import { messageOf, namedMessageOf, textIn } from '../../errors.ts';
import { models } from '../../models/index.ts';
import { UnsupportedError } from '../../operations.ts';
import { loadWorkload } from '../../workloads/load-file.ts';
import type { LoopResult } from '../loop-result.ts';
import { measureCell, type Observer, type TrialPhase, type TrialPlan } from './cell.ts';
import { learnFromFirstCall, optimizeEarly } from './compiled-code.ts';
import { measureDivided } from './divided.ts';
import { requestsAtOnce } from './trial-load.ts';
import { watchV8Threads } from './v8-threads.ts';
import { needsBurst, Warmth } from './warmth.ts';

/** Cells that differ in their load alone. */
export interface ProcessPlan {
  readonly plans: readonly TrialPlan[];
}

export type CellMessage =
  /** From now on it ends with its parent, and leads its own process group. */
  | { readonly kind: 'ready'; readonly pid: number }
  | { readonly kind: 'reached'; readonly phase: TrialPhase }
  /** One of several that share a load: it begins when it has an answer. */
  | { readonly kind: 'warm' }
  | { readonly kind: 'turned'; readonly phase: 'open' | 'closed' }
  | { readonly kind: 'measured'; readonly loops: readonly LoopResult[] }
  | { readonly kind: 'failed' | 'unsupported'; readonly reason: string };

/** Its parent may have ended: that is no error of this process. */
const send = (message: CellMessage) => process.send?.(message, () => {});

process.once('message', ({ plans }: ProcessPlan) => {
  performAll(plans).then(() => process.exit(0), fail);
});
// An uncaught error is the trial's reason, not a stack trace on the terminal.
// Only the first is: others may follow while the process ends.
process.on('uncaughtException', fail);
let hasFailed = false;
process.on('disconnect', () => process.exit());
leadOwnGroup();
dieWithParent();
// A parent that died before that never answers: its channel is closed.
send({ kind: 'ready', pid: process.pid });

async function performAll(plans: readonly TrialPlan[]): Promise<void> {
  // Before anything here starts a thread.
  const warmth = new Warmth({ v8ThreadsNs: watchV8Threads(plans[0]?.server?.pid) });
  for (const [index, plan] of plans.entries()) {
    // The memory of earlier loads does not count.
    if (index > 0) forgetPeak();
    await perform(plan, warmth);
  }
}

async function perform(plan: TrialPlan, warmth: Warmth): Promise<void> {
  const model = models.find(({ name }) => name === plan.cell.model);
  if (!model) throw new Error(`there is no model ${plan.cell.model}`);
  if (plan.longestWarmupNs > 0) learnFromFirstCall();
  const workload = await loadWorkload(plan.workload);
  if (needsBurst(plan, workload)) optimizeEarly();
  const observer: Observer = {
    reached: (phase) => void send({ kind: 'reached', phase }),
    turned: (phase) => void send({ kind: 'turned', phase }),
    ...(plan.server?.isShared ? { warm: meetOthers } : {}),
  };
  const loops = model.loops?.({
    form: workload.form,
    uses: workload.uses ?? [],
    concurrency: requestsAtOnce(plan.cell.load),
    threads: plan.cell.threads,
  });
  const { loops: measured, leave } =
    loops === undefined
      ? await measureCell(plan, model, workload, observer, warmth)
      : await measureDivided(plan, model, loops, observer);
  // The clients of a server stay until it has been looked at, and all have measured.
  const dismissed = plan.server && nextMessage();
  await new Promise<void>((resolve) =>
    process.send?.({ kind: 'measured', loops: measured } satisfies CellMessage, () => resolve()),
  );
  await dismissed;
  await leave();
}

/** Returns when all that share the load are warm. */
async function meetOthers(): Promise<void> {
  const begun = nextMessage();
  send({ kind: 'warm' });
  await begun;
}

const nextMessage = () => new Promise((resolve) => process.once('message', resolve));

/**
 * proc(5): writing 5 resets the peak memory of the process. If that fails, the peak is that of all loads so
 * far.
 */
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {}
}

function fail(error: unknown): void {
  if (hasFailed) return;
  hasFailed = true;
  if (process.env.DEBUG) console.error(error);
  const isUnsupported = textIn(error, 'name') === UnsupportedError.name;
  send(
    isUnsupported
      ? { kind: 'unsupported', reason: messageOf(error) }
      : { kind: 'failed', reason: namedMessageOf(error) },
  );
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}
