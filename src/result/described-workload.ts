/** What a run says of its workloads: all that reports know of them. */
import { z } from 'zod';
import { recordOf } from '../metrics/fields.ts';
import { describedSchema } from './described-model.ts';

const describedPhaseSchema = z
  .object({
    name: z.string().describe('Its name.'),
    from: z.string().describe('Who begins it.'),
    to: z.string().describe('Whom that is sent to.'),
    says: z.string().describe('What is sent.'),
    answers: z.string().optional().describe('What comes back before it ends; left out if nothing does.'),
    explains: z.string().optional().describe('What it is for; left out if the workload does not explain it.'),
  })
  .meta({ id: 'describedPhase', description: 'A phase of requests as a message between two parties.' });
/** A phase of requests as a message between two parties. */
export type DescribedPhase = z.infer<typeof describedPhaseSchema>;

// Runs of older versions have none of what may be left out.
export const describedWorkloadSchema = describedSchema
  .extend({
    units: recordOf(z.string())
      .optional()
      .describe('The unit of each parameter: `ns`, `bytes`, or another word.'),
    uses: z.array(z.string()).optional().describe('What its requests use: `files`, `sockets`.'),
    message: z
      .string()
      .optional()
      .describe('Which of its parameters is the size of the message that a request carries.'),
    phases: z
      .array(describedPhaseSchema)
      .optional()
      .describe('The phases that are messages between parties, in their order: pages draw the conversation.'),
  })
  .meta({ id: 'workload', description: 'What a run says of one of its workloads.' });
/** What a run says of one of its workloads. */
export type DescribedWorkload = z.infer<typeof describedWorkloadSchema>;
