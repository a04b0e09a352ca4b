import { z } from 'zod';
import { meanOf, sumOf } from '../stats/moments.ts';
import { count, nonNegative } from './fields.ts';
import { defineMetric, perRequest } from './metric.ts';

/**
 * How often the process's threads gave up their CPU to wait, and how often it was taken from them
 * (getrusage(2)).
 */
export const contextSwitches = defineMetric({
  trial: {
    contextSwitches: z
      .object({
        voluntary: count.describe('They gave it up to wait.'),
        involuntary: count.describe('It was taken from them.'),
      })
      .describe("How often the process's threads left a CPU (getrusage(2))."),
  },
  cell: {
    contextSwitches: z
      .object({
        voluntary: count.describe('They gave it up to wait.'),
        involuntary: count.describe('It was taken from them.'),
        perRequest: nonNegative.describe('Both, of all requests that ended in the windows.'),
      })
      .describe("How often the process's threads left a CPU (getrusage(2))."),
  },
  merge: (loops) => ({
    contextSwitches: {
      voluntary: Math.round(meanOf(loops.map(({ contextSwitches }) => contextSwitches.voluntary))),
      involuntary: Math.round(meanOf(loops.map(({ contextSwitches }) => contextSwitches.involuntary))),
    },
  }),
  summarise(trials) {
    const voluntary = sumOf(trials.map(({ contextSwitches }) => contextSwitches.voluntary));
    const involuntary = sumOf(trials.map(({ contextSwitches }) => contextSwitches.involuntary));
    return {
      contextSwitches: { voluntary, involuntary, perRequest: perRequest(voluntary + involuntary, trials) },
    };
  },
  columns: {
    voluntary_context_switches: ({ contextSwitches }) => contextSwitches.voluntary,
    involuntary_context_switches: ({ contextSwitches }) => contextSwitches.involuntary,
    context_switches_per_request: ({ contextSwitches }) => contextSwitches.perRequest,
  },
});
