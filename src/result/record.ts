/** What follows the header of a run: its kinds of lines. */
import { z } from 'zod';
import { capacityLineSchema, stepSchema } from './search.ts';
import { storySchema } from './story.ts';
import { syscallSchema, trialSchema } from './trial.ts';

export const lookSchema = z
  .object({
    kind: z.literal('look'),
    afterRound: z.int().positive().describe('The last round (number of a trial) that it saw.'),
    share: z
      .number()
      .positive()
      .max(1)
      .describe(
        'Which share of the budget had passed; 1 for a look after which nothing more could be measured. It rises from look to look.',
      ),
  })
  .meta({
    id: 'look',
    description:
      'The trials so far were judged, while others might still come: what a run with a budget says of its cells, its looks have to allow.',
  });
/**
 * The trials so far were judged, while others might still come: what a run with a budget says of its cells,
 * its looks have to allow.
 */
export type LookRecord = z.infer<typeof lookSchema>;

/** What follows the header, a line each. */
export const recordSchema = z.union([
  trialSchema,
  syscallSchema,
  stepSchema,
  capacityLineSchema,
  lookSchema,
  storySchema,
]);
export type RunRecord = z.infer<typeof recordSchema>;
