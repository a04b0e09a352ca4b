import os from 'node:os';
import { loadLibc } from './libc.ts';

const PR_SET_PDEATHSIG = 1;
const PR_SET_TIMERSLACK = 29;

/** Linux: a thread that stands still never learns that its parent has gone, so the kernel ends the process (prctl(2)). */
export function dieWithParent(): void {
  const libc = os.platform() === 'linux' ? loadLibc() : undefined;
  if (libc && !('reason' in libc)) libc.prctl(PR_SET_PDEATHSIG, os.constants.signals.SIGKILL, 0, 0, 0);
}

/** Linux: a wait with a timeout ends when it is over, and not up to 50 us later (prctl(2)). For the calling thread. */
export function wakeOnTime(): void {
  const libc = os.platform() === 'linux' ? loadLibc() : undefined;
  if (libc && !('reason' in libc)) libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}
