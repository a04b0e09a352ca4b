import { z } from 'zod';
import { bareInterval } from '../stats/interval.ts';
import { interval, nonNegative } from './fields.ts';
import { defineMetric } from './metric.ts';

/**
 * Requests that ended well, over the time that it took. The interval needs the other cells of the load:
 * `report/summary/standing.ts`.
 */
export const throughput = defineMetric({
  trial: {},
  cell: {
    throughputPerSecond: interval.describe('Requests that ended well, over the time that it took.'),
    trialThroughputPerSecond: z
      .array(nonNegative)
      .describe('Throughput of each trial, in the order of the trials.'),
  },
  merge: () => ({}),
  summarise(trials) {
    const each = trials.map(({ completed, windowNs }) => completed / (windowNs / 1e9));
    return { throughputPerSecond: bareInterval(each), trialThroughputPerSecond: each };
  },
  columns: {
    throughput_per_second_median: ({ throughputPerSecond }) => throughputPerSecond.median,
    throughput_per_second_low: ({ throughputPerSecond }) => throughputPerSecond.low,
    throughput_per_second_high: ({ throughputPerSecond }) => throughputPerSecond.high,
  },
});
