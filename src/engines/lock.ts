import os from 'node:os';
import { loadLibc } from './libc.ts';

const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Locks a file for the holders of this descriptor (flock(2)); the kernel releases the lock when the
 * descriptor is closed, and so when the process ends, however it ends.
 * @returns `locked`; `held` if another process has the lock; `unknown` if the C library cannot be called, or
 * the file system has no locks.
 */
export function tryLock(descriptor: number): 'locked' | 'held' | 'unknown' {
  const libc = loadLibc();
  if ('reason' in libc) return 'unknown';
  if (libc.flock(descriptor, LOCK_EX | LOCK_NB) === 0) return 'locked';
  return libc.errno() === os.constants.errno.EWOULDBLOCK ? 'held' : 'unknown';
}
