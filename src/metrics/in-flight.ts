import { meanOf, sumOf } from '../stats/moments.ts';
import { nonNegative } from './fields.ts';
import { defineMetric, type Fields, known, only, type TrialBase } from './metric.ts';
import { latencyOf, type WithLatency } from './percentiles.ts';

const trial = {
  inFlightMean: nonNegative
    .optional()
    .describe('The mean number of requests in flight (or waiting for their start) over the window.'),
  inFlightMeanByTimes: nonNegative
    .optional()
    .describe("The same, from the latencies that were recorded: by Little's law it is the same number."),
};
type Counted = Fields<typeof trial> & TrialBase;

/** How many requests were in the system, counted in two ways that must agree. */
export const inFlight = defineMetric({
  trial,
  cell: {
    inFlightMean: nonNegative
      .optional()
      .describe('The mean number of requests in flight (or waiting for their start).'),
    littleRatio: nonNegative
      .optional()
      .describe(
        "Requests in the system by the recorded latencies, over requests in the system by their arrivals and ends (in older results: throughput x mean latency / clients); 1 by Little's law.",
      ),
  },
  merge: (loops) => ({
    inFlightMean: sumOf(known(loops, 'inFlightMean')),
    inFlightMeanByTimes: sumOf(known(loops, 'inFlightMeanByTimes')),
  }),
  summarise(trials) {
    const means = known(trials, 'inFlightMean');
    return {
      ...only('inFlightMean', means.length === 0 ? undefined : meanOf(means)),
      ...only('littleRatio', littleRatio(trials)),
    };
  },
  columns: {
    in_flight_mean: ({ inFlightMean }) => inFlightMean,
    little_ratio: ({ littleRatio }) => littleRatio,
  },
});

/**
 * Little's law holds over all requests, so it is not asked of cells where the failed ones' times are missing.
 */
function littleRatio(trials: readonly Counted[]): number | undefined {
  const byEvents = trials.map(({ inFlightMean = 0 }) => inFlightMean);
  const byTimes = trials.map(({ inFlightMeanByTimes = 0 }) => inFlightMeanByTimes);
  if (byEvents.every((mean) => mean > 0)) return meanOf(byTimes) / meanOf(byEvents);
  const [first] = trials;
  if (
    first?.cell.load.kind !== 'closed' ||
    first.cell.load.thinkNs ||
    trials.some(({ failed }) => failed > 0)
  )
    return undefined;
  const perNs =
    sumOf(trials.map(({ completed }) => completed)) / sumOf(trials.map(({ windowNs }) => windowNs));
  return (
    (perNs * latencyOf(trials as readonly (Counted & WithLatency)[]).meanNs) / first.cell.load.concurrency
  );
}
