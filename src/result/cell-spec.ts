/** What is measured: a cell, its load, its parameters. */
import { z } from 'zod';
import { nonNegative, recordOf } from '../metrics/fields.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const arrivalsSchema = z.enum(['poisson', 'constant']);
export const loadSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('closed'),
      concurrency: z.int().positive().describe('Number of clients that each wait for their answer.'),
      thinkNs: nonNegative
        .optional()
        .describe('How long a client waits before its next request; left out if it does not.'),
    }),
    z.object({
      kind: z.literal('open'),
      ratePerSecond: z.number().positive().describe('Requests that arrive.'),
      arrivals: arrivalsSchema.describe('How arrivals are spread.'),
      clients: z
        .int()
        .positive()
        .optional()
        .describe(
          'Size of the pool of clients, each with a connection of its own, that send them: what arrives while all are busy waits in line. Left out where every arrival finds a client.',
        ),
    }),
  ])
  .meta({
    id: 'load',
    description: 'When requests are sent: by clients that each wait for their answer, or by a schedule.',
  });
/** When requests are sent: by `concurrency` clients that each wait for their answer, or by a schedule. */
export type LoadSpec = z.infer<typeof loadSchema>;

export const cellSchema = z
  .object({
    model: z.string().describe('The name of the model.'),
    workload: z.string().describe('The name of the workload.'),
    params: recordOf(scalar).describe('The parameters of the workload that have an effect.'),
    load: loadSchema.describe('When requests are sent.'),
    threads: z.int().positive().optional().describe('The size of a fixed pool, where one was asked for.'),
    modelParams: recordOf(scalar)
      .optional()
      .describe("The model's own parameters, where they are not its defaults."),
    generator: z
      .string()
      .optional()
      .describe('Where the model is the server: the model of the process that sends the requests.'),
    generators: z
      .int()
      .min(2)
      .optional()
      .describe('How many such processes share the clients; left out where it is one.'),
  })
  .meta({ id: 'cell', description: 'One model x workload x load.' });
/** One model x workload x load. */
export type CellSpec = z.infer<typeof cellSchema>;

export const searchedSchema = cellSchema.omit({ load: true }).meta({
  id: 'searched',
  description: 'What a capacity is searched for: one model x workload, under whatever load.',
});
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
    ...(cell.generator === undefined ? [] : [cell.generator]),
    ...(cell.generators === undefined ? [] : [cell.generators]),
  ]);
}
