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
 * What any thread of this process has used so far; `undefined` if the system keeps no such account. Of
 * /proc/PID/task/TID: `schedstat` is the time on a CPU, and more; `status` has the context switches.
 */
export function accountOfThread(threadId: number): ThreadAccount | undefined {
  try {
    const folder = `/proc/${process.pid}/task/${threadId}`;
    const status = readFileSync(`${folder}/status`, 'utf8');
    const switches = (kind: string) =>
      Number(new RegExp(`^${kind}_ctxt_switches:\\s*(\\d+)`, 'm').exec(status)?.[1]);
    return {
      cpuNs: Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]),
      contextSwitches: { voluntary: switches('voluntary'), involuntary: switches('nonvoluntary') },
    };
  } catch {
    return undefined;
  }
}
