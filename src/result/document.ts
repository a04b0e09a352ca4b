/** The document that is made of a run: its cells, each with its figures over all trials. */
import { z } from 'zod';
import { count, nonNegative, recordOf, share } from '../metrics/fields.ts';
import { cellShape } from '../metrics/index.ts';
import { arrivalsSchema, cellSchema } from './cell-spec.ts';
import { headerSchema, SCHEMA } from './header.ts';
import { lookSchema } from './record.ts';
import { foundSchema, judgedRateSchema } from './search.ts';
import { storySchema } from './story.ts';

const standingSchema = z
  .object({
    metric: z.enum(['throughput', 'p99']).describe('What the cells of a load are compared by.'),
    behind: z
      .object({
        ratio: z.number().min(1).describe('The estimate.'),
        low: z.number().min(1).describe('The lower end of its interval.'),
        high: z.number().min(1).describe('The upper end of its interval.'),
      })
      .describe(
        'How many times better the best of the load is, whichever that is. 95 %, for all cells of the load at once; 1 for the best.',
      ),
    mayBeBest: z
      .boolean()
      .describe(
        'Its trials do not show that it is behind. Of all cells that equal the best, one is called behind in at most 5 % of loads.',
      ),
    pValue: share.describe('How often chance would show as much; corrected for all cells of the load.'),
  })
  .meta({
    id: 'standing',
    description: 'Where a cell stands among those of the same workload, parameters and load.',
  });
/** Where a cell stands among those of the same workload, parameters and load. */
export type Standing = z.infer<typeof standingSchema>;

export const warningSchema = z
  .object({
    code: z.string().describe('Which rule found it: docs/warnings.md lists them.'),
    message: z.string().describe('What was found.'),
    remedy: z.string().describe('What would help.'),
  })
  .meta({ id: 'warning', description: 'What makes figures doubtful.' });
export type Warning = z.infer<typeof warningSchema>;

export const measuredCellSchema = cellSchema
  .extend({
    status: z.literal('measured'),
    trials: count.describe('How many trials were measured.'),
    trialRounds: z
      .array(count)
      .describe('The round of each trial, in their order: in a round each cell is measured once.'),
    ...cellShape,
    standing: standingSchema
      .optional()
      .describe(
        'Left out where nothing can be said: fewer than three trials, no other cell to compare with, or no figure in a trial.',
      ),
    syscallsPerRequest: recordOf(nonNegative)
      .optional()
      .describe('System calls a request by name, where they were counted.'),
    warnings: z.array(warningSchema).describe('What makes its figures doubtful.'),
  })
  .meta({ id: 'measuredCell', description: 'A cell, its figures over all trials.' });
export const refusedCellSchema = cellSchema
  .extend({
    status: z
      .enum(['unsupported', 'failed'])
      .describe('Unsupported: it cannot work here. Failed: it could work, and did not.'),
    reason: z.string().describe('Why it was not measured.'),
    warnings: z.array(warningSchema).describe('What was found besides.'),
  })
  .meta({ id: 'refusedCell', description: 'A cell without figures.' });
const capacityStepSchema = judgedRateSchema
  .extend({
    throughputPerSecond: measuredCellSchema.shape.throughputPerSecond
      .optional()
      .describe('As a cell has them. Left out where nothing was measured.'),
    latencyNs: measuredCellSchema.shape.latencyNs
      .optional()
      .describe('As a cell has it. Left out where nothing was measured.'),
    warnings: z
      .array(warningSchema)
      .optional()
      .describe(
        'Left out where there are none. What a step is there to find out - whether the rate was kept up with - is none.',
      ),
  })
  .meta({ id: 'capacityStep', description: 'A rate that was tried.' });
export type CapacityStep = z.infer<typeof capacityStepSchema>;
export const capacitySchema = foundSchema
  .extend({
    reason: z.string().optional().describe('Why there is no rate, or why the search ended before its time.'),
    arrivals: arrivalsSchema
      .optional()
      .describe('How the arrivals of its steps are spread. Left out where no step was taken.'),
    clients: z
      .int()
      .positive()
      .optional()
      .describe('Size of the pool of clients that sent them. Left out where every arrival found a client.'),
    steps: z.array(capacityStepSchema).describe('In the order in which they were measured.'),
  })
  .meta({
    id: 'capacity',
    description:
      'What a model can carry: the highest open load that kept the objective, and how that was found.',
  });
/** What a model can carry: the highest open load that kept the objective, and how that was found. */
export type Capacity = z.infer<typeof capacitySchema>;
export const documentSchema = z
  .object({
    schema: z.literal(SCHEMA),
    run: headerSchema
      .omit({ kind: true, schema: true })
      .extend({
        warnings: z
          .array(z.string())
          .describe("What was wrong with the run's file, where that did not stop the reading."),
        looks: z
          .array(lookSchema.omit({ kind: true }))
          .optional()
          .describe('When it was looked at, where there was a budget.'),
      })
      .describe('What its header says, and what was wrong with it.'),
    cells: z
      .array(z.discriminatedUnion('status', [measuredCellSchema, refusedCellSchema]))
      .describe('In the order in which reports show them.'),
    capacities: z
      .array(capacitySchema)
      .optional()
      .describe('Searches are no cells: neither are their steps.'),
    stories: z
      .array(storySchema.omit({ kind: true }))
      .optional()
      .describe('One for each workload and its parameters whose requests go through a network of the run.'),
  })
  .meta({ id: 'document', description: 'All of a run.' });
export type MeasuredCell = z.infer<typeof measuredCellSchema>;
export type RefusedCell = z.infer<typeof refusedCellSchema>;
export type Cell = MeasuredCell | RefusedCell;
/** What `--json` prints: one document for one run. */
export type RunDocument = z.infer<typeof documentSchema>;
