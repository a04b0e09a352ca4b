/** Where the processes of a run are: on which CPUs they stay, and by which command each is started. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { onCpus } from '../engines/affinity.ts';
import { messageOf, UserError } from '../errors.ts';
import { formatCpus } from '../quantity.ts';
import type { Launchers, Placement } from '../result.ts';

/** The parts that processes play, and the option that places each. */
export const ROLES = {
  measured: '--cpus-measured',
  peers: '--cpus-peers',
  generators: '--cpus-generators',
} as const satisfies Record<keyof Placement, string>;
export type Role = keyof typeof ROLES;

/** Where one process is. */
export interface Place {
  /** The CPUs on which it stays; wherever the system puts it if left out. */
  readonly cpus?: readonly number[] | undefined;
  /** A command and its words, which start it; iobench itself does if left out. */
  readonly launcher?: readonly string[] | undefined;
}

/** Where the processes of a run are, by the part that they play. */
export interface Places {
  readonly cpus?: Placement | undefined;
  readonly launchers?: Launchers | undefined;
}

export const placeOf = ({ cpus, launchers }: Places, role: Role): Place => ({
  cpus: cpus?.[role],
  launcher: launchers?.[role],
});

const ONLINE = '/sys/devices/system/cpu/online';
const MOST_CPUS = 8192;

/**
 * Reads `0,2-3`; in ascending order, each once.
 * @throws UserError if it is no list of CPUs.
 */
export function parseCpus(flag: string, written: string): number[] {
  const wrong = () =>
    new UserError(`${flag} ${written}: not a list of CPUs`, { hint: `write it like ${flag} 0,2-3` });
  const cpus = written.split(',').flatMap((part) => {
    const [, first, last = first] = /^ *(\d+)(?:-(\d+))? *$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from <= to && to < MOST_CPUS)) throw wrong();
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return [...new Set(cpus)].sort((a, b) => a - b);
}

/**
 * @throws UserError with a sentence if a CPU does not exist, this process may not use it, or this is not
 * Linux.
 */
export function requirePlacement(placement: Placement = {}): void {
  for (const [role, flag] of Object.entries(ROLES)) {
    const cpus = placement[role as Role];
    if (cpus === undefined) continue;
    if (os.platform() !== 'linux')
      throw new UserError(`${flag} needs Linux (sched_setaffinity), and this is ${os.platform()}`, {
        hint: 'leave it out',
      });
    const online = parseCpus(ONLINE, readFileSync(ONLINE, 'utf8').trim());
    const missing = cpus.filter((cpu) => !online.includes(cpu));
    if (missing.length > 0)
      throw new UserError(`${flag}: there is no CPU ${missing.join(', ')}`, {
        hint: `this machine has ${formatCpus(online)}`,
      });
    try {
      onCpus(cpus, () => {});
    } catch (error) {
      throw new UserError(`${flag}: ${messageOf(error)}`);
    }
  }
}
