/** The runs that `iobench view` serves: found by name in one folder, and nowhere else. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ListedRun } from '../report/formats/list-page.ts';
import { summarise } from '../report/index.ts';
import { parseRun, type RunDocument, type RunHeader } from '../result.ts';
import { listRuns, runFileOf } from '../run/stored/find-run.ts';
import { isRunFile, RUN_FILE, readFirstLine } from '../run/stored/run-file.ts';
import { readStored } from '../run/stored/stored-run.ts';

/** A run whose file has not changed for this long has ended without writing a summary. */
const ABANDONED_MS = 10 * 60_000;
/** The file that is written when a run has ended. */
const SUMMARY = 'summary.md';

/** The served runs: those of one folder, and the file that was named. */
export interface Served {
  readonly root: string;
  /**
   * Served from any place and under any name, because the user has named it; `undefined` if no file was
   * named.
   */
  readonly named: { readonly id: string; readonly file: string } | undefined;
}

export interface ServedRun {
  readonly id: string;
  readonly file: string;
  /** Changes whenever a trial has landed. */
  version(): string;
  isGoingOn(): boolean;
  read(): RunDocument;
}

/**
 * What to serve for a run's file: the folder of runs that contains its folder, or, for a file with another
 * name, the folder that contains it.
 */
export function servedFrom(runFile: string, isNamed: boolean): Served {
  const file = path.resolve(runFile);
  const place = isRunFile(file) ? path.dirname(file) : file;
  return { root: path.dirname(place), named: isNamed ? { id: path.basename(place), file } : undefined };
}

/**
 * Looks a run up by the name of its folder. A name that is not in the folder's list, or leads out of it, is
 * not found.
 */
export function servedRun({ root, named }: Served, id: string): ServedRun | undefined {
  if (id === named?.id) return served(id, named.file);
  return runIn(root, id);
}

function runIn(root: string, id: string): ServedRun | undefined {
  const file = runFileOf(root, id);
  return file !== undefined && isInside(root, file) ? served(id, file) : undefined;
}

function served(id: string, file: string): ServedRun {
  const version = () => {
    const { size, mtimeMs } = statSync(file);
    return `${size} ${mtimeMs}`;
  };
  // A copy under another name, or a compressed one, is not written any more.
  const isLive = path.basename(file) === RUN_FILE;
  const isGoingOn = () =>
    isLive &&
    !existsSync(path.join(path.dirname(file), SUMMARY)) &&
    Date.now() - statSync(file).mtimeMs < ABANDONED_MS;
  return { id, file, version, isGoingOn, read: () => documentOf(file, isGoingOn()) };
}

/** All runs, newest first; before them the one that was named, if it is not in the folder. */
export function listedRuns({ root, named }: Served): ListedRun[] {
  const ids = listRuns(root).reverse();
  const besides = named === undefined || ids.includes(named.id) ? [] : [named.id];
  return [...besides, ...ids].flatMap((id) => {
    const run = id === named?.id ? served(id, named.file) : runIn(root, id);
    return run === undefined ? [] : [{ id, header: headerOf(run), isGoingOn: run.isGoingOn() }];
  });
}

function documentOf(file: string, isGoingOn: boolean): RunDocument {
  const stored = readStored(file);
  if (!isGoingOn) return summarise(stored);
  // While the run goes on, neither an incomplete last line nor missing trials are a fault.
  const document = summarise({ ...stored, warnings: [] });
  const cells = document.cells.map((cell) => ({
    ...cell,
    warnings: cell.warnings.filter(({ code }) => code !== 'trials-missing'),
  }));
  return { ...document, cells };
}

/** A run's first line does not change: it is read again only if the file has changed. */
const headers = new Map<string, { readonly version: string; readonly header: RunHeader | undefined }>();

function headerOf(run: ServedRun): RunHeader | undefined {
  const version = run.version();
  const known = headers.get(run.file);
  if (known?.version === version) return known.header;
  const header = readHeader(run.file);
  headers.set(run.file, { version, header });
  return header;
}

function readHeader(file: string): RunHeader | undefined {
  try {
    return parseRun(readFirstLine(file)).header;
  } catch {
    return undefined;
  }
}

/** Links may lead anywhere: what counts is where the file is. */
function isInside(root: string, file: string): boolean {
  const relative = path.relative(realpathSync.native(root), realpathSync.native(file));
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
