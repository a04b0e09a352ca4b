import { z } from 'zod';
import { meanOf } from '../stats/moments.ts';
import { count, nonNegative } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

/**
 * What it costs to hand an empty request to another thread and get the answer back, one at a time, where a
 * model does that.
 */
export const dispatch = defineMetric({
  trial: { dispatch: z.object({ meanNs: nonNegative, p99Ns: nonNegative, threads: count }).optional() },
  cell: { dispatchNs: z.object({ mean: nonNegative, p99: nonNegative }).optional() },
  merge: (loops) => only('dispatch', known(loops, 'dispatch')[0]),
  summarise(trials) {
    const costs = known(trials, 'dispatch');
    if (costs.length === 0) return {};
    return {
      dispatchNs: {
        mean: meanOf(costs.map(({ meanNs }) => meanNs)),
        p99: Math.max(...costs.map(({ p99Ns }) => p99Ns)),
      },
    };
  },
  columns: {
    dispatch_mean_ns: ({ dispatchNs }) => dispatchNs?.mean,
    dispatch_p99_ns: ({ dispatchNs }) => dispatchNs?.p99,
  },
});
