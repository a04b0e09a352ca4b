/**
 * The CPUs on which threads may run (sched_setaffinity(2), Linux). A process inherits those of the thread
 * that starts it, for all threads that it will have.
 */
import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import { type Libc, loadLibc } from './libc.ts';

/** A bit per CPU, for more of them than any kernel is built for. */
const MASK_BYTES = 1024;

/**
 * Calls `begin` while this thread may run on these CPUs only, and on all that it could before afterwards:
 * processes that `begin` starts stay there. Without CPUs, it is just called.
 * @throws Error with the reason if the system does not allow these CPUs, or cannot be asked.
 */
export function onCpus<Value>(cpus: readonly number[] | undefined, begin: () => Value): Value {
  if (cpus === undefined) return begin();
  const libc = os.platform() === 'linux' ? loadLibc() : { reason: `this is ${os.platform()}` };
  if ('reason' in libc) throw new Error(`processes are placed on CPUs on Linux only: ${libc.reason}`);
  const before = readMask(libc);
  setMask(libc, maskOf(cpus));
  try {
    const allowed = cpusOf(readMask(libc));
    // The kernel leaves out what a cpuset forbids, as long as something is left.
    const forbidden = cpus.filter((cpu) => !allowed.includes(cpu));
    if (forbidden.length > 0) throw new Error(`this process may not use CPU ${forbidden.join(', ')}`);
    return begin();
  } finally {
    setMask(libc, before);
  }
}

/** The CPUs on which this thread may run; `undefined` where the system cannot be asked. */
export function ownCpus(): readonly number[] | undefined {
  const libc = os.platform() === 'linux' ? loadLibc() : undefined;
  return libc === undefined || 'reason' in libc ? undefined : cpusOf(readMask(libc));
}

/** The mask as the kernel has it: a bit per CPU, the lowest first. */
export function maskOf(cpus: readonly number[]): Uint8Array {
  const mask = new Uint8Array(MASK_BYTES);
  for (const cpu of cpus)
    if (cpu < 8 * MASK_BYTES) mask[cpu >> 3] = (mask[cpu >> 3] as number) | (1 << (cpu & 7));
  return mask;
}

export function cpusOf(mask: Uint8Array): number[] {
  return Array.from({ length: 8 * mask.length }, (_, cpu) => cpu).filter(
    (cpu) => ((mask[cpu >> 3] as number) >> (cpu & 7)) & 1,
  );
}

function readMask(libc: Libc): Uint8Array {
  const mask = new Uint8Array(MASK_BYTES);
  if (libc.sched_getaffinity(0, MASK_BYTES, libc.addressOf(mask)) < 0) throw failure(libc);
  return mask;
}

function setMask(libc: Libc, mask: Uint8Array): void {
  if (libc.sched_setaffinity(0, MASK_BYTES, libc.addressOf(mask)) !== 0) throw failure(libc);
}

const failure = (libc: Libc): Error =>
  new Error(`the system does not place processes on these CPUs: ${getSystemErrorName(-libc.errno())}`);
