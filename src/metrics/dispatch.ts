import { z } from 'zod';
import { meanOf } from '../stats/moments.ts';
import { count, nonNegative } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

/**
 * What it costs to hand an empty request to another thread and get the answer back, one at a time, where a
 * model does that.
 */
export const dispatch = defineMetric({
  trial: {
    dispatch: z
      .object({
        meanNs: nonNegative.describe('The mean round trip.'),
        p99Ns: nonNegative.describe('99 % of the round trips take at most this.'),
        threads: count.describe('Threads that answered.'),
      })
      .optional()
      .describe(
        'Handing an empty request to another thread and getting the answer back, one at a time, where a model does that.',
      ),
  },
  cell: {
    dispatchNs: z
      .object({
        mean: nonNegative.describe('The mean round trip.'),
        p99: nonNegative.describe('99 % of the round trips take at most this.'),
      })
      .optional()
      .describe(
        'Handing an empty request to another thread and getting the answer back, one at a time, where a model does that.',
      ),
  },
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
