/** What was seen, once and unmeasured, on the way of a request through a network. */
import { z } from 'zod';
import { nonNegative } from '../metrics/fields.ts';
import { cellSchema } from './cell-spec.ts';

const storyStepSchema = z
  .object({
    name: z.string().describe('Its name: a protocol, or a phase of the request.'),
    from: z.string().describe('Who begins it.'),
    to: z.string().describe('Whom that is sent to; the same where nothing is sent.'),
    says: z.string().describe('What is sent, or done.'),
    answers: z.string().optional().describe('What comes back before it ends; left out if nothing does.'),
    ns: nonNegative.describe('How long it took.'),
    evidence: z.string().describe('What shows it: packets, tables of the kernel, output of programs.'),
    explains: z
      .string()
      .optional()
      .describe('What it is for; left out where a workload does not explain it.'),
  })
  .meta({ id: 'storyStep', description: 'A step of a story: a message, or something that a host does.' });
/** A step of a story: a message, or something that a host does. */
export type StoryStep = z.infer<typeof storyStepSchema>;

export const storySchema = z
  .object({
    kind: z.literal('story'),
    ...cellSchema.pick({ workload: true, params: true }).shape,
    about: z.string().describe('Which hosts there were, and how it was looked at.'),
    steps: z.array(storyStepSchema).describe('In the order in which they happened.'),
  })
  .meta({
    id: 'story',
    description:
      'What was seen on the way of a request through a network, before anything was measured: once for a workload and its parameters.',
  });
/** What was seen on the way of a request through a network, before anything was measured. */
export type StoryRecord = z.infer<typeof storySchema>;
