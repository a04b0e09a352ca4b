import os from 'node:os';
import { OperationError, type Uncache, UnsupportedError } from '../operations.ts';
import { loadLibc } from './libc.ts';

const POSIX_FADV_DONTNEED = 4;

/**
 * Drops a part of a file from the page cache: a call that asks the kernel and does not wait for the disk, the
 * same for all engines.
 */
export function uncache(fd: number, target: string, { position, length }: Uncache): void {
  const libc = loadLibc();
  if ('reason' in libc)
    throw new UnsupportedError(
      `dropping a block from the page cache needs posix_fadvise(2), and ${libc.reason}`,
    );
  if (os.platform() !== 'linux')
    throw new UnsupportedError(`posix_fadvise(2) is not called on ${os.platform()}`);
  const problem = libc.posix_fadvise(fd, position, length, POSIX_FADV_DONTNEED);
  if (problem !== 0) throw new OperationError('uncache', `errno ${problem}`, target);
}
