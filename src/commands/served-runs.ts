/** The runs that `iobench view` serves: found by name in one folder, and nowhere else. */
import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { summarise } from '../report/index.ts';
import type { ListedRun } from '../report/list-page.ts';
import { headerSchema, parseRun, type RunDocument, type RunHeader } from '../result.ts';
import { listRuns, RUN_FILE } from '../run/store.ts';

/** A header is one line; a longer one is none of ours. */
const LONGEST_HEADER = 1 << 18;
/** A run that has not told anything for so long has ended without saying so. */
const SILENT_MS = 10 * 60_000;
/** What is written when a run has ended. */
const SUMMARY = 'summary.md';

export interface ServedRun {
  readonly id: string;
  readonly file: string;
  /** Changes whenever a trial has landed. */
  version(): string;
  isGoingOn(): boolean;
  read(): RunDocument;
}

/** Looks a run up by the name of its folder. A name that is not in the folder's list, or leads out of it, is not found. */
export function servedRun(root: string, id: string): ServedRun | undefined {
  if (!listRuns(root).includes(id)) return undefined;
  const file = path.join(root, id, RUN_FILE);
  if (!isInside(root, file)) return undefined;
  const version = () => {
    const { size, mtimeMs } = statSync(file);
    return `${size} ${mtimeMs}`;
  };
  const isGoingOn = () => !existsSync(path.join(root, id, SUMMARY)) && Date.now() - statSync(file).mtimeMs < SILENT_MS;
  return { id, file, version, isGoingOn, read: () => documentOf(file, isGoingOn()) };
}

/** All runs, newest first. */
export function listedRuns(root: string): ListedRun[] {
  return listRuns(root)
    .reverse()
    .flatMap((id) => {
      const run = servedRun(root, id);
      return run === undefined ? [] : [{ id, header: readHeader(run.file), isGoingOn: run.isGoingOn() }];
    });
}

function documentOf(file: string, isGoingOn: boolean): RunDocument {
  const text = readFileSync(file, 'utf8');
  // A line that is being written is no fault while the run goes on, and neither are trials that are still to come.
  const document = summarise(parseRun(isGoingOn ? text.slice(0, text.lastIndexOf('\n') + 1) : text));
  if (!isGoingOn) return document;
  const cells = document.cells.map((cell) => ({ ...cell, warnings: cell.warnings.filter(({ code }) => code !== 'trials-missing') }));
  return { ...document, cells };
}

function readHeader(file: string): RunHeader | undefined {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(LONGEST_HEADER);
    const [line = ''] = buffer.toString('utf8', 0, readSync(descriptor, buffer)).split('\n');
    const { success, data } = headerSchema.safeParse(JSON.parse(line));
    return success ? data : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Links may lead anywhere: what counts is where the file is. */
function isInside(root: string, file: string): boolean {
  const relative = path.relative(realpathSync(root), realpathSync(file));
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
