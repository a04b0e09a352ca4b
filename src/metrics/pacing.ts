import { sumOf } from '../stats/moments.ts';
import { nonNegative } from './fields.ts';
import { defineMetric, known, only, perRequest } from './metric.ts';

/**
 * What the thread that keeps an open load's schedule used besides: Node's own timers are too coarse for it.
 */
export const pacing = defineMetric({
  trial: {
    pacingCpuNs: nonNegative
      .optional()
      .describe("CPU time of the thread that keeps an open load's schedule, which is in no request."),
  },
  cell: {
    pacingCpuPerRequestNs: nonNegative
      .optional()
      .describe("CPU time of the thread that keeps an open load's schedule."),
  },
  merge: (loops) =>
    only(
      'pacingCpuNs',
      known(loops, 'pacingCpuNs').length === 0 ? undefined : sumOf(known(loops, 'pacingCpuNs')),
    ),
  summarise(trials) {
    const paced = trials.filter(({ pacingCpuNs }) => pacingCpuNs !== undefined);
    return only(
      'pacingCpuPerRequestNs',
      paced.length === 0 ? undefined : perRequest(sumOf(known(paced, 'pacingCpuNs')), paced),
    );
  },
  columns: { pacing_cpu_per_request_ns: ({ pacingCpuPerRequestNs }) => pacingCpuPerRequestNs },
});
