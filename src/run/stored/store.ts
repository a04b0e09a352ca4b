/** A run's folder: `run.jsonl` is written line by line, each on the disk before the next trial begins. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { UserError } from '../../errors.ts';
import {
  formatLine,
  parseRun,
  ResultFormatError,
  type RunHeader,
  type RunRecord,
  type StoredRun,
} from '../../result.ts';
import { packageVersion } from '../machine/environment.ts';
import { RUN_FILE } from './run-file.ts';
import { readStored } from './stored-run.ts';

export interface RunWriter {
  readonly folder: string;
  readonly file: string;
  /**
   * Stores a record; when it returns, the record is on the disk.
   * @throws UserError if the disk does not take it, or if it could not be read back. What was stored before
   * stays whole.
   */
  append(record: RunRecord): void;
  close(): void;
}

/**
 * `2026-01-31T12-30-05-123-NAME`: sorts by time, is a folder's name on every system, and is another for two
 * runs within a second.
 */
export const runId = (startedAt: Date, name: string): string =>
  `${startedAt.toISOString().slice(0, 23).replace(/[:.]/g, '-')}-${name}`;

/**
 * Makes the folder of a run and writes its header.
 * @throws UserError if it cannot be written, and leaves nothing behind then.
 */
export function createRun(out: string, header: RunHeader): RunWriter {
  const folder = path.join(out, header.id);
  const file = path.join(folder, RUN_FILE);
  const headerLine = formatLine(header);
  requireReadable(headerLine);
  let descriptor: number;
  try {
    mkdirSync(folder, { recursive: true });
    descriptor = openSync(file, 'ax');
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  try {
    appendWhole(descriptor, headerLine);
  } catch (error) {
    closeSync(descriptor);
    rmSync(file, { force: true });
    removeIfEmpty(folder);
    throw cannotWrite(folder, error);
  }
  let trials = 0;
  const append = (record: RunRecord) => {
    const line = formatLine(record);
    requireReadable(headerLine + line);
    try {
      appendWhole(descriptor, line);
    } catch (error) {
      throw cannotAppend(file, error, trials);
    }
    if (record.kind === 'trial' || record.kind === 'step') trials++;
  };
  return { folder, file, append, close: () => closeSync(descriptor) };
}

/**
 * Adds to the end of a file, and waits until it is on the disk. Where that fails, the file is as it was
 * before.
 */
function appendWhole(descriptor: number, text: string): void {
  const { size } = fstatSync(descriptor);
  try {
    // Not writeSync: on a full disk that may write a part of the line, and say so only by its length.
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } catch (error) {
    ftruncateSync(descriptor, size);
    throw error;
  }
}

/** One line that cannot be read back would take the whole run along. */
function requireReadable(text: string): void {
  try {
    parseRun(text);
  } catch (error) {
    if (!(error instanceof ResultFormatError)) throw error;
    throw new UserError(`what was measured could not be read back: ${error.message}`, {
      hint: 'this is a fault of iobench: please report it',
      exitCode: 3,
    });
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It holds something of somebody's.
  }
}

/** The disk's fault, and not that of the user who named the folder. */
const DISK_FAULTS: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'];

export function cannotWrite(folder: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new UserError(`${folder} cannot be written: ${code ?? message}`, {
    hint: 'name another folder with --out DIR',
    exitCode: DISK_FAULTS.includes(code) ? 3 : 2,
    cause: error,
  });
}

function cannotAppend(file: string, error: unknown, trials: number): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const kept =
    trials === 0
      ? 'none was stored before it'
      : trials === 1
        ? 'the one before it is kept'
        : `the ${trials} before it are kept`;
  return new UserError(
    `${file} cannot be written: ${code ?? message}; the last trial is not stored, ${kept}`,
    {
      hint: 'make room on the disk, or name another folder with --out DIR',
      exitCode: 3,
      cause: error,
    },
  );
}

/**
 * Reads a run back from its file.
 * @throws UserError if it cannot be read, or is not a run of this version.
 */
export function readRun(file: string): StoredRun {
  try {
    return readStored(file);
  } catch (error) {
    if (!(error instanceof ResultFormatError)) {
      throw new UserError(
        `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
        { cause: error },
      );
    }
    throw new UserError(`${file} cannot be read: ${error.message}`, { hint: remedyFor(error), cause: error });
  }
}

function remedyFor({ fault, lineNumber, writtenBy }: ResultFormatError): string {
  if (fault === 'newer') return 'a newer iobench wrote it: npm install --global iobench@latest';
  if (fault === 'no-run') return 'name a run, its folder, or its run.jsonl';
  const version = packageVersion();
  const isOther =
    fault === 'unfit' && writtenBy !== undefined && /^[\w.+-]+$/.test(writtenBy) && writtenBy !== version;
  if (isOther)
    return `iobench ${writtenBy} wrote it, and this is ${version}: npx iobench@${writtenBy} reads it`;
  if (lineNumber === undefined) return 'it was changed or damaged after it was written';
  const rest =
    lineNumber === 1
      ? 'without its first line, nothing of it can be read'
      : `without line ${lineNumber}, the rest of it can be read`;
  return `it was changed or damaged after it was written; ${rest}`;
}
