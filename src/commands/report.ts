/** `iobench report`: an earlier run, in any format. */
import path from 'node:path';
import { UserError } from '../errors.ts';
import {
  chartKinds,
  type FormatName,
  formats,
  summarise,
  THEMES,
  type ThemeName,
  writeCharts,
} from '../report/index.ts';
import { findNamed } from '../run/plan.ts';
import { findRun } from '../run/stored/find-run.ts';
import { readRun } from '../run/stored/store.ts';
import type { ReportFlags } from './options/report.ts';
import { show } from './show.ts';
import { notify, print } from './terminal.ts';

const PICTURES = 'png';
const themeNames = (Object.keys(THEMES) as ThemeName[]).map((name) => ({ name }));
const names = [...Object.keys(formats), PICTURES].map((name) => ({ name }));

export async function report(named: string | undefined, flags: ReportFlags): Promise<number> {
  const { name: format } = findNamed('format', names, flags.format);
  const { name: theme } = findNamed('theme', themeNames, flags.theme);
  if (flags.charts && format !== PICTURES)
    throw new UserError('--charts applies to pictures only', { hint: `add --format ${PICTURES}` });
  const charts = (await chartKinds()).map((name) => ({ name }));
  const only = flags.charts?.map((kind) => findNamed('chart', charts, kind).name);
  const { file: runFile, folder } = findRun(flags.out, named);
  const stored = readRun(runFile);
  for (const warning of stored.warnings) notify(`iobench: ${warning}\n`);
  const document = summarise(stored);
  if (format !== PICTURES) await show(document, format as FormatName);
  else
    for (const file of await writeCharts(document, folder, { theme, ...(only ? { only } : {}) }))
      print(`${path.join(folder, file)}\n`);
  return 0;
}
