/** Showing a run: on stdout, and as files in its folder. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { type FormatName, formats, summarise, writeCharts } from '../report/index.ts';
import type { RunDocument, StoredRun } from '../result.ts';
import { cannotWrite } from '../run/store.ts';
import { asTyped } from './as-typed.ts';
import { columns, hasColour, notify, print } from './terminal.ts';

/** Renders a run for stdout: as wide and as colourful as the terminal is. */
export function render(document: RunDocument, format: FormatName, charts: readonly string[] = []): Promise<string> {
  return formats[format](document, { width: columns(), color: hasColour(), charts });
}

/** Prints a run on stdout. */
export async function show(document: RunDocument, format: FormatName): Promise<void> {
  const rendered = await render(document, format);
  print(format === 'text' ? `\n${rendered}` : rendered);
}

/** Writes `report.html`, `summary.md` and `charts/*.png` beside `run.jsonl`, and says where they are. */
export async function publish(stored: StoredRun, folder: string, { charts, quiet }: { charts: boolean; quiet: boolean }): Promise<void> {
  const document = summarise(stored);
  const pictures = charts ? await picturesOf(document, folder) : [];
  const files: [name: string, format: FormatName][] = charts
    ? [
        ['report.html', 'html'],
        ['summary.md', 'markdown'],
      ]
    : [['summary.md', 'markdown']];
  for (const [name, format] of files) {
    const rendered = await render(document, format, pictures);
    try {
      writeFileSync(path.join(folder, name), rendered);
    } catch (error) {
      throw cannotWrite(folder, error);
    }
  }
  if (quiet) return;
  const shown = path.relative(process.cwd(), folder);
  const named = shown === '' || shown.startsWith('..') ? folder : shown;
  const say = charts
    ? `charts: ${path.join(named, 'report.html')} (and ${pictures.length} pictures in charts/); open it with: iobench view`
    : `stored: ${named}`;
  notify(asTyped(`\n${say}\n`));
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
