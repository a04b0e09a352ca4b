import { z } from 'zod';
import { meanOf, sumOf } from '../stats/moments.ts';
import { nonNegative } from './fields.ts';
import { defineMetric, known, only, perRequest } from './metric.ts';

/** CPU time of the measured process, all threads, over the window. */
export const cpu = defineMetric({
  trial: {
    cpu: z
      .object({
        userNs: nonNegative.describe('In the program.'),
        systemNs: nonNegative.describe('In the kernel.'),
      })
      .describe('CPU time of the measured process, all threads, over the window.'),
    idleCpuShare: nonNegative
      .optional()
      .describe(
        "What the process used while it was idle and warm, as a share of one CPU: it is in `cpu`, and no request's.",
      ),
  },
  cell: {
    cpu: z
      .object({
        userNs: nonNegative.describe('In the program.'),
        systemNs: nonNegative.describe('In the kernel.'),
        perRequestNs: nonNegative.describe(
          'Of all requests that ended in the windows, without what the process used while it was idle.',
        ),
        idleShare: nonNegative
          .optional()
          .describe('What it used while it was idle and warm, as a share of one CPU.'),
      })
      .describe('CPU time of the measured process, all threads, over the windows of all trials.'),
  },
  merge: (loops) => ({
    cpu: {
      userNs: meanOf(loops.map(({ cpu }) => cpu.userNs)),
      systemNs: meanOf(loops.map(({ cpu }) => cpu.systemNs)),
    },
    // Where several loops work, nobody was idle at a time that is known.
  }),
  summarise(trials) {
    const userNs = sumOf(trials.map(({ cpu }) => cpu.userNs));
    const systemNs = sumOf(trials.map(({ cpu }) => cpu.systemNs));
    const idleNs = sumOf(
      trials.map(({ cpu, idleCpuShare = 0, windowNs }) =>
        Math.min(idleCpuShare * windowNs, cpu.userNs + cpu.systemNs),
      ),
    );
    const idle = known(trials, 'idleCpuShare');
    return {
      cpu: {
        userNs,
        systemNs,
        perRequestNs: perRequest(userNs + systemNs - idleNs, trials),
        ...only('idleShare', idle.length < trials.length ? undefined : meanOf(idle)),
      },
    };
  },
  columns: {
    cpu_user_ns: ({ cpu }) => cpu.userNs,
    cpu_system_ns: ({ cpu }) => cpu.systemNs,
    cpu_per_request_ns: ({ cpu }) => cpu.perRequestNs,
    cpu_idle_share: ({ cpu }) => cpu.idleShare,
  },
});
