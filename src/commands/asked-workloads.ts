/**
 * Which workloads were asked for: `iobench run ./mine.ts tcp-echo` names one by its file and one by its name.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { findNamed } from '../run/plan.ts';

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

/**
 * @throws UserError if there is no workload of a name; its hint names the file of that name, if there is one.
 */
export function requireKnown(names: readonly string[], known: readonly { readonly name: string }[]): void {
  for (const name of names) {
    const isKnown = known.some((workload) => workload.name === name);
    const file = isKnown
      ? undefined
      : ['.ts', '.mts', '.js', '.mjs'].map((ending) => name + ending).find((each) => existsSync(each));
    if (file !== undefined)
      throw new UserError(`there is no workload ${JSON.stringify(name)}`, {
        hint: `did you mean the file ./${file}?`,
      });
    findNamed('workload', known, name);
  }
}

const isSame = (a: string, b: string): boolean => path.resolve(a) === path.resolve(b);

const onceEach = (files: readonly string[]): string[] =>
  files.filter((file, index) => files.findIndex((other) => isSame(file, other)) === index);
