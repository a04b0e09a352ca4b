/**
 * Which workloads were asked for: `iobench run ./mine.ts tcp-echo` names one by its file and one by its name.
 */
import path from 'node:path';
import type { CellsRequest } from '../run/request.ts';

export interface AskedWorkloads {
  readonly names: readonly string[];
  /** All files of workloads, each once: those among the arguments, and those of --workload-file. */
  readonly files: readonly string[];
  /** The files among the arguments. */
  readonly namedFiles: readonly string[];
}

/** No workload's name has a dot or a slash in it. */
const isFile = (named: string): boolean => /[\\/]|\.[cm]?[jt]s$/.test(named);

/** Separates files from names. */
export function askedWorkloads(
  named: readonly string[],
  workloadFiles: readonly string[] = [],
): AskedWorkloads {
  const namedFiles = onceEach(named.filter(isFile));
  const others = workloadFiles.filter((file) => !namedFiles.some((each) => isSame(each, file)));
  return {
    names: named.filter((each) => !isFile(each)),
    files: [...namedFiles, ...onceEach(others)],
    namedFiles,
  };
}

const isSame = (a: string, b: string): boolean => path.resolve(a) === path.resolve(b);

const onceEach = (files: readonly string[]): string[] =>
  files.filter((file, index) => files.findIndex((other) => isSame(file, other)) === index);

/**
 * Without a name or a file among the arguments, those of --workload-file; without them, too, the preset's: all
 * if it names none.
 */
export function chosenWorkloads(
  { names, files, namedFiles }: AskedWorkloads,
  preset?: readonly string[],
): CellsRequest['workloads'] {
  const isNamed = names.length + namedFiles.length > 0;
  const chosen = isNamed || files.length > 0 ? names : preset;
  return {
    ...(chosen ? { names: [...chosen] } : {}),
    files: files.map((file) => ({ path: file, isChosen: !isNamed || namedFiles.includes(file) })),
  };
}
