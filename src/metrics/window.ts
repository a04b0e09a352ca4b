import { z } from 'zod';
import { meanOf } from '../stats/moments.ts';
import { nonNegative } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

/** When was measured, and for how long. */
export const window = defineMetric({
  trial: {
    startedAt: z.string().describe('When the window opened, in UTC (ISO 8601).'),
    windowNs: z
      .number()
      .positive()
      .describe(
        "How long the measured window was: from a request's end to another's, or (an open load) for the time that was asked for.",
      ),
    warmupNs: nonNegative.describe('How long the load ran before the window opened.'),
    burstNs: nonNegative
      .optional()
      .describe(
        "How long requests were sent at full speed before the load, until nothing was compiled any more: by a process before its first load, by a model's threads before each.",
      ),
    isCold: z
      .boolean()
      .optional()
      .describe('Code was still being compiled as the window opened: its figures are partly of cold code.'),
  },
  cell: {},
  // The loops' windows are the same but for a request's length.
  merge: (loops) => ({
    startedAt: loops[0]?.startedAt ?? '',
    windowNs: meanOf(loops.map(({ windowNs }) => windowNs)),
    warmupNs: meanOf(loops.map(({ warmupNs }) => warmupNs)),
    ...only('burstNs', known(loops, 'burstNs').sort((a, b) => b - a)[0]),
    ...only('isCold', loops.some(({ isCold }) => isCold) || undefined),
  }),
  summarise: () => ({}),
  columns: {},
});
