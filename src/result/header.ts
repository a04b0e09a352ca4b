/** The first line of a run. */
import { z } from 'zod';
import { describedModelSchema } from './described-model.ts';
import { describedWorkloadSchema } from './described-workload.ts';
import { environmentSchema } from './environment.ts';

export const SCHEMA = 'iobench/1';

const cpus = z.array(z.int().nonnegative()).min(1).optional();

export const placementSchema = z
  .object({
    measured: cpus.describe('The measured processes: of the model, also where it is the server.'),
    peers: cpus.describe('Peers, and what prepares them.'),
    generators: cpus.describe('The processes that send a server its requests.'),
  })
  .meta({
    id: 'placement',
    description: 'The CPUs on which processes stayed; those without any ran wherever the system put them.',
  });
/** The CPUs on which processes stay; those without any run wherever the system puts them. */
export type Placement = z.infer<typeof placementSchema>;

const words = z
  .array(z.string())
  .min(1)
  .refine(([command]) => command !== '', 'the command is empty')
  .optional();

export const launchersSchema = z
  .object({
    measured: words.describe('The measured processes: of the model, also where it is the server.'),
    peers: words.describe('Peers, and what prepares them.'),
    generators: words.describe('The processes that send a server its requests.'),
  })
  .meta({
    id: 'launchers',
    description:
      'The command, and its words, that started processes; those without any were started by iobench itself. Cells of two runs are the same only under the same launchers.',
  });
/** The command, and its words, that starts processes; those without any are started directly. */
export type Launchers = z.infer<typeof launchersSchema>;

export const headerSchema = z
  .object({
    kind: z.literal('run'),
    schema: z.literal(SCHEMA),
    id: z.string().describe("The name of the run's folder: when it began, and its name."),
    name: z.string().describe('Its name, given or made of its workloads.'),
    startedAt: z.string().describe('When it began, in UTC (ISO 8601).'),
    command: z.string().describe('The command line that makes this run again.'),
    seed: z.int().describe('The seed of the order of trials and of all random numbers.'),
    environment: environmentSchema.describe('The machine and the versions.'),
    cpus: placementSchema.optional().describe('The CPUs on which processes stayed, if they were placed.'),
    launchers: launchersSchema.optional().describe('The commands that started processes, if there were any.'),
    models: z.array(describedModelSchema).describe('In the order in which reports list them.'),
    workloads: z.array(describedWorkloadSchema).describe('In the order in which reports list them.'),
    trials: z.int().positive().describe('How many trials each cell was to have; with a budget, at least.'),
    budgetNs: z
      .number()
      .positive()
      .optional()
      .describe('For how long was to be measured, where cells had as many trials as their questions needed.'),
  })
  .meta({ id: 'header', description: 'The first line of a run.' });
export type RunHeader = z.infer<typeof headerSchema>;
