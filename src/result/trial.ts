/** One measurement of a cell, and its system calls: lines of a run. */
import { z } from 'zod';
import { count, nonNegative, recordOf } from '../metrics/fields.ts';
import { trialShape } from '../metrics/index.ts';
import { cellSchema } from './cell-spec.ts';

const measuredTrialSchema = z.object({
  kind: z.literal('trial'),
  cell: cellSchema,
  trial: z.int().positive(),
  status: z.literal('measured'),
  ...trialShape,
});
const refusedTrialSchema = z.object({
  kind: z.literal('trial'),
  cell: cellSchema,
  trial: z.int().positive(),
  status: z.enum(['unsupported', 'failed']),
  /** A sentence that says why. */
  reason: z.string(),
  /** Failed requests by error code, where requests were made at all. */
  errors: recordOf(count).optional(),
});
export const trialSchema = z.discriminatedUnion('status', [measuredTrialSchema, refusedTrialSchema]);
export type MeasuredTrial = z.infer<typeof measuredTrialSchema>;

export const syscallSchema = z.object({
  kind: z.literal('syscalls'),
  cell: cellSchema,
  /** System calls a request, by name, from extra trials under strace. */
  perRequest: recordOf(nonNegative).optional(),
  /** Why they could not be counted. */
  reason: z.string().optional(),
});
export type SyscallRecord = z.infer<typeof syscallSchema>;
export type RefusedTrial = z.infer<typeof refusedTrialSchema>;
export type TrialRecord = z.infer<typeof trialSchema>;
