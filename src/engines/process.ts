import os from 'node:os';
import { loadLibc } from './libc.ts';

const PR_SET_PDEATHSIG = 1;
const PR_SET_TIMERSLACK = 29;
/**
 * sched_setattr(2) and sched_getattr(2), which have no wrappers in C libraries; left out if the numbers are
 * not known.
 */
const SCHED_CALLS: Readonly<Partial<Record<string, readonly [set: number, get: number]>>> = {
  x64: [314, 315],
  arm64: [274, 275],
};
const SCHED_ATTR_BYTES = 56;
const RESET_ON_FORK = 1n;
const POLICY_AT = 4;
const FLAGS_AT = 8;
const RUNTIME_AT = 24;
const SHORT_TURN_NS = 100_000n;

/**
 * Linux: a blocked thread never notices that its parent has ended, so the kernel ends the process (prctl(2)).
 */
export function dieWithParent(): void {
  const libc = os.platform() === 'linux' ? loadLibc() : undefined;
  if (libc && !('reason' in libc)) libc.prctl(PR_SET_PDEATHSIG, os.constants.signals.SIGKILL, 0, 0, 0);
}

/**
 * POSIX: its own process group (setpgid(2)). The terminal's Ctrl-C does not reach it, and its parent can end
 * it with all processes that it has started. Not its own session: the kernel may divide the CPUs among
 * sessions (sched(7), autogroup), and so change what is measured.
 */
export function leadOwnGroup(): void {
  const libc = loadLibc();
  if (!('reason' in libc)) libc.setpgid(0, 0);
}

/**
 * Linux: a wait with a timeout ends when it is over, and not up to 50 us later (prctl(2)). For the calling
 * thread.
 */
export function wakeOnTime(): void {
  const libc = os.platform() === 'linux' ? loadLibc() : undefined;
  if (libc && !('reason' in libc)) libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

/**
 * Linux 6.12: a thread that has been woken runs before threads that have requested longer time slices than it
 * has, as all have that did not request any (EEVDF; sched_setattr(2)): otherwise it may wait behind one of
 * V8's own for a slice of milliseconds. For the calling thread, and not for those that it starts; older
 * kernels ignore it.
 */
export const askForShortTurns = (): void => askForTurns(SHORT_TURN_NS);

/** As before: the kernel's default slices. */
export const askForUsualTurns = (): void => askForTurns(0n);

function askForTurns(turnNs: bigint): void {
  const libc = os.platform() === 'linux' ? loadLibc() : undefined;
  const calls = SCHED_CALLS[os.arch()];
  if (!libc || 'reason' in libc || !calls) return;
  const [set, get] = calls;
  const attributes = Buffer.alloc(SCHED_ATTR_BYTES);
  const at = libc.addressOf(attributes);
  // Only threads with the time-sharing policy have slices.
  if (libc.syscall(get, 0, at, SCHED_ATTR_BYTES, 0, 0, 0) !== 0 || attributes.readUInt32LE(POLICY_AT) !== 0)
    return;
  attributes.writeBigUInt64LE(attributes.readBigUInt64LE(FLAGS_AT) | RESET_ON_FORK, FLAGS_AT);
  attributes.writeBigUInt64LE(turnNs, RUNTIME_AT);
  libc.syscall(set, 0, at, 0, 0, 0, 0);
}
