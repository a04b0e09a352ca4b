import { count } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

/**
 * How many threads the measured process had as the window closed, without those that are the harness's. Every
 * loop counts them all.
 */
export const threads = defineMetric({
  trial: {
    threads: count
      .optional()
      .describe(
        "How many threads the measured process had as the window closed, without those that are the harness's.",
      ),
  },
  cell: {
    threadCount: count
      .optional()
      .describe(
        "How many threads the measured process had as the window closed, without those that are the harness's.",
      ),
  },
  merge: (loops) => only('threads', highest(known(loops, 'threads'))),
  summarise: (trials) => only('threadCount', highest(known(trials, 'threads'))),
  columns: { thread_count: ({ threadCount }) => threadCount },
});

const highest = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.max(...values);
