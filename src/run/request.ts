/**
 * What is asked for, as plain data: by a command line, or by whatever else wants cells measured. It survives
 * JSON, so it can be kept, and sent to where it is planned and measured.
 */
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { nonNegative, recordOf } from '../metrics/fields.ts';
import { arrivalsSchema, launchersSchema, loadSchema, placementSchema } from '../result.ts';

/** The least and the most that can be asked for. */
export const BOUNDS = {
  threads: [1, 4096],
  clients: [1, 1_000_000],
  generators: [1, 256],
  trials: [1, 1000],
  seed: [0, Number.MAX_SAFE_INTEGER],
  maxInFlight: [1, 1_000_000],
  requests: [1, Number.MAX_SAFE_INTEGER],
} as const;
export const MOST_PER_SECOND = 1e7;

const within = ([least, most]: readonly [number, number]) => z.int().min(least).max(most);

const cellsShape = {
  workloads: z.object({
    /** Of ours, or of those in the files; all of ours if left out. */
    names: z.array(z.string()).exactOptional(),
    /** Paths, from the working directory; those that are not chosen only lend their workloads' names. */
    files: z.array(z.object({ path: z.string(), isChosen: z.boolean() })),
  }),
  /** By name; all if left out. */
  models: z.array(z.string()).exactOptional(),
  /** Of workloads and models, as text: their own schemas read it. Several values make several cells. */
  params: z.array(
    z.object({ owner: z.string(), key: z.string(), values: z.array(z.string()).min(1).readonly() }),
  ),
  /** By workload, used in place of its own defaults. */
  defaultParams: recordOf(recordOf(z.string())),
  /** The size of a fixed pool; one thread per request in flight if left out. */
  threads: within(BOUNDS.threads).exactOptional(),
  /** Processes that send a server its requests; one if left out. */
  generators: within(BOUNDS.generators).exactOptional(),
  /** The CPUs on which processes stay; wherever the system puts them if left out. */
  cpus: placementSchema.exactOptional(),
  /** The command, and its words, that starts processes; iobench itself does if left out. */
  launchers: launchersSchema.exactOptional(),
};

const trialShape = {
  seed: within(BOUNDS.seed),
  /** Before each window, at least. */
  warmupNs: nonNegative,
  /** How long is waited for code to be compiled, at most; 0 measures cold code. */
  longestWarmupNs: nonNegative,
  durationNs: z.number().positive(),
  maxInFlight: within(BOUNDS.maxInFlight),
  /** How long one trial may take, all included; by default three times its time, and 30 s besides. */
  timeLimitNs: z.number().positive().exactOptional(),
  /** Of the run; made of its workloads if left out. */
  name: z.string().exactOptional(),
};

const runRequestSchema = z.object({
  ...cellsShape,
  ...trialShape,
  loads: z.array(loadSchema).min(1),
  /** Of each cell; with a budget, the rounds before any cell is left out. */
  trials: within(BOUNDS.trials),
  budget: z
    .object({
      budgetNs: z.number().positive(),
      isStrict: z.boolean(),
      narrowShare: z.number().positive().lt(1).exactOptional(),
    })
    .exactOptional(),
  /** The program that loads each server besides, after its window: by name. */
  client: z.string().exactOptional(),
  /** Ends a window before its time. */
  requests: within(BOUNDS.requests).exactOptional(),
});
/** A run: every model x workload x parameters x load, and how each is measured. */
export type RunRequest = z.infer<typeof runRequestSchema>;

const capacityRequestSchema = z.object({
  ...cellsShape,
  ...trialShape,
  /** What has to be kept, like `p99<20ms`. */
  objective: z.string(),
  arrivals: arrivalsSchema,
  /** Of each load's pool; without one, every arrival finds a client. */
  clients: within(BOUNDS.clients).exactOptional(),
  /** The highest rate to try. */
  mostPerSecond: z.number().positive().max(MOST_PER_SECOND),
});
/** Searches for what each model carries: model x workload x parameters, and how each step is measured. */
export type CapacityRequest = z.infer<typeof capacityRequestSchema>;

/** What both have in common: of which models, workloads and parameters cells are made. */
export type CellsRequest = Pick<RunRequest, keyof typeof cellsShape>;

/** @throws UserError if it is none; the message names the first field that is wrong. */
export const parseRunRequest = (value: unknown): RunRequest => parsed(runRequestSchema, value);

/** @throws UserError if it is none; the message names the first field that is wrong. */
export const parseCapacityRequest = (value: unknown): CapacityRequest => parsed(capacityRequestSchema, value);

function parsed<Request>(schema: z.ZodType<Request>, value: unknown): Request {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data as Request;
  const [issue] = error.issues;
  throw new UserError(
    `the request cannot be planned: ${issue?.path.join('.') || 'whole'}: ${issue?.message}`,
  );
}
