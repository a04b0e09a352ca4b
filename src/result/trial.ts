/** One measurement of a cell, and its system calls: lines of a run. */
import { z } from 'zod';
import { count, nonNegative, reason, recordOf } from '../metrics/fields.ts';
import { trialShape } from '../metrics/index.ts';
import { cellSchema } from './cell-spec.ts';

const measuredTrialSchema = z
  .object({
    kind: z.literal('trial'),
    cell: cellSchema.describe('What was measured.'),
    trial: z.int().positive().describe('The number of the trial of this cell, counted from 1.'),
    status: z.literal('measured'),
    ...trialShape,
  })
  .meta({ id: 'measuredTrial', description: 'One measurement of a cell.' });
const refusedTrialSchema = z
  .object({
    kind: z.literal('trial'),
    cell: cellSchema.describe('What could not be measured.'),
    trial: z.int().positive().describe('The number of the trial of this cell, counted from 1.'),
    status: z
      .enum(['unsupported', 'failed'])
      .describe('Unsupported: it cannot work here. Failed: it could work, and did not.'),
    reason: reason.describe('Why it has none.'),
    errors: recordOf(count)
      .optional()
      .describe('Failed requests by error code, where requests were made at all.'),
  })
  .meta({ id: 'refusedTrial', description: 'A trial without figures.' });
export const trialSchema = z.discriminatedUnion('status', [measuredTrialSchema, refusedTrialSchema]);
export type MeasuredTrial = z.infer<typeof measuredTrialSchema>;

export const syscallSchema = z
  .object({
    kind: z.literal('syscalls'),
    cell: cellSchema.describe('What was counted.'),
    perRequest: recordOf(nonNegative)
      .optional()
      .describe('System calls a request, by name, from extra trials under strace.'),
    reason: z.string().optional().describe('Why they could not be counted.'),
  })
  .meta({ id: 'syscalls', description: 'System calls of a cell, from extra trials under strace.' });
export type SyscallRecord = z.infer<typeof syscallSchema>;
export type RefusedTrial = z.infer<typeof refusedTrialSchema>;
export type TrialRecord = z.infer<typeof trialSchema>;
