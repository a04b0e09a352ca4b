/** What a run says of its models: all that reports know of them. */
import { z } from 'zod';
import { count } from '../metrics/fields.ts';

export const describedSchema = z.object({ name: z.string(), summary: z.string() });

const colour = z.string().regex(/^#[0-9a-f]{6}$/);
const modelStyleSchema = z.object({
  light: colour,
  dark: colour,
  line: z.enum(['solid', 'dashed', 'dotted', 'dash-dotted']),
  point: z.enum(['circle', 'triangle', 'square', 'diamond', 'star', 'cross']),
});
/** How a model looks in charts: its colour on a light and on a dark page, its line, and its points. */
export type ModelStyle = z.infer<typeof modelStyleSchema>;

const drawingSchema = z.object({
  lanes: z.array(z.string()).min(2).readonly(),
  /**
   * `[lane, from, to, what]`: it works, stands still for one answer, or waits for whichever answer is first.
   * Time is 0 to 100.
   */
  bars: z
    .array(z.tuple([count, z.number(), z.number(), z.enum(['run', 'still', 'wait'])]).readonly())
    .readonly(),
  /** `[from lane, to lane, when, text]`. */
  calls: z.array(z.tuple([count, count, z.number(), z.string()]).readonly()).readonly(),
  /** The drawing in words. */
  description: z.string(),
});
/** Who waits for whom under a model. */
export type Drawing = z.infer<typeof drawingSchema>;

export const describedModelSchema = describedSchema.extend({
  family: z.string(),
  definition: z.string(),
  source: z.string(),
  // Runs of older versions have none of what follows.
  style: modelStyleSchema.optional(),
  drawing: drawingSchema.optional(),
  /** libuv's helper threads do its files. */
  filesOnPool: z.boolean().optional(),
  /** The others are compared with it. */
  isBaseline: z.boolean().optional(),
});
/** What a run says of one of its models. */
export type DescribedModel = z.infer<typeof describedModelSchema>;
