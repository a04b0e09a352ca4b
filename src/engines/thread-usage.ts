import { readFileSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { loadLibc } from './libc.ts';

const RUSAGE_THREAD = 1;
const SYS_GETTID = os.arch() === 'x64' ? 186 : 178;
const usage = new BigInt64Array(18);

/**
 * CPU time of this thread (getrusage(2), RUSAGE_THREAD), and its number; `undefined` if there is no such
 * account.
 */
export function threadUsage(): { userNs: number; systemNs: number; threadId: number } | undefined {
  const libc = os.platform() === 'linux' ? loadLibc() : undefined;
  if (!libc || 'reason' in libc) return undefined;
  if (libc.getrusage(RUSAGE_THREAD, libc.addressOf(new Uint8Array(usage.buffer))) !== 0) return undefined;
  // struct rusage begins with two struct timeval: seconds and microseconds.
  const [userSeconds = 0n, userMicroseconds = 0n, systemSeconds = 0n, systemMicroseconds = 0n] = usage;
  return {
    userNs: Number(userSeconds) * 1e9 + Number(userMicroseconds) * 1e3,
    systemNs: Number(systemSeconds) * 1e9 + Number(systemMicroseconds) * 1e3,
    threadId: libc.syscall(SYS_GETTID, 0, 0, 0, 0, 0, 0),
  };
}

export interface ThreadAccount {
  readonly cpuNs: number;
  readonly contextSwitches: { readonly voluntary: number; readonly involuntary: number };
}

/**
 * How long any thread of this process was on a CPU, and ready to run without one; `undefined` if the system
 * keeps no such account (/proc/PID/task/TID/schedstat).
 */
export function schedstat(threadId: number): { onCpuNs: number; runnableNs: number } | undefined {
  try {
    const text = readFileSync(`/proc/${process.pid}/task/${threadId}/schedstat`, 'utf8');
    const [onCpu, runnable] = text.split(' ');
    return { onCpuNs: Number(onCpu), runnableNs: Number(runnable) };
  } catch {
    return undefined;
  }
}

/**
 * What any thread of this process has used so far; `undefined` if the system keeps no such account. The
 * context switches are in /proc/PID/task/TID/status.
 */
export function accountOfThread(threadId: number): ThreadAccount | undefined {
  const times = schedstat(threadId);
  if (times === undefined) return undefined;
  try {
    const status = readFileSync(`/proc/${process.pid}/task/${threadId}/status`, 'utf8');
    const switches = (kind: string) =>
      Number(new RegExp(`^${kind}_ctxt_switches:\\s*(\\d+)`, 'm').exec(status)?.[1]);
    return {
      cpuNs: times.onCpuNs,
      contextSwitches: { voluntary: switches('voluntary'), involuntary: switches('nonvoluntary') },
    };
  } catch {
    return undefined;
  }
}
