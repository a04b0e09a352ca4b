/**
 * Where the measuring thread's time went, by the kernel's own accounts: getrusage(2) RUSAGE_THREAD for the
 * CPU, schedstat for the time without one, and the rest was spent in calls. If a system does not keep an
 * account, its figure is left out.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { threadUsage } from '../../engines/thread-usage.ts';
import type { ThreadTime } from '../../result.ts';

interface Accounts {
  readonly wallNs: number;
  readonly userNs: number;
  readonly systemNs: number;
  /** Ready to run, without a CPU. */
  readonly runnableNs: number | undefined;
  /** Node's loop had nothing to do. */
  readonly loopIdleNs: number;
}

/** Reads this thread's accounts; `undefined` if the system keeps none per thread. */
export function readThreadAccounts(): Accounts | undefined {
  const usage = threadUsage();
  if (!usage) return undefined;
  return {
    wallNs: performance.now() * 1e6,
    ...usage,
    runnableNs: readRunnable(usage.threadId),
    loopIdleNs: performance.eventLoopUtilization().idle * 1e6,
  };
}

/** /proc/PID/task/TID/schedstat: time on a CPU, time waiting for one, slices. */
function readRunnable(threadId: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${process.pid}/task/${threadId}/schedstat`, 'utf8').split(' ')[1]);
  } catch {
    return undefined;
  }
}

/**
 * The shares of the window. `waitingNs` and `idleNs` are the model's own account of its waits, or that of
 * Node's loop.
 */
export function shareThreadTime(
  before: Accounts,
  after: Accounts,
  reported: { waitingNs: number; idleNs: number; timesWaits: boolean },
): ThreadTime {
  const wallNs = after.wallNs - before.wallNs;
  const share = (ns: number) => Math.min(1, Math.max(0, ns / wallNs));
  const user = share(after.userNs - before.userNs);
  const system = share(after.systemNs - before.systemNs);
  const runnable =
    after.runnableNs === undefined || before.runnableNs === undefined
      ? undefined
      : share(after.runnableNs - before.runnableNs);
  const offCpu = Math.max(0, 1 - user - system - (runnable ?? 0));
  const inLoop = reported.timesWaits ? 0 : share(after.loopIdleNs - before.loopIdleNs);
  const reportedIdle = share(reported.idleNs);
  const asked = Math.min(offCpu, share(reported.waitingNs) + reportedIdle + inLoop);
  const idle = Math.min(asked, reportedIdle);
  return {
    user,
    system,
    ...(runnable === undefined ? {} : { runnable }),
    blocked: offCpu - asked,
    waiting: asked - idle,
    idle,
  };
}
