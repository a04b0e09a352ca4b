import process from 'node:process';
import { lastError, requireLibc } from './libc.ts';
import type { NonblockingDescriptor } from './nonblocking.ts';

const F_SETFL = 4;
const F_SETOWN = 8;
const O_NONBLOCK = 0o4000;
const O_ASYNC = 0o20000;

/**
 * Makes the kernel send SIGIO to this process when a descriptor becomes ready; returns whether that is new
 * (fcntl(2)).
 */
export function signalOwner(): (descriptor: NonblockingDescriptor) => boolean {
  const libc = requireLibc();
  const owned = new WeakSet<NonblockingDescriptor>();
  return (descriptor) => {
    if (owned.has(descriptor)) return false;
    owned.add(descriptor);
    const { fd, target } = descriptor;
    const isSet =
      libc.fcntl(fd, F_SETOWN, process.pid) === 0 && libc.fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC) === 0;
    if (!isSet) throw lastError(libc, 'receive', `${target} (F_SETOWN, O_ASYNC)`);
    return true;
  };
}
