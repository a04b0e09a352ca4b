import { z } from 'zod';
import { sentenceOf } from '../reasons.ts';
import { reason } from './fields.ts';
import { defineMetric } from './metric.ts';

type Note = z.infer<typeof reason>;

/** Each once. */
const union = (all: readonly { readonly notes: readonly Note[] }[]): Note[] => [
  ...new Map(all.flatMap(({ notes }) => notes.map((note) => [JSON.stringify(note), note]))).values(),
];

/** How a cell was run, where a reader has to know (an emulation, for instance). */
export const notes = defineMetric({
  trial: {
    notes: z
      .array(reason)
      .describe('How it was run, where a reader has to know (an emulation, for instance).'),
  },
  cell: {
    notes: z
      .array(z.string())
      .describe('How it was run, where a reader has to know (an emulation, for instance).'),
  },
  merge: (loops) => ({ notes: union(loops) }),
  summarise: (trials) => ({ notes: [...new Set(union(trials).map(sentenceOf))] }),
  columns: {},
});
