/** Searches for what a model can carry: their steps, and what they have found. */
import { z } from 'zod';
import { nonNegative, reason } from '../metrics/fields.ts';
import { cellKey, searchedSchema } from './cell-spec.ts';
import { trialSchema } from './trial.ts';

/** What came of one rate: `measured` is the objective's figure, `why` what was not kept. */
export const judgedRateSchema = z.object({
  ratePerSecond: nonNegative.describe('The rate of arrivals that was tried.'),
  kept: z.boolean().describe('Whether the objective was kept.'),
  measured: z.string().describe("The objective's figure, as text."),
  why: z.string().optional().describe('What was not kept; left out if all was.'),
});
export type JudgedRate = z.infer<typeof judgedRateSchema>;

export const stepSchema = z
  .object({
    kind: z.literal('step'),
    cell: searchedSchema.describe('What is searched with, under whatever load.'),
    objective: z.string().describe('As it was written: `p99<20ms`.'),
    ...judgedRateSchema.shape,
    trial: trialSchema
      .optional()
      .describe(
        'Its cell has the rate as its load. Left out only where the file of an earlier version does not have it.',
      ),
  })
  .meta({
    id: 'step',
    description: 'One step of a search for a capacity: a trial at a rate, and what came of it.',
  });
/** One step of a search for a capacity: a trial at a rate, and what came of it. */
export type StepRecord = z.infer<typeof stepSchema>;

export const foundSchema = z.object({
  kind: z.literal('capacity'),
  cell: searchedSchema.describe('What was searched with, under whatever load.'),
  objective: z.string().describe('As it was written: `p99<20ms`.'),
  ratePerSecond: nonNegative
    .optional()
    .describe(
      'Zero if not even the lowest rate kept it; left out if the cell is unsupported or failed, or nothing was kept before an interruption.',
    ),
  failedAtPerSecond: nonNegative.optional().describe('The lowest rate that did not keep it.'),
  reason: reason.optional().describe('Why there is no rate, or why the search ended before its time.'),
});
/** What a search has found. Its steps are lines of their own. */
export type CapacityRecord = z.infer<typeof foundSchema>;
/** In earlier versions the steps stood in this line, and their trials were trials like any other. */
export const capacityLineSchema = foundSchema
  .extend({
    steps: z
      .array(judgedRateSchema)
      .optional()
      .describe('Only in files of earlier versions: the steps of the search.'),
  })
  .meta({ id: 'capacityLine', description: 'What a search has found. Its steps are lines of their own.' });
export type CapacityLine = z.infer<typeof capacityLineSchema>;

/**
 * A text that is the same for two steps, or a step and a capacity, exactly when they are of the same search.
 */
export const searchKey = ({ cell, objective }: Pick<StepRecord, 'cell' | 'objective'>): string =>
  JSON.stringify([cellKey(cell), objective]);
