/** What all CPUs did, by the kernel's account of them: proc(5), /proc/stat. */
import { readIfThere } from './read-if-there.ts';

/** Since the system started, all CPUs together; nanoseconds. */
export interface CpuAccounts {
  /** On behalf of processes: user, nice, system. */
  readonly processesNs: number;
  /** For hardware: irq, softirq. */
  readonly interruptsNs: number;
  /** Wanted by this machine, and given to another by the hypervisor. */
  readonly stolenNs: number;
  /** All there was, idle time included. */
  readonly totalNs: number;
}

/** Of all the CPU time between two readings; 1 is all of it. */
export interface CpuShares {
  readonly cpuTimeNs: number;
  readonly busyShare: number;
  readonly stealShare: number;
  /** By processes that are not one's own. */
  readonly otherShare: number;
}

/** USER_HZ, in which the kernel counts for programs, is 100 on every Linux. */
const TICK_NS = 10e6;

/**
 * Reads the first line, `cpu user nice system idle iowait irq softirq steal guest guest_nice`: guests are in
 * user and nice already.
 */
export function parseCpuAccounts(text: string): CpuAccounts | undefined {
  const line = /^cpu +([\d ]+)/.exec(text)?.[1];
  if (line === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(' ')
    .map((ticks) => Number(ticks) * TICK_NS);
  const processesNs = user + nice + system;
  const interruptsNs = irq + softirq;
  return {
    processesNs,
    interruptsNs,
    stolenNs: steal,
    totalNs: processesNs + interruptsNs + steal + idle + iowait,
  };
}

/** Reads this machine's accounts; `undefined` if the system keeps none of this kind. */
export const readCpuAccounts = (): CpuAccounts | undefined =>
  parseCpuAccounts(readIfThere('/proc/stat') ?? '');

/**
 * The shares between two readings; `ownNs` is the CPU time of the processes that are one's own. Nothing if no
 * time has passed. Processes are accounted to the nanosecond and with the interrupts that came while they
 * ran, the machine in ticks and without: what is left for others is never too much on average, and as coarse
 * as the ticks are.
 */
export function shareCpuTime(before: CpuAccounts, after: CpuAccounts, ownNs: number): CpuShares | undefined {
  const cpuTimeNs = after.totalNs - before.totalNs;
  if (cpuTimeNs <= 0) return undefined;
  const processesNs = after.processesNs - before.processesNs;
  // The kernel may take back a tick of waiting for a disk, so that a share would be more than all.
  const share = (ns: number) => Math.min(1, Math.max(0, ns / cpuTimeNs));
  return {
    cpuTimeNs,
    busyShare: share(processesNs + after.interruptsNs - before.interruptsNs),
    stealShare: share(after.stolenNs - before.stolenNs),
    otherShare: share(processesNs - ownNs),
  };
}
