/** The document that is made of a run: its cells, each with its figures over all trials. */
import { z } from 'zod';
import { count, nonNegative, recordOf, share } from '../metrics/fields.ts';
import { cellShape } from '../metrics/index.ts';
import { arrivalsSchema, cellSchema } from './cell-spec.ts';
import { headerSchema, SCHEMA } from './header.ts';
import { lookSchema } from './record.ts';
import { foundSchema, judgedRateSchema } from './search.ts';

const standingSchema = z.object({
  /** What the cells of a load are compared by. */
  metric: z.enum(['throughput', 'p99']),
  /**
   * How many times better the best of the load is, whichever that is. 95 %, for all cells of the load at
   * once; 1 for the best.
   */
  behind: z.object({ ratio: z.number().min(1), low: z.number().min(1), high: z.number().min(1) }),
  /**
   * Its trials do not show that it is behind. Of all cells that equal the best, one is called behind in at
   * most 5 % of loads.
   */
  mayBeBest: z.boolean(),
  /** How often chance would show as much; corrected for all cells of the load. */
  pValue: share,
});
/** Where a cell stands among those of the same workload, parameters and load. */
export type Standing = z.infer<typeof standingSchema>;

export const warningSchema = z.object({ code: z.string(), message: z.string(), remedy: z.string() });
export type Warning = z.infer<typeof warningSchema>;

export const measuredCellSchema = cellSchema.extend({
  status: z.literal('measured'),
  trials: count,
  ...cellShape,
  /**
   * Left out where nothing can be said: fewer than three trials, no other cell to compare with, or no figure
   * in a trial.
   */
  standing: standingSchema.optional(),
  /** System calls a request by name, where they were counted. */
  syscallsPerRequest: recordOf(nonNegative).optional(),
  warnings: z.array(warningSchema),
});
export const refusedCellSchema = cellSchema.extend({
  status: z.enum(['unsupported', 'failed']),
  reason: z.string(),
  warnings: z.array(warningSchema),
});
const capacityStepSchema = judgedRateSchema.extend({
  /** As a cell has them. Left out where nothing was measured. */
  throughputPerSecond: measuredCellSchema.shape.throughputPerSecond.optional(),
  latencyNs: measuredCellSchema.shape.latencyNs.optional(),
  /**
   * Left out where there are none. What a step is there to find out - whether the rate was kept up with - is
   * none.
   */
  warnings: z.array(warningSchema).optional(),
});
export type CapacityStep = z.infer<typeof capacityStepSchema>;
export const capacitySchema = foundSchema.extend({
  /** How the arrivals of its steps are spread. Left out where no step was taken. */
  arrivals: arrivalsSchema.optional(),
  /** In the order in which they were measured. */
  steps: z.array(capacityStepSchema),
});
/** What a model can carry: the highest open load that kept the objective, and how that was found. */
export type Capacity = z.infer<typeof capacitySchema>;
export const documentSchema = z.object({
  schema: z.literal(SCHEMA),
  run: headerSchema.omit({ kind: true, schema: true }).extend({
    warnings: z.array(z.string()),
    /** When it was looked at, where there was a budget. */
    looks: z.array(lookSchema.omit({ kind: true })).optional(),
  }),
  cells: z.array(z.discriminatedUnion('status', [measuredCellSchema, refusedCellSchema])),
  /** Searches are no cells: neither are their steps. */
  capacities: z.array(capacitySchema).optional(),
});
export type MeasuredCell = z.infer<typeof measuredCellSchema>;
export type RefusedCell = z.infer<typeof refusedCellSchema>;
export type Cell = MeasuredCell | RefusedCell;
/** What `--json` prints: one document for one run. */
export type RunDocument = z.infer<typeof documentSchema>;
