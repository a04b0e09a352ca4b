/** What a process of another program and its descendants have used: proc(5). */
import { readdirSync } from 'node:fs';
import { readIfThere } from './read-if-there.ts';

/** USER_HZ, in which the kernel counts for programs, is 100 on every Linux. */
const TICK_NS = 10e6;
const FIELDS_BEFORE = 3;
const CHILDREN_USER = 16;
const CHILDREN_SYSTEM = 17;

/**
 * CPU time so far of a process, of its descendants, and of those that have ended and were waited for, which
 * the kernel counts in ticks of 10 ms; all others to the nanosecond. 0 if it has ended.
 */
export function cpuNsOfTree(pid: number): number {
  const own = threadsOf(pid).reduce((sum, thread) => sum + cpuNsOfThread(pid, thread), 0);
  const below = childrenOf(pid).reduce((sum, child) => sum + cpuNsOfTree(child), 0);
  return own + below + cpuNsOfEndedChildren(pid);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

const cpuNsOfThread = (pid: number, thread: string): number =>
  Number(readIfThere(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[0] ?? 0);

/** Any thread of a process may have started some. */
function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) => {
    const listed = readIfThere(`/proc/${pid}/task/${thread}/children`) ?? '';
    return listed === '' ? [] : listed.split(' ').map(Number);
  });
}

function cpuNsOfEndedChildren(pid: number): number {
  const stat = readIfThere(`/proc/${pid}/stat`) ?? '';
  // The second field is the command in parentheses, and may hold spaces and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (field: number) => Number(fields[field - FIELDS_BEFORE] ?? 0);
  return (ticks(CHILDREN_USER) + ticks(CHILDREN_SYSTEM)) * TICK_NS;
}
