import { z } from 'zod';
import { sumOf } from '../stats/moments.ts';
import { nonNegative, share } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

const machineUsage = z
  .object({
    cpuTimeNs: nonNegative.describe('CPU time that there was over the window: its length x the CPUs.'),
    busyShare: share.describe('The share of it that was spent on anything.'),
    stealShare: share.describe('The share of it that was taken by the hypervisor.'),
    otherShare: share.describe(
      'The share of it that was spent on processes that have nothing to do with the measurement.',
    ),
    frequencyHz: z
      .object({ low: nonNegative.describe('The lowest.'), high: nonNegative.describe('The highest.') })
      .optional()
      .describe('Of the fastest CPU, as the window opened and closed.'),
  })
  .meta({ id: 'machine', description: 'What the whole machine did over the window, by /proc/stat.' });
/** What the whole machine did over the window, by /proc/stat. */
export type MachineUsage = z.infer<typeof machineUsage>;

export const machine = defineMetric({
  trial: {
    machine: machineUsage.optional().describe('What the whole machine did over the window, by /proc/stat.'),
  },
  cell: {
    machine: machineUsage.optional().describe('What the whole machine did over the window, by /proc/stat.'),
  },
  merge: (loops) => only('machine', known(loops, 'machine')[0]),
  summarise: (trials) => only('machine', weighted(known(trials, 'machine'))),
  columns: {},
});

/** Weighted by the CPU time that there was. */
function weighted(usages: readonly MachineUsage[]): MachineUsage | undefined {
  const cpuTimeNs = sumOf(usages.map((usage) => usage.cpuTimeNs));
  if (cpuTimeNs === 0) return undefined;
  const mean = (key: 'busyShare' | 'stealShare' | 'otherShare') =>
    Math.min(1, sumOf(usages.map((usage) => usage[key] * usage.cpuTimeNs)) / cpuTimeNs);
  const ranges = known(usages, 'frequencyHz');
  const frequencyHz = {
    low: Math.min(...ranges.map(({ low }) => low)),
    high: Math.max(...ranges.map(({ high }) => high)),
  };
  return {
    cpuTimeNs,
    busyShare: mean('busyShare'),
    stealShare: mean('stealShare'),
    otherShare: mean('otherShare'),
    ...only('frequencyHz', ranges.length === 0 ? undefined : frequencyHz),
  };
}
