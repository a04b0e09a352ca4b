/** Finding what serves a workload: the processes of this machine, by their parents (Linux, /proc). */
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly uid: number;
}

/** All processes that this one has started, and theirs. */
export function descendants(): RunningProcess[] {
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap(processOf);
  const found = [process.pid];
  for (const pid of found) found.push(...all.filter(({ parent }) => parent === pid).map((each) => each.pid));
  return all.filter(({ pid }) => found.includes(pid) && pid !== process.pid);
}

/** Those that a peer is made of: its process, and for a program of the system that one and its children. */
export const peerProcesses = (): RunningProcess[] =>
  descendants().filter(({ command }) => !/(?:cell|prepare)\.main\.js|^\/bin\/sh /.test(command));

/** A process may end while it is looked at; one that has ended has no command. */
function processOf(entry: string): RunningProcess[] {
  try {
    const status = readFileSync(`/proc/${entry}/status`, 'utf8');
    const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const field = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1]);
    return command === '' ? [] : [{ pid: Number(entry), parent: field('PPid'), command, uid: field('Uid') }];
  } catch {
    return [];
  }
}
