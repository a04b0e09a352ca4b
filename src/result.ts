/**
 * The results contract: what a run leaves behind, line by line, and the document that is made of it.
 *
 * One unit inside: nanoseconds, bytes, per second; the unit stands in every name. A run is a folder with
 * `run.jsonl`: a header line, then one line per trial of a cell, or per step of a search. What is measured is
 * declared in `metrics/`: with that and this file alone, anybody can read results.
 */
import { z } from 'zod';
import { count, isRecord, nonNegative, recordOf, share } from './metrics/fields.ts';
import { cellShape, trialShape } from './metrics/index.ts';

export type { Interval, PercentileName, Percentiles, StoredHistogram } from './metrics/fields.ts';
export type { MachineUsage } from './metrics/machine.ts';
export type { Conservation } from './metrics/requests.ts';
export type { ThreadTime } from './metrics/thread-time.ts';
export type { TimelineEntry } from './metrics/timeline.ts';

export const SCHEMA = 'iobench/1';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const arrivalsSchema = z.enum(['poisson', 'constant']);
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
  /** Where the model is the server: the model of the process that sends the requests. */
  generator: z.string().optional(),
});
/** One model x workload x load. */
export type CellSpec = z.infer<typeof cellSchema>;

const searchedSchema = cellSchema.omit({ load: true });
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
  ]);
}

/**
 * A text that is the same for two steps, or a step and a capacity, exactly when they are of the same search.
 */
export const searchKey = ({ cell, objective }: Pick<StepRecord, 'cell' | 'objective'>): string =>
  JSON.stringify([cellKey(cell), objective]);

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
const syscallSchema = z.object({
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

/** What came of one rate: `measured` is the objective's figure, `why` what was not kept. */
const judgedRateSchema = z.object({
  ratePerSecond: nonNegative,
  kept: z.boolean(),
  measured: z.string(),
  why: z.string().optional(),
});
export type JudgedRate = z.infer<typeof judgedRateSchema>;

const stepSchema = z.object({
  kind: z.literal('step'),
  cell: searchedSchema,
  /** As it was written: `p99<20ms`. */
  objective: z.string(),
  ...judgedRateSchema.shape,
  /**
   * Its cell has the rate as its load. Left out only where the file of an earlier version does not have it.
   */
  trial: trialSchema.optional(),
});
/** One step of a search for a capacity: a trial at a rate, and what came of it. */
export type StepRecord = z.infer<typeof stepSchema>;

const foundSchema = z.object({
  kind: z.literal('capacity'),
  cell: searchedSchema,
  /** As it was written: `p99<20ms`. */
  objective: z.string(),
  /**
   * Zero if not even the lowest rate kept it; left out if the cell is unsupported or failed, or nothing was
   * kept before an interruption.
   */
  ratePerSecond: nonNegative.optional(),
  /** The lowest rate that did not keep it. */
  failedAtPerSecond: nonNegative.optional(),
  /** Why there is no rate, or why the search ended before its time. */
  reason: z.string().optional(),
});
/** What a search has found. Its steps are lines of their own. */
export type CapacityRecord = z.infer<typeof foundSchema>;
/** In earlier versions the steps stood in this line, and their trials were trials like any other. */
const capacityLineSchema = foundSchema.extend({ steps: z.array(judgedRateSchema).optional() });
type CapacityLine = z.infer<typeof capacityLineSchema>;

const lookSchema = z.object({
  kind: z.literal('look'),
  /** The last round (number of a trial) that it saw. */
  afterRound: z.int().positive(),
  /**
   * Which share of the budget had passed; 1 for a look after which nothing more could be measured. It rises
   * from look to look.
   */
  share: z.number().positive().max(1),
});
/**
 * The trials so far were judged, while others might still come: what a run with a budget says of its cells,
 * its looks have to allow.
 */
export type LookRecord = z.infer<typeof lookSchema>;

/** What follows the header, a line each. */
export const recordSchema = z.union([trialSchema, syscallSchema, stepSchema, capacityLineSchema, lookSchema]);
export type RunRecord = z.infer<typeof recordSchema>;

const machineTimingSchema = z.object({
  /** How long each window was, and how many there were of each kind. */
  windowNs: z.number().positive(),
  windows: z.int().positive(),
  /**
   * The standard deviation, from window to window, of the logarithm of the speed: of a fixed piece of work on
   * one CPU.
   */
  workSpread: nonNegative,
  /** The same of an echo between two processes; left out where no other process answered. */
  echoSpread: nonNegative.optional(),
});
/** How evenly the machine ran before anything was measured on it. */
export type MachineTiming = z.infer<typeof machineTimingSchema>;

const environmentSchema = z.object({
  iobench: z.string(),
  node: z.string(),
  v8: z.string(),
  libuv: z.string(),
  platform: z.string(),
  arch: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cpuCount: z.int().positive(),
  memoryBytes: nonNegative,
  /** The file system that holds the workloads' files. */
  dataFileSystem: z.string(),
  /** libuv's helper threads, as the measured processes have them. */
  uvThreadpoolSize: z.int().positive(),
  /** Runnable tasks, averaged over the minute before the run. */
  loadAverageBefore: nonNegative,
  /** Of the workload file's repository. */
  gitCommit: z.string().optional(),
  /** The smallest step that the measuring clock was seen to make. */
  clockStepNs: nonNegative.optional(),
  /** How the CPUs' frequency is chosen, each way once. */
  governors: z.array(z.string()).optional(),
  /** The machine is a guest of a hypervisor. */
  virtualized: z.boolean().optional(),
  /** What slows Node down on purpose: a debug build, an inspector, a profiler. */
  debugging: z.array(z.string()).optional(),
  /** How evenly the machine ran, before runs that are long enough to spend two seconds on it. */
  timing: machineTimingSchema.optional(),
});
export type Environment = z.infer<typeof environmentSchema>;

const describedSchema = z.object({ name: z.string(), summary: z.string() });

const colour = z.string().regex(/^#[0-9a-f]{6}$/);
const modelStyleSchema = z.object({
  light: colour,
  dark: colour,
  line: z.enum(['solid', 'dashed', 'dotted', 'dash-dotted']),
  point: z.enum(['circle', 'triangle', 'square', 'diamond', 'star', 'cross']),
});
/** How a model looks in charts: its colour on a light and on a dark page, its line, and its points. */
export type ModelStyle = z.infer<typeof modelStyleSchema>;

const drawingSchema = z.object({
  lanes: z.array(z.string()).min(2).readonly(),
  /**
   * `[lane, from, to, what]`: it works, stands still for one answer, or waits for whichever answer is first.
   * Time is 0 to 100.
   */
  bars: z
    .array(z.tuple([count, z.number(), z.number(), z.enum(['run', 'still', 'wait'])]).readonly())
    .readonly(),
  /** `[from lane, to lane, when, text]`. */
  calls: z.array(z.tuple([count, count, z.number(), z.string()]).readonly()).readonly(),
  /** The drawing in words. */
  description: z.string(),
});
/** Who waits for whom under a model. */
export type Drawing = z.infer<typeof drawingSchema>;

const describedModelSchema = describedSchema.extend({
  family: z.string(),
  definition: z.string(),
  source: z.string(),
  // Runs of older versions have none of what follows.
  style: modelStyleSchema.optional(),
  drawing: drawingSchema.optional(),
  /** libuv's helper threads do its files. */
  filesOnPool: z.boolean().optional(),
  /** The others are compared with it. */
  isBaseline: z.boolean().optional(),
});
/** What a run says of one of its models. */
export type DescribedModel = z.infer<typeof describedModelSchema>;

export const headerSchema = z.object({
  kind: z.literal('run'),
  schema: z.literal(SCHEMA),
  id: z.string(),
  name: z.string(),
  startedAt: z.string(),
  /** The command line that makes this run again. */
  command: z.string(),
  seed: z.int(),
  environment: environmentSchema,
  /** In the order in which reports list them. */
  models: z.array(describedModelSchema),
  /**
   * With the unit of each parameter (`ns`, `bytes`, or another word), and what its requests use (`files`,
   * `sockets`).
   */
  workloads: z.array(
    describedSchema.extend({ units: recordOf(z.string()).optional(), uses: z.array(z.string()).optional() }),
  ),
  /** How many trials each cell was to have; with a budget, at least. */
  trials: z.int().positive(),
  /** For how long was to be measured, where cells had as many trials as their questions needed. */
  budgetNs: z.number().positive().optional(),
});
export type RunHeader = z.infer<typeof headerSchema>;

/** A run as it is read back from `run.jsonl`. */
export interface StoredRun {
  header: RunHeader;
  trials: TrialRecord[];
  /** From extra trials, where they were asked for. */
  syscalls?: SyscallRecord[];
  /** The steps of all searches for what models can carry, in the order in which they were measured. */
  steps?: StepRecord[];
  /** What was found by those searches that have ended. */
  capacities?: CapacityRecord[];
  /** In the order in which they were taken, where there was a budget. */
  looks?: LookRecord[];
  /** What was wrong with the file, where that did not stop the reading. */
  warnings: string[];
}

/**
 * Why a file cannot be read as a run. `no-run`: it is something else; `newer`: its schema is of a newer
 * iobench; `damaged`: a line is not what was written; `unfit`: a line is whole, and this version cannot use
 * it.
 */
export type ResultFault = 'no-run' | 'newer' | 'damaged' | 'unfit';

export class ResultFormatError extends Error {
  override readonly name = 'ResultFormatError';
  readonly fault: ResultFault;
  /** Counted from 1; `undefined` where it is not one line's fault. */
  readonly lineNumber: number | undefined;
  /** The version of iobench that wrote the header; `undefined` where the header cannot be read. */
  readonly writtenBy: string | undefined;

  constructor(
    message: string,
    {
      fault,
      lineNumber,
      writtenBy,
    }: { fault: ResultFault; lineNumber?: number; writtenBy?: string | undefined },
  ) {
    super(message);
    this.fault = fault;
    this.lineNumber = lineNumber;
    this.writtenBy = writtenBy;
  }
}

/** Writes a header or a record as one line. */
export function formatLine(record: RunHeader | RunRecord): string {
  return `${JSON.stringify(record)}\n`;
}

interface Line {
  readonly text: string;
  /** Counted from 1, as editors do. */
  readonly number: number;
  /** Whether the file's bytes were UTF-8. Where they were not, the text has other letters in their place. */
  readonly isUtf8: boolean;
}

/**
 * Reads `run.jsonl`, as text or as the bytes of the file. A last line that was cut off (by a kill, or a full
 * disk) is left out with a warning; one that only lacks its newline is read. Empty lines and a byte order
 * mark, as editors leave them, change nothing.
 * @throws ResultFormatError if there is no header, the schema is another, or a line that is not cut off
 * cannot be read.
 */
export function parseRun(content: string | Uint8Array): StoredRun {
  const lines = linesOf(content);
  const [first, ...rest] = lines.filter(({ text }) => text.trim() !== '');
  if (first === undefined) throw new ResultFormatError('it is empty', { fault: 'no-run' });
  const header = parseHeader(first);
  const last = rest.at(-1);
  const isCutOff = last !== undefined && last === lines.at(-1) && !(last.isUtf8 && isJson(last.text));
  const records = (isCutOff ? rest.slice(0, -1) : rest).map((line) =>
    parseRecord(line, header.environment.iobench),
  );
  const trials = records.filter((record) => record.kind === 'trial');
  const capacities = records.filter((record) => record.kind === 'capacity');
  const earlier = stepsOfEarlier(capacities, trials);
  return {
    header,
    trials: earlier.otherTrials,
    syscalls: records.filter((record) => record.kind === 'syscalls'),
    steps: [...earlier.steps, ...records.filter((record) => record.kind === 'step')],
    capacities: capacities.map(({ steps: _, ...capacity }) => capacity),
    looks: records.filter((record) => record.kind === 'look'),
    warnings: isCutOff ? ['The last line is cut off: the trial that was being written is left out.'] : [],
  };
}

/**
 * The steps that earlier versions stored in the lines of their capacities, each with its trial: the first at
 * its rate that no step before it took. And the trials that are of no step.
 */
function stepsOfEarlier(
  capacities: readonly CapacityLine[],
  trials: readonly TrialRecord[],
): { steps: StepRecord[]; otherTrials: TrialRecord[] } {
  const keyAt = (cell: SearchedSpec, ratePerSecond: number) =>
    JSON.stringify([cellKey({ ...cell, load: undefined }), ratePerSecond]);
  const atRate = new Map<string, TrialRecord[]>();
  for (const { cell, steps = [] } of capacities)
    for (const { ratePerSecond } of steps) atRate.set(keyAt(cell, ratePerSecond), []);
  for (const trial of atRate.size === 0 ? [] : trials) {
    const { load } = trial.cell;
    if (load.kind === 'open') atRate.get(keyAt(trial.cell, load.ratePerSecond))?.push(trial);
  }
  const found = capacities.flatMap(({ cell, objective, steps = [] }) =>
    steps.map((step): StepRecord => {
      const trial = atRate.get(keyAt(cell, step.ratePerSecond))?.shift();
      return { kind: 'step', cell, objective, ...step, ...(trial === undefined ? {} : { trial }) };
    }),
  );
  const taken = new Set(found.map(({ trial }) => trial));
  return { steps: found, otherTrials: trials.filter((trial) => !taken.has(trial)) };
}

const NEWLINE = 10;
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * What stands between newlines: the last line is what follows the last newline, empty where the file ends
 * with one.
 */
function linesOf(content: string | Uint8Array): Line[] {
  const texts =
    typeof content === 'string'
      ? content.split('\n').map((text) => ({ text, isUtf8: true }))
      : decodedLines(content);
  return texts.map((line, index) => ({
    ...line,
    text: index === 0 ? line.text.replace(BYTE_ORDER_MARK, '') : line.text,
    number: index + 1,
  }));
}

/** Line by line, so that a wrong byte does not take more along than its line. */
function decodedLines(bytes: Uint8Array): Omit<Line, 'number'>[] {
  const lines: Omit<Line, 'number'>[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    lines.push(decoded(bytes.subarray(start, end)));
    start = end + 1;
  }
  return lines;
}

const strictly = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const leniently = new TextDecoder('utf-8', { ignoreBOM: true });

function decoded(bytes: Uint8Array): Omit<Line, 'number'> {
  try {
    return { text: strictly.decode(bytes), isUtf8: true };
  } catch {
    return { text: leniently.decode(bytes), isUtf8: false };
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseHeader(line: Line): RunHeader {
  // Any other text or picture that was named; a header with a fault in it still looks like one.
  if (!line.text.includes('"schema"')) throw noRun();
  const value = parseJson(line);
  const schema = isRecord(value) && value.schema;
  if (schema === SCHEMA) return checked(headerSchema.safeParse(value), line, writerOf(value));
  const version = typeof schema === 'string' ? /^iobench\/(\d+)$/.exec(schema)?.[1] : undefined;
  if (version === undefined) throw noRun();
  throw new ResultFormatError(
    `it has the schema "iobench/${version}", and this version of iobench reads ${SCHEMA}`,
    {
      fault: Number(version) > Number(SCHEMA.split('/')[1]) ? 'newer' : 'no-run',
    },
  );
}

const noRun = () =>
  new ResultFormatError('its first line is not a header of iobench results', { fault: 'no-run' });

function writerOf(header: unknown): string | undefined {
  const environment = isRecord(header) && header.environment;
  return isRecord(environment) && typeof environment.iobench === 'string' ? environment.iobench : undefined;
}

const RECORD_KINDS: ReadonlyMap<unknown, z.ZodType<RunRecord>> = new Map<unknown, z.ZodType<RunRecord>>([
  ['trial', trialSchema],
  ['syscalls', syscallSchema],
  ['step', stepSchema],
  ['capacity', capacityLineSchema],
  ['look', lookSchema],
]);

function parseRecord(line: Line, writtenBy: string): RunRecord {
  const value = parseJson(line);
  const schema = RECORD_KINDS.get(isRecord(value) && value.kind);
  if (schema) return checked(schema.safeParse(value), line, writtenBy);
  throw new ResultFormatError(`line ${line.number} is of no kind that this version of iobench knows`, {
    fault: 'unfit',
    lineNumber: line.number,
    writtenBy,
  });
}

function parseJson({ text, isUtf8, number: lineNumber }: Line): unknown {
  if (!isUtf8)
    throw new ResultFormatError(`line ${lineNumber} is not UTF-8 text`, { fault: 'damaged', lineNumber });
  try {
    return JSON.parse(text);
  } catch {
    throw new ResultFormatError(`line ${lineNumber} is not JSON`, { fault: 'damaged', lineNumber });
  }
}

function checked<T>(outcome: z.ZodSafeParseResult<T>, { number: lineNumber }: Line, writtenBy?: string): T {
  if (outcome.success) return outcome.data;
  throw new ResultFormatError(`line ${lineNumber}, ${problemOf(outcome.error)}`, {
    fault: 'unfit',
    lineNumber,
    writtenBy,
  });
}

/** The first of the problems: where, and what is wrong there. */
function problemOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.map(named).join('.') || 'whole line'}: ${issue?.message}`;
}

/**
 * What would keep a trial's line from being read back (a figure that is no number becomes `null` in JSON, for
 * instance); `undefined` where nothing does.
 */
export function unreadablePart(trial: TrialRecord): string | undefined {
  const { error } = trialSchema.safeParse(JSON.parse(formatLine(trial)));
  return error && problemOf(error);
}

/**
 * A key of the file in a message: what is not plain letters is quoted, so that it cannot be an escape
 * sequence.
 */
function named(key: PropertyKey): string {
  const text = String(key);
  if (/^[\w-]+$/.test(text)) return text;
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const standingSchema = z.object({
  /** What the cells of a load are compared by. */
  metric: z.enum(['throughput', 'p99']),
  /**
   * How many times better the best of the load is, whichever that is. 95 %, for all cells of the load at
   * once; 1 for the best.
   */
  behind: z.object({ ratio: z.number().min(1), low: z.number().min(1), high: z.number().min(1) }),
  /**
   * Its trials do not show that it is behind. Of all cells that equal the best, one is called behind in at
   * most 5 % of loads.
   */
  mayBeBest: z.boolean(),
  /** How often chance would show as much; corrected for all cells of the load. */
  pValue: share,
});
/** Where a cell stands among those of the same workload, parameters and load. */
export type Standing = z.infer<typeof standingSchema>;

export const warningSchema = z.object({ code: z.string(), message: z.string(), remedy: z.string() });
export type Warning = z.infer<typeof warningSchema>;

export const measuredCellSchema = cellSchema.extend({
  status: z.literal('measured'),
  trials: count,
  ...cellShape,
  /**
   * Left out where nothing can be said: fewer than three trials, no other cell to compare with, or no figure
   * in a trial.
   */
  standing: standingSchema.optional(),
  /** System calls a request by name, where they were counted. */
  syscallsPerRequest: recordOf(nonNegative).optional(),
  warnings: z.array(warningSchema),
});
export const refusedCellSchema = cellSchema.extend({
  status: z.enum(['unsupported', 'failed']),
  reason: z.string(),
  warnings: z.array(warningSchema),
});
const capacityStepSchema = judgedRateSchema.extend({
  /** As a cell has them. Left out where nothing was measured. */
  throughputPerSecond: measuredCellSchema.shape.throughputPerSecond.optional(),
  latencyNs: measuredCellSchema.shape.latencyNs.optional(),
  /**
   * Left out where there are none. What a step is there to find out - whether the rate was kept up with - is
   * none.
   */
  warnings: z.array(warningSchema).optional(),
});
export type CapacityStep = z.infer<typeof capacityStepSchema>;
export const capacitySchema = foundSchema.extend({
  /** How the arrivals of its steps are spread. Left out where no step was taken. */
  arrivals: arrivalsSchema.optional(),
  /** In the order in which they were measured. */
  steps: z.array(capacityStepSchema),
});
/** What a model can carry: the highest open load that kept the objective, and how that was found. */
export type Capacity = z.infer<typeof capacitySchema>;
export const documentSchema = z.object({
  schema: z.literal(SCHEMA),
  run: headerSchema.omit({ kind: true, schema: true }).extend({
    warnings: z.array(z.string()),
    /** When it was looked at, where there was a budget. */
    looks: z.array(lookSchema.omit({ kind: true })).optional(),
  }),
  cells: z.array(z.discriminatedUnion('status', [measuredCellSchema, refusedCellSchema])),
  /** Searches are no cells: neither are their steps. */
  capacities: z.array(capacitySchema).optional(),
});
export type MeasuredCell = z.infer<typeof measuredCellSchema>;
export type RefusedCell = z.infer<typeof refusedCellSchema>;
export type Cell = MeasuredCell | RefusedCell;
/** What `--json` prints: one document for one run. */
export type RunDocument = z.infer<typeof documentSchema>;
