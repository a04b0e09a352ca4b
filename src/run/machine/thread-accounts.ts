/**
 * Where a thread's time went, by the kernel's own accounts: getrusage(2) RUSAGE_THREAD for the CPU, schedstat
 * for the time without one, and the rest was spent in calls. If a system does not keep an account, its figure
 * is left out.
 */
import { performance } from 'node:perf_hooks';
import { schedstat, threadUsage } from '../../engines/thread-usage.ts';
import type { ThreadTime } from '../../result.ts';

export interface ThreadUsed {
  readonly wallNs: number;
  readonly userNs: number;
  readonly systemNs: number;
  /** Ready to run, without a CPU. */
  readonly runnableNs: number | undefined;
}

export interface ThreadAccounts extends ThreadUsed {
  /** Node's loop had nothing to do. */
  readonly loopIdleNs: number;
}

/** Reads this thread's accounts; `undefined` if the system keeps none per thread. */
export function readThreadAccounts(): ThreadAccounts | undefined {
  const usage = threadUsage();
  if (!usage) return undefined;
  const { userNs, systemNs, threadId } = usage;
  return {
    wallNs: performance.now() * 1e6,
    userNs,
    systemNs,
    runnableNs: schedstat(threadId)?.runnableNs,
    loopIdleNs: performance.eventLoopUtilization().idle * 1e6,
  };
}

export function threadUsedBetween(before: ThreadUsed, after: ThreadUsed): ThreadUsed {
  return {
    wallNs: after.wallNs - before.wallNs,
    userNs: after.userNs - before.userNs,
    systemNs: after.systemNs - before.systemNs,
    runnableNs:
      after.runnableNs === undefined || before.runnableNs === undefined
        ? undefined
        : after.runnableNs - before.runnableNs,
  };
}

/**
 * The shares of the window. `waitingNs` and `idleNs` are how long the thread waited for whatever comes first,
 * with requests in flight and with none, as far as that is known: the rest of the time without a CPU it was
 * blocked in a call.
 */
export function threadShares(
  { wallNs, userNs, systemNs, runnableNs }: ThreadUsed,
  waits: { readonly waitingNs: number; readonly idleNs: number },
): ThreadTime {
  const share = (ns: number, most: number) => Math.min(most, Math.max(0, ns / wallNs));
  const user = share(userNs, 1);
  const system = share(systemNs, 1 - user);
  const runnable = runnableNs === undefined ? undefined : share(runnableNs, 1 - user - system);
  const offCpu = Math.max(0, 1 - user - system - (runnable ?? 0));
  const idle = share(waits.idleNs, offCpu);
  const busy = offCpu - idle;
  const waiting = share(waits.waitingNs, busy);
  return {
    user,
    system,
    ...(runnable === undefined ? {} : { runnable }),
    blocked: busy - waiting,
    waiting,
    idle,
  };
}
