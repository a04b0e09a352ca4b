/** A process and its descendants, and what they have used: proc(5). */
import { readdirSync } from 'node:fs';
import os from 'node:os';
import type { ProcessAccounts } from './process-accounts.ts';
import { readIfThere } from './read-if-there.ts';

/** USER_HZ, in which the kernel counts for programs, is 100 on every Linux. */
const TICK_NS = 10e6;
const FIELDS_BEFORE = 3;
/** Fields of /proc/PID/stat: of the process, and of those that it has waited for. */
const FIELD = {
  parent: 4,
  minorFaults: 10,
  childrenMinorFaults: 11,
  majorFaults: 12,
  childrenMajorFaults: 13,
  user: 14,
  system: 15,
  childrenUser: 16,
  childrenSystem: 17,
} as const;

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
  const field = statOf(pid);
  return (field('childrenUser') + field('childrenSystem')) * TICK_NS;
}

function statOf(pid: number): (name: keyof typeof FIELD) => number {
  const stat = readIfThere(`/proc/${pid}/stat`) ?? '';
  // The second field is the command in parentheses, and may hold spaces and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (name) => Number(fields[FIELD[name] - FIELDS_BEFORE] ?? 0);
}

/**
 * What all descendants of a process have used so far, together, and itself not; `undefined` if there are
 * none. CPU time is exact; which part of it was the kernel's is known to ticks of 10 ms. Memory is the most
 * that each has held: what several share counts for each. Switches are those of threads that are alive.
 */
export function readAccountsBelow(pid: number): ProcessAccounts | undefined {
  const all = descendantsOf(pid).map(accountsOf);
  if (all.length === 0) return undefined;
  const sum = (key: keyof (typeof all)[number]) => all.reduce((total, each) => total + each[key], 0);
  return {
    userNs: sum('userNs'),
    systemNs: sum('systemNs'),
    voluntarySwitches: sum('voluntarySwitches'),
    involuntarySwitches: sum('involuntarySwitches'),
    minorFaults: sum('minorFaults'),
    majorFaults: sum('majorFaults'),
    maxRssBytes: sum('maxRssBytes'),
    threads: sum('threads'),
  };
}

/**
 * Whether it is this process or one of its descendants: a number that a process reports may be that of
 * another one, or be valid in a PID namespace of its own only. Systems without /proc are believed.
 */
export function isInTree(pid: number, root: number): boolean {
  if (os.platform() !== 'linux') return true;
  let each = pid;
  while (each > 1 && each !== root) each = statOf(each)('parent');
  return each === root;
}

/** All that it has started, and all that those have. */
export const descendantsOf = (pid: number): number[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);

function accountsOf(pid: number) {
  const threads = threadsOf(pid);
  const field = statOf(pid);
  const cpuNs = threads.reduce((sum, thread) => sum + cpuNsOfThread(pid, thread), 0);
  const systemNs = (cpuNs * field('system')) / Math.max(1, field('user') + field('system'));
  const statuses = threads.map((thread) => readIfThere(`/proc/${pid}/task/${thread}/status`) ?? '');
  const switches = (kind: string) =>
    statuses.reduce((sum, status) => sum + numberIn(status, `${kind}_ctxt_switches`), 0);
  return {
    userNs: cpuNs - systemNs + field('childrenUser') * TICK_NS,
    systemNs: systemNs + field('childrenSystem') * TICK_NS,
    voluntarySwitches: switches('voluntary'),
    involuntarySwitches: switches('nonvoluntary'),
    minorFaults: field('minorFaults') + field('childrenMinorFaults'),
    majorFaults: field('majorFaults') + field('childrenMajorFaults'),
    maxRssBytes: numberIn(statuses[0] ?? '', 'VmHWM') * 1024,
    threads: threads.length,
  };
}

/** A line of /proc/PID/status. */
const numberIn = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
