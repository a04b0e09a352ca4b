/**
 * What a server's process has used so far, read by a thread of its own: the server itself may be blocked, or
 * in a loop that never comes back.
 */
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { accountOfThread } from '../../engines/thread-usage.ts';
import { nowNs } from '../../load/clock.ts';
import type { Connections, SessionCounts } from './session-counts.ts';

export interface ServerAccounts {
  readonly wallNs: number;
  /** Of all threads but this one, the kernel's workers for io_uring included (getrusage(2)). */
  readonly userNs: number;
  readonly systemNs: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly maxRssBytes: number;
  readonly threads: number;
  /** The main thread: on a CPU, and ready to run without one (/proc/PID/schedstat), nanoseconds. */
  readonly mainThread: { readonly onCpuNs: number; readonly runnableNs: number; readonly waitedNs: number };
  readonly connections: Connections;
  /**
   * Connections that the kernel dropped because a queue of connections was full, of all servers here
   * (/proc/net/netstat).
   */
  readonly listenOverflows: number;
}

/** `ownThread` is the number of the thread that calls; its usage is subtracted. */
export function readAccounts(counts: SessionCounts, ownThread: number): ServerAccounts {
  const usage = process.resourceUsage();
  const own = accountOfThread(ownThread);
  const ownCpuNs = own?.cpuNs ?? 0;
  const [userNs, systemNs] = [usage.userCPUTime * 1e3, usage.systemCPUTime * 1e3];
  // The kernel accounts a thread's time as a whole: it is subtracted from both parts in their proportion.
  const kept = Math.max(0, 1 - ownCpuNs / Math.max(1, userNs + systemNs));
  return {
    wallNs: nowNs(),
    userNs: userNs * kept,
    systemNs: systemNs * kept,
    voluntarySwitches: usage.voluntaryContextSwitches - (own?.contextSwitches.voluntary ?? 0),
    involuntarySwitches: usage.involuntaryContextSwitches - (own?.contextSwitches.involuntary ?? 0),
    minorFaults: usage.minorPageFault,
    majorFaults: usage.majorPageFault,
    maxRssBytes: usage.maxRSS * 1024,
    threads: readdirSync('/proc/self/task').length - 1,
    mainThread: { ...schedstat(), waitedNs: counts.waitedNs[0] as number },
    connections: counts.read(),
    listenOverflows: readListenOverflows(),
  };
}

function schedstat(): { onCpuNs: number; runnableNs: number } {
  const [onCpu = '0', runnable = '0'] = readFileSync(
    `/proc/self/task/${process.pid}/schedstat`,
    'utf8',
  ).split(' ');
  return { onCpuNs: Number(onCpu), runnableNs: Number(runnable) };
}

/** `TcpExt:` stands twice: the names, then the figures. */
function readListenOverflows(): number {
  const [names = '', figures = ''] = readFileSync('/proc/net/netstat', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'));
  const at = names.split(' ').indexOf('ListenOverflows');
  return at < 0 ? 0 : Number(figures.split(' ')[at]);
}
