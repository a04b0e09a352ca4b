/** Which stored run was meant. A wrong guess would show figures of another run, so nothing is guessed. */
import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../errors.ts';
import { isRunFile, RUN_FILE, runFileIn, statIfThere } from './run-file.ts';

/** Of several runs that a name may mean, these are listed. */
const MOST_LISTED = 5;

/** A run on the disk. */
export interface StoredPlace {
  readonly file: string;
  /**
   * Where its pages and pictures belong: for a `run.jsonl` the folder that holds it, for a file of another
   * name one beside it.
   */
  readonly folder: string;
}

/**
 * Finds a run. What was named is the path of a folder or of a file, or the name of a run's folder in `out`;
 * if nothing is called so, the name that a run was given; then the beginning of a folder's name. Without a
 * name, it is the newest run in `out`.
 * @throws UserError if there is none, or if there are several of which none is closer to what was named.
 */
export function findRun(out: string, named?: string): StoredPlace {
  const runs = listRuns(out);
  const newest = runs.at(-1);
  if (named === undefined) {
    if (newest !== undefined) return placeOf(runFileIn(path.join(out, newest)) as string);
    throw new UserError(`there are no results in ${out}`, {
      hint: 'measure some with: iobench run --preset quick',
    });
  }
  const atPath = runAt(named);
  const inOut = (matches: (id: string) => boolean) =>
    runs.filter(matches).flatMap((id) => runFileIn(path.join(out, id)) ?? []);
  const found = [
    [...(atPath === undefined ? [] : [atPath]), ...inOut((id) => id === named)],
    inOut((id) => nameOf(id) === named),
    inOut((id) => named !== '' && id.startsWith(named)),
  ].find((files) => files.length > 0);
  if (found === undefined) throw noSuchRun(out, named, runs);
  const [file, ...others] = withoutTwins(found);
  if (file === undefined || others.length > 0) throw severalRuns(named, withoutTwins(found));
  return placeOf(file);
}

function placeOf(file: string): StoredPlace {
  const { dir, name } = path.parse(file);
  return { file, folder: isRunFile(file) ? dir || '.' : path.join(dir, `${name}-report`) };
}

/**
 * The file that a path names, or the `run.jsonl` of the folder that it names; `undefined` where nothing is
 * there, or only a folder without runs.
 * @throws UserError if it is a pipe, a socket or a device, whose reading might never end.
 */
function runAt(named: string): string | undefined {
  if (named === '') return undefined;
  for (const file of [named, path.join(named, RUN_FILE)]) {
    const found = statIfThere(file);
    if (found?.isFile()) return file;
    if (found && !found.isDirectory())
      throw new UserError(`${file} is not a file`, { hint: 'name a run, its folder, or its run.jsonl' });
  }
  return runFileIn(named);
}

/** What a run was called: its folder's name without the time. */
const nameOf = (id: string): string =>
  /^\d{4}-\d\d-\d\d(?:T\d\d-\d\d-\d\d(?:-\d{3})?)?-(.+)$/.exec(id)?.[1] ?? id;

/** A path and a name may lead to the same file. */
function withoutTwins(files: readonly string[]): string[] {
  return [...new Map(files.map((file) => [realpathSync(file), file])).values()];
}

function noSuchRun(out: string, named: string, runs: readonly string[]): UserError {
  const isFolder = named !== '' && statIfThere(named)?.isDirectory() === true;
  const message = isFolder
    ? `there is no ${RUN_FILE} in ${named}`
    : `there is no run ${JSON.stringify(named)} in ${out}`;
  const alike = runs.findLast((id) => named !== '' && id.includes(named));
  if (alike !== undefined) return new UserError(message, { hint: `did you mean ${alike}?` });
  return new UserError(message, {
    hint: runs.length > 0 ? `the newest is ${runs.at(-1)}` : 'measure some with: iobench run --preset quick',
  });
}

/** Which of them was meant is not for the program to guess: it might be the wrong one. */
function severalRuns(named: string, files: readonly string[]): UserError {
  const shown = files.slice(-MOST_LISTED).map((file) => path.dirname(file));
  const besides = files.length - shown.length;
  return new UserError(`${JSON.stringify(named)} may be any of ${files.length} runs`, {
    hint: `name one of them: ${[...shown, ...(besides > 0 ? [`or one of ${besides} older ones`] : [])].join(', ')}`,
  });
}

/** The runs in a folder, oldest first. */
export function listRuns(out: string): string[] {
  return entriesOf(out)
    .filter((entry) => runFileIn(path.join(out, entry)) !== undefined)
    .sort(byTime);
}

/**
 * The file of a run in a folder of runs, by its id: the name of an entry, and no path that leads elsewhere.
 */
export const runFileOf = (out: string, id: string): string | undefined =>
  entriesOf(out).includes(id) ? runFileIn(path.join(out, id)) : undefined;

function entriesOf(out: string): string[] {
  try {
    return readdirSync(out);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new UserError(`${out} cannot be read: ${code}`, {
      hint: 'name the folder that holds the runs with --out DIR',
      cause: error,
    });
  }
}

/** Names that begin with a time sort by it; others (a reference run) come before them. */
const byTime = (a: string, b: string): number =>
  Number(/^\d{4}-/.test(a)) - Number(/^\d{4}-/.test(b)) || (a < b ? -1 : 1);
