/** `iobench compare BASE NEW`: what changed between two runs, and how certain that is. */
import { realpathSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { compareRuns } from '../report/comparison/comparison.ts';
import { type ComparisonFormat, comparisonFormats } from '../report/comparison/comparison-formats.ts';
import { summarise } from '../report/index.ts';
import type { RunDocument } from '../result.ts';
import { findNamed } from '../run/plan.ts';
import { findRun } from '../run/stored/find-run.ts';
import { readRun } from '../run/stored/store.ts';
import type { CompareFlags } from './options/compare.ts';
import { columns, hasColour, notify, print } from './terminal.ts';

const names = Object.keys(comparisonFormats).map((name) => ({ name }));

/** Prints the comparison; returns 1 if the whole interval of a cell is beyond the limit. */
export async function compare(base: string, next: string, flags: CompareFlags): Promise<number> {
  const format = findNamed('format', names, flags.format).name as ComparisonFormat;
  const failIfSlowerPercent = flags.failIfSlower === undefined ? undefined : parsePercent(flags.failIfSlower);
  const [baseFile, nextFile] = [base, next].map((named) => findRun(flags.out, named).file) as [
    string,
    string,
  ];
  if (realpathSync(baseFile) === realpathSync(nextFile)) {
    throw new UserError(`${JSON.stringify(base)} and ${JSON.stringify(next)} are the same run: ${baseFile}`, {
      hint: 'name two runs: iobench compare BASE NEW',
    });
  }
  const [before, after] = [read(baseFile, base), read(nextFile, next)];
  const comparison = compareRuns(before, after, { failIfSlowerPercent });
  if (comparison.rows.length === 0) {
    const [first] = comparison.unpaired;
    throw new UserError('no cell was measured in both runs', {
      hint:
        first === undefined ? 'both are empty' : `${first.workload}, ${first.cell.model}: ${first.reason}`,
    });
  }
  const rendered = await comparisonFormats[format](comparison, {
    width: columns(),
    color: hasColour(),
    next: after,
  });
  print(format === 'text' ? `\n${rendered}` : rendered);
  return comparison.rows.some((row) => row.isBeyondLimit) ? 1 : 0;
}

function read(file: string, named: string): RunDocument {
  const stored = readRun(file);
  for (const warning of stored.warnings) notify(`iobench: ${named}: ${warning}\n`);
  return summarise(stored);
}

/** Reads `5%` or `5`. @throws UserError if it is not a share below 100 %. */
export function parsePercent(written: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?) ?%?$/.exec(written.trim()) ?? [];
  const percent = Number(digits ?? Number.NaN);
  if (!(percent >= 0 && percent < 100)) {
    throw new UserError(`${JSON.stringify(written)} is not a limit`, {
      hint: 'write it in percent, like --fail-if-slower 5%',
    });
  }
  return percent;
}
