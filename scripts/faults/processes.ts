/**
 * Finding processes by a mark in their environment, which they inherit, whoever their parent is by now.
 * Linux: /proc.
 */
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

export const MARK = 'IOBENCH_FAULTS_MARK';

export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * The processes whose mark begins so; those that have ended and are not collected yet have no environment,
 * and are none.
 */
export function markedProcesses(mark: string): MarkedProcess[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((entry) => {
      if (!readOr(`/proc/${entry}/environ`).includes(`${MARK}=${mark}`)) return [];
      return [{ pid: Number(entry), command: readOr(`/proc/${entry}/cmdline`).replaceAll('\0', ' ').trim() }];
    });
}

/** Ends all processes with that mark. */
export function killMarked(mark: string): void {
  // Until there is none: one that is being started when the list is read has a parent that is gone the next
  // time.
  for (let round = 0; round < 20; round++) {
    const found = markedProcesses(mark);
    if (found.length === 0) return;
    for (const { pid } of found) signal(pid, 'SIGKILL');
  }
}

/** Whether it was there to get the signal. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** A process may end while it is looked at. */
function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
