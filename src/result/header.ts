/** The first line of a run. */
import { z } from 'zod';
import { recordOf } from '../metrics/fields.ts';
import { describedModelSchema, describedSchema } from './described-model.ts';
import { environmentSchema } from './environment.ts';

export const SCHEMA = 'iobench/1';

export const headerSchema = z
  .object({
    kind: z.literal('run'),
    schema: z.literal(SCHEMA),
    id: z.string().describe("The name of the run's folder: when it began, and its name."),
    name: z.string().describe('Its name, given or made of its workloads.'),
    startedAt: z.string().describe('When it began, in UTC (ISO 8601).'),
    command: z.string().describe('The command line that makes this run again.'),
    seed: z.int().describe('The seed of the order of trials and of all random numbers.'),
    environment: environmentSchema.describe('The machine and the versions.'),
    models: z.array(describedModelSchema).describe('In the order in which reports list them.'),
    workloads: z
      .array(
        describedSchema.extend({
          units: recordOf(z.string())
            .optional()
            .describe('The unit of each parameter: `ns`, `bytes`, or another word.'),
          uses: z.array(z.string()).optional().describe('What its requests use: `files`, `sockets`.'),
        }),
      )
      .describe('In the order in which reports list them.'),
    trials: z.int().positive().describe('How many trials each cell was to have; with a budget, at least.'),
    budgetNs: z
      .number()
      .positive()
      .optional()
      .describe('For how long was to be measured, where cells had as many trials as their questions needed.'),
  })
  .meta({ id: 'header', description: 'The first line of a run.' });
export type RunHeader = z.infer<typeof headerSchema>;
