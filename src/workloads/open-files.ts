import { readFileSync } from 'node:fs';
import { UserError } from '../errors.ts';

/** What a process needs besides: its own files, pipes, and the clients of a usual run. */
const BESIDES = 512;

/** How many files and sockets a process may have open; Node raises its own limit to this one. */
export function openFilesLimit(): number {
  try {
    const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** @throws UserError with the command that raises the limit, if so many descriptors more are too many. */
export function requireOpenFiles(count: number, what: string): void {
  const limit = openFilesLimit();
  if (count + BESIDES <= limit) return;
  throw new UserError(`${count} ${what} are more than the ${limit} open files that this system allows a process`, {
    hint: `raise it with: ulimit -Hn ${count + 2 * BESIDES} (as root), or ask for fewer`,
  });
}
