/** What is measured: a cell, its load, its parameters. */
import { z } from 'zod';
import { nonNegative, recordOf } from '../metrics/fields.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const arrivalsSchema = z.enum(['poisson', 'constant']);
export const loadSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('closed'), concurrency: z.int().positive(), thinkNs: nonNegative.optional() }),
  z.object({ kind: z.literal('open'), ratePerSecond: z.number().positive(), arrivals: arrivalsSchema }),
]);
/** When requests are sent: by `concurrency` clients that each wait for their answer, or by a schedule. */
export type LoadSpec = z.infer<typeof loadSchema>;

export const cellSchema = z.object({
  model: z.string(),
  workload: z.string(),
  params: recordOf(scalar),
  load: loadSchema,
  /** The size of a fixed pool, where one was asked for. */
  threads: z.int().positive().optional(),
  /** The model's own parameters, where they are not its defaults. */
  modelParams: recordOf(scalar).optional(),
});
/** One model x workload x load. */
export type CellSpec = z.infer<typeof cellSchema>;

export const searchedSchema = cellSchema.omit({ load: true });
/** What a capacity is searched for: one model x workload, under whatever load. */
export type SearchedSpec = z.infer<typeof searchedSchema>;

/** A text that is the same for two cells exactly when they are the same cell. */
export function cellKey(cell: SearchedSpec & { readonly load?: LoadSpec | undefined }): string {
  const sorted = (params: CellSpec['params'] = {}) =>
    Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    cell.workload,
    sorted(cell.params),
    cell.load ?? null,
    cell.model,
    cell.threads ?? null,
    sorted(cell.modelParams),
  ]);
}
