/** A run's folder: `run.jsonl` is written line by line, each on the disk before the next trial begins. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { formatLine, parseRun, ResultFormatError, type RunHeader, type RunRecord, type StoredRun } from '../result.ts';

export const RUN_FILE = 'run.jsonl';

export interface RunWriter {
  readonly folder: string;
  /** @throws UserError if the disk does not take it. */
  append(record: RunRecord): void;
  close(): void;
}

/** `2026-01-31T12-30-05-123-NAME`: sorts by time, is a folder's name on every system, and is another for two runs within a second. */
export const runId = (startedAt: Date, name: string): string => `${startedAt.toISOString().slice(0, 23).replace(/[:.]/g, '-')}-${name}`;

/**
 * Makes the folder of a run and writes its header.
 * @throws UserError if it cannot be written.
 */
export function createRun(out: string, header: RunHeader): RunWriter {
  const folder = path.join(out, header.id);
  const append = (record: RunHeader | RunRecord) => {
    try {
      // Not writeSync: on a full disk that may write a part of the line, and say so only by its length.
      writeFileSync(file, formatLine(record));
      fsyncSync(file);
    } catch (error) {
      throw cannotWrite(folder, error);
    }
  };
  let file: number;
  try {
    mkdirSync(folder, { recursive: true });
    file = openSync(path.join(folder, RUN_FILE), 'wx');
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  append(header);
  return { folder, append, close: () => closeSync(file) };
}

export function cannotWrite(folder: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new UserError(`${folder} cannot be written: ${code ?? message}`, { hint: 'name another folder with --out DIR', cause: error });
}

/**
 * Finds a run: a folder, a `run.jsonl`, a run's name or the beginning of it in `out`; the newest in `out` if none is named.
 * @throws UserError if there is none.
 */
export function findRun(out: string, named?: string): string {
  if (named !== undefined) {
    if (existsSync(path.join(named, RUN_FILE))) return named;
    if (isFile(named)) return path.dirname(named);
  }
  const runs = listRuns(out);
  const matching = named === undefined ? runs : runs.filter((id) => id.startsWith(named) || id.endsWith(`-${named}`));
  const newest = matching.at(-1);
  if (newest !== undefined) return path.join(out, newest);
  throw new UserError(named === undefined ? `there are no results in ${out}` : `there is no run ${JSON.stringify(named)} in ${out}`, {
    hint: runs.length > 0 ? `the newest is ${runs.at(-1)}` : 'measure some with: iobench run --preset quick',
  });
}

/** The runs in a folder, oldest first. */
export function listRuns(out: string): string[] {
  return entriesOf(out)
    .filter((entry) => isFile(path.join(out, entry, RUN_FILE)))
    .sort(byTime);
}

/** A pipe of that name would be waited for, and another user's folder is none of ours. */
function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function entriesOf(out: string): string[] {
  try {
    return readdirSync(out);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new UserError(`${out} cannot be read: ${code}`, { hint: 'name the folder that holds the runs with --out DIR', cause: error });
  }
}

/** Names that begin with a time sort by it; others (a reference run) come before them. */
const byTime = (a: string, b: string): number => Number(/^\d{4}-/.test(a)) - Number(/^\d{4}-/.test(b)) || (a < b ? -1 : 1);

/**
 * Reads a run back.
 * @throws UserError if it cannot be read, or is not a run of this version.
 */
export function readRun(folder: string): StoredRun {
  const file = path.join(folder, RUN_FILE);
  try {
    return parseRun(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof ResultFormatError) {
      throw new UserError(`${file} cannot be read: ${error.message}`, {
        hint: 'a newer iobench may have written it: npm install --global iobench@latest',
      });
    }
    throw new UserError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, { cause: error });
  }
}
