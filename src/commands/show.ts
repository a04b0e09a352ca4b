/** Showing a run: on stdout, and as files in its folder. */
import path from 'node:path';
import { UserError } from '../errors.ts';
import { counted } from '../quantity.ts';
import { writeWhole } from '../report/formats/whole-file.ts';
import { type FormatName, formats, writeCharts } from '../report/index.ts';
import type { RunDocument } from '../result.ts';
import { RUN_FILE } from '../run/stored/run-file.ts';
import { asTyped } from './as-typed.ts';
import { columns, hasColour, notify, print } from './terminal.ts';

/** Renders a run for stdout: as wide and as colourful as the terminal is. */
export function render(
  document: RunDocument,
  format: FormatName,
  charts: readonly string[] = [],
): Promise<string> {
  return formats[format](document, { width: columns(), color: hasColour(), charts });
}

/** Prints a run on stdout. */
export async function show(document: RunDocument, format: FormatName): Promise<void> {
  const rendered = await render(document, format);
  print(format === 'text' ? `\n${rendered}` : rendered);
}

/**
 * Where a run is stored: the folder, and its path from where the command was typed, whatever directory a
 * workload changed to.
 */
export interface Published {
  readonly folder: string;
  readonly shown: string;
}

/**
 * Writes `report.html`, `summary.md` and `charts/*.png` beside `run.jsonl`, and reports where they are.
 * @throws UserError if one of them cannot be written; the others are written all the same, and none in part.
 */
export async function publish(
  document: RunDocument,
  { folder, shown }: Published,
  { charts, quiet }: { charts: boolean; quiet: boolean },
): Promise<void> {
  const pictures = charts ? await picturesOf(document, folder) : [];
  const files: [name: string, format: FormatName][] = charts
    ? [
        ['report.html', 'html'],
        ['summary.md', 'markdown'],
      ]
    : [['summary.md', 'markdown']];
  const problems: unknown[] = [];
  for (const [name, format] of files) {
    try {
      writeWhole(path.join(folder, name), await render(document, format, pictures));
    } catch (error) {
      problems.push(cannotPublish(path.join(shown, name), error, shown));
    }
  }
  if (problems.length > 0) throw problems[0];
  if (quiet) return;
  const stored = charts
    ? `charts: ${path.join(shown, 'report.html')} (and ${counted(pictures.length, 'picture')} in charts/); open it with: iobench view`
    : `stored: ${shown}`;
  notify(asTyped(`\n${stored}\n`));
}

/** The results are stored by now: only this file is missing. */
function cannotPublish(file: string, error: unknown, shown: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return new UserError(
    `${file} cannot be written: ${code}; all results are stored in ${path.join(shown, RUN_FILE)}`,
    {
      hint: `make room on the disk, then show the run with: iobench report ${shown}`,
      exitCode: 3,
      cause: error,
    },
  );
}

/** Pictures are drawn after measuring, in a process of their own; without them the numbers still stand. */
async function picturesOf(document: RunDocument, folder: string): Promise<readonly string[]> {
  try {
    return await writeCharts(document, folder);
  } catch (error) {
    notify(`iobench: ${error instanceof Error ? error.message : String(error)}\n`);
    return [];
  }
}
