/** What a run says of its models: all that reports know of them. */
import { z } from 'zod';
import { count } from '../metrics/fields.ts';

export const describedSchema = z.object({
  name: z.string().describe('Its name.'),
  summary: z.string().describe('What it is, in one line.'),
});

const colour = z.string().regex(/^#[0-9a-f]{6}$/);
const modelStyleSchema = z.object({
  light: colour.describe('Its colour on a light page.'),
  dark: colour.describe('Its colour on a dark page.'),
  line: z.enum(['solid', 'dashed', 'dotted', 'dash-dotted']).describe('How its lines are drawn.'),
  point: z
    .enum(['circle', 'triangle', 'square', 'diamond', 'star', 'cross'])
    .describe('How its points are drawn.'),
});
/** How a model looks in charts: its colour on a light and on a dark page, its line, and its points. */
export type ModelStyle = z.infer<typeof modelStyleSchema>;

const drawingSchema = z.object({
  lanes: z.array(z.string()).min(2).readonly().describe('The threads and processes, from top to bottom.'),
  bars: z
    .array(z.tuple([count, z.number(), z.number(), z.enum(['run', 'still', 'wait'])]).readonly())
    .readonly()
    .describe(
      '`[lane, from, to, what]`: it works, stands still for one answer, or waits for whichever answer is first. Time is 0 to 100.',
    ),
  calls: z
    .array(z.tuple([count, count, z.number(), z.string()]).readonly())
    .readonly()
    .describe('`[from lane, to lane, when, text]`.'),
  description: z.string().describe('The drawing in words.'),
});
/** Who waits for whom under a model. */
export type Drawing = z.infer<typeof drawingSchema>;

export const describedModelSchema = describedSchema
  .extend({
    family: z.string().describe('The family of models that it belongs to.'),
    definition: z.string().describe('Its definition, in three sentences.'),
    source: z.string().describe('Where the definition comes from.'),
    // Runs of older versions have none of what follows.
    style: modelStyleSchema.optional().describe('How it looks in charts.'),
    drawing: drawingSchema.optional().describe('Who waits for whom under it.'),
    filesOnPool: z.boolean().optional().describe("libuv's helper threads do its files."),
    isBaseline: z.boolean().optional().describe('The others are compared with it.'),
  })
  .meta({
    id: 'model',
    description: 'What a run says of one of its models. Runs of older versions have no style and no drawing.',
  });
/** What a run says of one of its models. */
export type DescribedModel = z.infer<typeof describedModelSchema>;
