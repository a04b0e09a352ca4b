import { z } from 'zod';
import { histogram, nonNegative, type Percentiles, percentiles, type StoredHistogram } from './fields.ts';
import { mergeStored } from './merge-stored.ts';
import { defineMetric, known, only, type TrialBase } from './metric.ts';
import {
  latencyDistribution,
  latencyOf,
  mergeTrials,
  percentileColumns,
  percentilesOf,
} from './percentiles.ts';

/** How long requests took. */
export const latency = defineMetric({
  trial: {
    unfinishedAge: histogram
      .optional()
      .describe(
        'How long the unfinished ones that were due in the window had been in the system: their latencies are longer.',
      ),
    latency: histogram.describe(
      'End - intended start, of requests that were due in the window, those that ended after its close included.',
    ),
    service: histogram.describe('End - actual start.'),
    lag: histogram.describe('Actual start - intended start.'),
  },
  cell: {
    latencyNs: percentiles.describe('End - intended start.'),
    serviceNs: percentiles.describe('End - actual start.'),
    lagNs: percentiles.describe('Actual start - intended start.'),
    latencyDistribution: z
      .array(
        z.object({
          percentile: z.number().describe('The percentile, from 0 to 100.'),
          ns: nonNegative.describe('The latency at it.'),
        }),
      )
      .describe('Latency at each percentile, dense towards 100, for the chart on the nines axis.'),
    trialLatencyNs: z
      .object({
        p50: z.array(nonNegative.nullable()).describe('The p50 of each trial.'),
        p99: z.array(nonNegative.nullable()).describe('The p99 of each trial.'),
      })
      .optional()
      .describe(
        'Latency of each trial, in the order of the trials; `null` where too few requests support the percentile.',
      ),
  },
  merge: (loops) => ({
    latency: mergeStored(loops.map(({ latency }) => latency)),
    service: mergeStored(loops.map(({ service }) => service)),
    lag: mergeStored(loops.map(({ lag }) => lag)),
    ...only(
      'unfinishedAge',
      known(loops, 'unfinishedAge').length === 0 ? undefined : mergeStored(known(loops, 'unfinishedAge')),
    ),
  }),
  summarise(trials) {
    const whole = latencyOf(trials);
    const each = trials.map((trial) => percentilesOf(latencyOf([trial])));
    return {
      latencyNs: percentilesOf(whole),
      serviceNs: partOf(trials, 'service'),
      lagNs: partOf(trials, 'lag'),
      latencyDistribution: latencyDistribution(whole),
      trialLatencyNs: { p50: each.map(({ p50 }) => p50), p99: each.map(({ p99 }) => p99) },
    };
  },
  columns: {
    ...percentileColumns('latency', ({ latencyNs }: Record<'latencyNs', Percentiles>) => latencyNs),
    latency_at_least: ({ latencyNs }) => latencyNs.atLeast?.join(' '),
    ...percentileColumns('service', ({ serviceNs }: Record<'serviceNs', Percentiles>) => serviceNs),
    ...percentileColumns('lag', ({ lagNs }: Record<'lagNs', Percentiles>) => lagNs),
  },
});

type Part = 'service' | 'lag';
const partOf = (trials: readonly (TrialBase & Record<Part, StoredHistogram>)[], part: Part) =>
  percentilesOf(mergeTrials(trials.map((trial) => ({ histogram: trial[part], count: trial.completed }))));
