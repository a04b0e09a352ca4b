import os from 'node:os';
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
