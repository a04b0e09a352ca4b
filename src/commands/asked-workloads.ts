/** Which workloads were asked for: `iobench run ./mine.ts tcp-echo` names one by its file and one by its name. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { findNamed } from '../run/plan.ts';

export interface AskedWorkloads {
  readonly names: readonly string[];
  /** The files of workloads that are known besides ours: those that were named, and those of --workload-file. Each once. */
  readonly files: readonly string[];
  /** Those of the files that were named. */
  readonly namedFiles: readonly string[];
}

/** No workload's name has a dot or a slash in it. */
const isFile = (named: string): boolean => /[\\/]|\.[cm]?[jt]s$/.test(named);

/** Tells files from names. */
export function askedWorkloads(named: readonly string[], workloadFiles: readonly string[] = []): AskedWorkloads {
  const namedFiles = onceEach(named.filter(isFile));
  const others = workloadFiles.filter((file) => !namedFiles.some((each) => isSame(each, file)));
  return { names: named.filter((each) => !isFile(each)), files: [...namedFiles, ...onceEach(others)], namedFiles };
}

/** @throws UserError if there is no workload of a name; with its file, if there is one that is called so. */
export function requireKnown(names: readonly string[], known: readonly { readonly name: string }[]): void {
  for (const name of names) {
    const isKnown = known.some((workload) => workload.name === name);
    const file = isKnown ? undefined : ['.ts', '.mts', '.js', '.mjs'].map((ending) => name + ending).find((each) => existsSync(each));
    if (file !== undefined) throw new UserError(`there is no workload ${JSON.stringify(name)}`, { hint: `there is a file of that name: ./${file}` });
    findNamed('workload', known, name);
  }
}

const isSame = (a: string, b: string): boolean => path.resolve(a) === path.resolve(b);

const onceEach = (files: readonly string[]): string[] => files.filter((file, index) => files.findIndex((other) => isSame(file, other)) === index);
