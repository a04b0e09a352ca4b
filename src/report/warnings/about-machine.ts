/** Warnings about the machine: other load, steal time, changing frequencies, the resolution of its clock. */
import type { MachineUsage } from '../../result.ts';
import { formatDuration, formatFactor, formatShare } from '../formats/format.ts';
import { together, type WarningRule } from './warning-rule.ts';

const FULL_SHARE = 0.9;
const STEAL_SHARE = 0.02;
const OTHER_SHARE = 0.1;
const FREQUENCY_RATIO = 1.1;
const CLOCK_SHARE = 0.1;
/** The kernel counts CPU time in ticks: USER_HZ, 100 a second on every Linux (time(7)). */
const TICK_NS = 10e6;
const FEWEST_TICKS = 20;

const machineSaturated: WarningRule = {
  code: 'machine-saturated',
  condition: 'all CPUs together were busy for 90 % of the window or more',
  message({ cell: { machine } }) {
    if (machine === undefined || !isMachineFull(machine)) return undefined;
    const { busyShare, otherShare } = machine;
    return `the CPUs were ${formatShare(busyShare)} busy, all together; ${formatShare(Math.max(0, busyShare - otherShare))} with model, peers and clients`;
  },
  remedy:
    'Models with more threads had no CPU left for them: compare CPU per request, or use fewer clients (--concurrency) or more CPUs.',
  isAboutMachine: true,
};

const stealTime: WarningRule = {
  code: 'steal-time',
  condition: 'the hypervisor gave 2 % of the CPU time or more to other guests (/proc/stat, steal)',
  message({ cell: { machine } }) {
    if (machine === undefined || atLeast(machine.stealShare, machine) < STEAL_SHARE) return undefined;
    return `the hypervisor took ${formatShare(machine.stealShare)} of the CPU time`;
  },
  remedy:
    'Other guests of this host disturb the measurement: take a dedicated host, or more and longer trials (--trials 10 --duration 2s).',
  isAboutMachine: true,
};

const otherLoad: WarningRule = {
  code: 'other-load',
  condition: 'processes other than iobench, the measured ones and peers used 10 % of the CPU time or more',
  message({ cell: { machine } }) {
    if (machine === undefined || atLeast(machine.otherShare, machine, 0.5) < OTHER_SHARE) return undefined;
    return `other processes used ${formatShare(machine.otherShare)} of the CPU time`;
  },
  remedy:
    'Find them with top -o %CPU, stop them, and run again (unless one is the server that you measure); iobench doctor checks whether the machine is quiet.',
  isAboutMachine: true,
};

const frequencyScaling: WarningRule = {
  code: 'frequency-scaling',
  condition: 'the governor of a CPU is not performance, or the fastest CPU’s frequency moved by 10 % or more',
  message({ cell: { machine }, environment: { governors = [] } }) {
    const others = governors.filter((governor) => governor !== 'performance');
    const { low, high } = machine?.frequencyHz ?? { low: 1, high: 1 };
    return together([
      ...(others.length === 0 ? [] : [`the governor is ${others.join(', ')}`]),
      ...(high < FREQUENCY_RATIO * low
        ? []
        : [`the fastest CPU ran at ${gigahertz(low)} to ${gigahertz(high)}`]),
    ]);
  },
  remedy:
    'Fix the frequency: echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor.',
  isAboutMachine: true,
};

const coarseClock: WarningRule = {
  code: 'coarse-clock',
  condition: 'the smallest step between two readings of the clock is 10 % of the median latency or more',
  message({ cell: { latencyNs }, environment: { clockStepNs } }) {
    const medianNs = latencyNs.p50 ?? latencyNs.mean;
    if (clockStepNs === undefined || clockStepNs < CLOCK_SHARE * medianNs) return undefined;
    return `two readings of the clock are ${formatDuration(clockStepNs)} apart at least, and the median latency is ${formatDuration(medianNs)}`;
  },
  remedy:
    'Read the throughput, not the percentiles; iobench doctor checks whether the system has a finer clock.',
};

const slowedNode: WarningRule = {
  code: 'slowed-node',
  condition: 'Node is a debug build, or was started with an inspector or a profiler',
  message: ({ environment: { debugging = [] } }) => together(debugging),
  remedy:
    'Run again with a release build, without inspector and profiler: unset NODE_OPTIONS NODE_V8_COVERAGE.',
  isAboutMachine: true,
};

export const machineRules: readonly WarningRule[] = [
  machineSaturated,
  stealTime,
  otherLoad,
  frequencyScaling,
  coarseClock,
  slowedNode,
];

/** Whether no CPU time was left, as far as the ticks show. */
export function isMachineFull(machine: MachineUsage | undefined): boolean {
  return machine !== undefined && atLeast(machine.busyShare, machine) >= FULL_SHARE;
}

/**
 * The lower bound of a share: two standard errors of as many samples as there are ticks, and a tick of
 * rounding at each end, are subtracted. `noise` is the share that was sampled, if this one was computed from
 * it. 0 if the ticks are too few.
 */
function atLeast(share: number, { cpuTimeNs }: MachineUsage, noise: number = share): number {
  const ticks = cpuTimeNs / TICK_NS;
  if (ticks < FEWEST_TICKS) return 0;
  return Math.max(0, share - 2 * Math.sqrt((noise * (1 - noise)) / ticks) - 2 / ticks);
}

function gigahertz(hz: number): string {
  return `${formatFactor(hz / 1e9)} GHz`;
}
