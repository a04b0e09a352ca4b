/** The first line of a run. */
import { z } from 'zod';
import { recordOf } from '../metrics/fields.ts';
import { describedModelSchema, describedSchema } from './described-model.ts';
import { environmentSchema } from './environment.ts';

export const SCHEMA = 'iobench/1';

export const headerSchema = z.object({
  kind: z.literal('run'),
  schema: z.literal(SCHEMA),
  id: z.string(),
  name: z.string(),
  startedAt: z.string(),
  /** The command line that makes this run again. */
  command: z.string(),
  seed: z.int(),
  environment: environmentSchema,
  /** In the order in which reports list them. */
  models: z.array(describedModelSchema),
  /**
   * With the unit of each parameter (`ns`, `bytes`, or another word), and what its requests use (`files`,
   * `sockets`).
   */
  workloads: z.array(
    describedSchema.extend({ units: recordOf(z.string()).optional(), uses: z.array(z.string()).optional() }),
  ),
  /** How many trials each cell was to have; with a budget, at least. */
  trials: z.int().positive(),
  /** For how long was to be measured, where cells had as many trials as their questions needed. */
  budgetNs: z.number().positive().optional(),
});
export type RunHeader = z.infer<typeof headerSchema>;
