/** Reads a run's file. */
import type { z } from 'zod';
import { isRecord } from '../metrics/fields.ts';
import { stepsOfEarlier } from './earlier-steps.ts';
import { ResultFormatError } from './fault.ts';
import { headerSchema, type RunHeader, SCHEMA } from './header.ts';
import { isJson, type Line, linesOf } from './lines.ts';
import { problemOf } from './problem.ts';
import { lookSchema, type RunRecord } from './record.ts';
import { capacityLineSchema, stepSchema } from './search.ts';
import type { StoredRun } from './stored-run.ts';
import { storySchema } from './story.ts';
import { syscallSchema, trialSchema } from './trial.ts';

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
    stories: records.filter((record) => record.kind === 'story'),
    warnings: isCutOff ? ['The last line is cut off: the trial that was being written is left out.'] : [],
  };
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
  ['story', storySchema],
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
