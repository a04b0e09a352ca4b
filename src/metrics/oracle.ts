import { z } from 'zod';
import { sumOf } from '../stats/moments.ts';
import { count, nonNegative } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

const waits = z.object({
  servers: count.describe('How many requests are served at once.'),
  requests: count.describe('Requests that the prediction is of.'),
  predictedWaitNs: nonNegative.describe(
    'The mean wait that the recursion of Kiefer and Wolfowitz predicts from the measured occupancies.',
  ),
  measuredWaitNs: nonNegative.describe('The mean wait that was measured.'),
});
type Waits = z.infer<typeof waits>;

/**
 * The trace-driven recursion of Kiefer and Wolfowitz on the measured occupancies, where the number of servers
 * is known.
 */
export const oracle = defineMetric({
  trial: {
    oracle: waits
      .optional()
      .describe('Waits as queueing theory predicts them, where the number of servers is known.'),
  },
  cell: {
    oracle: z
      .object({
        servers: count.describe('How many requests are served at once.'),
        predictedWaitNs: nonNegative.describe('The predicted mean wait, over all trials.'),
        measuredWaitNs: nonNegative.describe('The measured mean wait, over all trials.'),
        error: z.number().describe('Predicted / measured - 1.'),
      })
      .optional()
      .describe('Mean waits over all trials, and how far apart: predicted / measured - 1.'),
  },
  // Each loop has servers of its own, and a queue of its own.
  merge: (loops) => only('oracle', loops.length === 1 ? loops[0]?.oracle : undefined),
  summarise: (trials) => only('oracle', weighted(known(trials, 'oracle'))),
  columns: {
    oracle_servers: ({ oracle }) => oracle?.servers,
    oracle_predicted_wait_ns: ({ oracle }) => oracle?.predictedWaitNs,
    oracle_measured_wait_ns: ({ oracle }) => oracle?.measuredWaitNs,
    oracle_error_share: ({ oracle }) => oracle?.error,
  },
});

/** Weighted by requests, so that a short trial does not count as much as a long one. */
function weighted(parts: readonly Waits[]) {
  const requests = sumOf(parts.map((part) => part.requests));
  const [first] = parts;
  if (first === undefined || requests === 0) return undefined;
  const mean = (key: 'predictedWaitNs' | 'measuredWaitNs') =>
    sumOf(parts.map((part) => part[key] * part.requests)) / requests;
  const [predictedWaitNs, measuredWaitNs] = [mean('predictedWaitNs'), mean('measuredWaitNs')];
  return {
    servers: first.servers,
    predictedWaitNs,
    measuredWaitNs,
    error: measuredWaitNs === 0 ? 0 : predictedWaitNs / measuredWaitNs - 1,
  };
}
