/**
 * What the whole machine did over a window. Read by the process that started the measured one, so that this
 * one is not disturbed.
 */
import process from 'node:process';
import type { MachineUsage, MeasuredTrial } from '../../result.ts';
import { readCpuAccounts, shareCpuTime } from './cpu-accounts.ts';
import { readFastestHz } from './frequency.ts';

type Account = Pick<MeasuredTrial, 'windowNs' | 'cpu' | 'peers'>;

/** What is read as a window opens, and again as it closes. */
export interface MachineReading {
  readonly cpus: ReturnType<typeof readCpuAccounts>;
  /** The reading process's own CPU time, and its clock. */
  readonly ownNs: number;
  readonly nowNs: number;
  readonly fastestHz: number | undefined;
}

export function readMachine(): MachineReading {
  const { user, system } = process.cpuUsage();
  return {
    cpus: readCpuAccounts(),
    ownNs: (user + system) * 1e3,
    nowNs: performance.now() * 1e6,
    fastestHz: readFastestHz(),
  };
}

/**
 * The machine between two readings; the measured process and its peers report their own parts. `undefined` if
 * the system keeps no accounts.
 */
export function machineBetween(
  before: MachineReading,
  after: MachineReading,
  { windowNs, cpu, peers }: Account,
): MachineUsage | undefined {
  if (before.cpus === undefined || after.cpus === undefined) return undefined;
  const elapsedNs = after.nowNs - before.nowNs;
  // Each was asked at a moment of its own: what it used is stretched to the time between the two readings.
  const measuredNs = ((cpu.userNs + cpu.systemNs) / windowNs) * elapsedNs;
  const peersNs = peers.reduce(
    (sum, { cpuNs, wallNs }) => sum + (wallNs === 0 ? 0 : (cpuNs / wallNs) * elapsedNs),
    0,
  );
  const shares = shareCpuTime(before.cpus, after.cpus, measuredNs + peersNs + after.ownNs - before.ownNs);
  if (shares === undefined) return undefined;
  const frequencies = [before.fastestHz, after.fastestHz].filter((hz) => hz !== undefined);
  return {
    ...shares,
    ...(frequencies.length === 0
      ? {}
      : { frequencyHz: { low: Math.min(...frequencies), high: Math.max(...frequencies) } }),
  };
}
