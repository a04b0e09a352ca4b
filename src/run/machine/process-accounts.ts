/**
 * What a process has used so far (getrusage(2)), and between two readings: the same for a measured process,
 * which reads its own, and for a server's, which a thread of its own reads.
 */
import { readdirSync } from 'node:fs';
import process from 'node:process';
import type { ThreadAccount } from '../../engines/thread-usage.ts';
import type { MeasuredTrial } from '../../result.ts';

export interface ProcessAccounts {
  /** Of all threads, the kernel's workers for io_uring included. */
  readonly userNs: number;
  readonly systemNs: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly maxRssBytes: number;
  /** All but the one that is kept apart; `undefined` if the system does not list them. */
  readonly threads?: number | undefined;
  /** A thread that is the harness's: its usage is in the figures above, and in none between two readings. */
  readonly apart?: ThreadAccount | undefined;
}

/** `others` is the number of threads that are the harness's. */
export function readProcessAccounts(
  apart: ThreadAccount | undefined,
  others = apart === undefined ? 0 : 1,
): ProcessAccounts {
  const usage = process.resourceUsage();
  return {
    userNs: usage.userCPUTime * 1e3,
    systemNs: usage.systemCPUTime * 1e3,
    voluntarySwitches: usage.voluntaryContextSwitches,
    involuntarySwitches: usage.involuntaryContextSwitches,
    minorFaults: usage.minorPageFault,
    majorFaults: usage.majorPageFault,
    maxRssBytes: usage.maxRSS * 1024,
    threads: threadCount(others),
    apart,
  };
}

type Used = Pick<MeasuredTrial, 'cpu' | 'contextSwitches' | 'pageFaults' | 'maxRssBytes' | 'threads'> & {
  /** CPU time of the thread that is kept apart, if there is one. */
  readonly apartCpuNs?: number;
};

/**
 * What was used between two readings; `scale` is how long the window is, compared with the time between them.
 */
export function usedBetween(before: ProcessAccounts, after: ProcessAccounts, scale = 1): Used {
  const grown = (key: Exclude<keyof ProcessAccounts, 'apart' | 'threads'>) =>
    Math.max(0, after[key] - before[key]);
  const apart = before.apart && after.apart ? apartBetween(before.apart, after.apart) : undefined;
  // Both together are exact; how they are divided may be known by ticks, and either may seem to shrink.
  const cpuNs = Math.max(0, after.userNs + after.systemNs - before.userNs - before.systemNs);
  const systemNs = Math.min(cpuNs, grown('systemNs'));
  const userNs = cpuNs - systemNs;
  // The kernel accounts a thread's time as a whole: it is subtracted from both parts in their proportion.
  const kept = apart ? Math.max(0, 1 - apart.cpuNs / Math.max(1, userNs + systemNs)) : 1;
  const counted = (count: number) => Math.round(Math.max(0, count) * scale);
  return {
    cpu: { userNs: userNs * kept * scale, systemNs: systemNs * kept * scale },
    ...(apart ? { apartCpuNs: apart.cpuNs * scale } : {}),
    contextSwitches: {
      voluntary: counted(grown('voluntarySwitches') - (apart?.contextSwitches.voluntary ?? 0)),
      involuntary: counted(grown('involuntarySwitches') - (apart?.contextSwitches.involuntary ?? 0)),
    },
    pageFaults: { minor: counted(grown('minorFaults')), major: counted(grown('majorFaults')) },
    maxRssBytes: after.maxRssBytes,
    ...(after.threads === undefined ? {} : { threads: after.threads }),
  };
}

const apartBetween = (before: ThreadAccount, after: ThreadAccount): ThreadAccount => ({
  cpuNs: after.cpuNs - before.cpuNs,
  contextSwitches: {
    voluntary: after.contextSwitches.voluntary - before.contextSwitches.voluntary,
    involuntary: after.contextSwitches.involuntary - before.contextSwitches.involuntary,
  },
});

function threadCount(others: number): number | undefined {
  try {
    return readdirSync('/proc/self/task').length - others;
  } catch {
    return undefined;
  }
}
