import { z } from 'zod';
import { defineMetric } from './metric.ts';

const union = (all: readonly { readonly notes: readonly string[] }[]) => ({
  notes: [...new Set(all.flatMap(({ notes }) => notes))],
});

/** How a cell was run, where a reader has to know (an emulation, for instance). */
export const notes = defineMetric({
  trial: {
    notes: z
      .array(z.string())
      .describe('How it was run, where a reader has to know (an emulation, for instance).'),
  },
  cell: {
    notes: z
      .array(z.string())
      .describe('How it was run, where a reader has to know (an emulation, for instance).'),
  },
  merge: union,
  summarise: union,
  columns: {},
});
