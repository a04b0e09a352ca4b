import { UserError } from '../errors.ts';
import { softLimit } from '../limits.ts';
import { counted, plural } from '../quantity.ts';

/** Descriptors that a process needs besides: its own files, pipes, and the clients of a usual run. */
const BESIDES = 512;

/** How many files and sockets a process may have open; Node has raised its own soft limit to the hard one. */
export function openFilesLimit(): number {
  return softLimit('Max open files') ?? Number.POSITIVE_INFINITY;
}

/**
 * Checks that `count` more descriptors may be open than a run has anyway.
 * @throws UserError with the limit, and the command that raises it.
 */
export function requireOpenFiles(count: number, what: string): void {
  const limit = openFilesLimit();
  if (count + BESIDES <= limit) return;
  const message =
    count > limit
      ? `${counted(count, what)} ${plural(count, 'is', 'are')} more than the ${limit} open files that this system allows a process (ulimit -n)`
      : `a process of a run may need ${BESIDES} open files${count === 0 ? '' : ` besides ${counted(count, what)}`}, and this system allows it ${limit} (ulimit -n)`;
  throw new UserError(message, {
    hint: `raise it with: ulimit -Hn ${count + 2 * BESIDES} (as root)${limit > BESIDES ? ', or ask for fewer' : ''}`,
  });
}
