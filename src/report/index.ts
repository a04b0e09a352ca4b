/** The formats of the report. Each is loaded when it is asked for: a terminal's table needs no chart. */
import { printableJson } from '../printable.ts';
import type { RunDocument } from '../result.ts';
import type { PngOptions } from './formats/png.ts';

export type { ChartKind } from './charts/families.ts';
export { THEMES, type ThemeName } from './charts/look.ts';
export { summarise } from './summary/document.ts';
export { questionsOf } from './summary/questions.ts';
export { verdictsOf } from './verdicts/verdict.ts';

export interface RenderOptions {
  /** Columns of the terminal; only `text` asks. */
  readonly width: number;
  readonly color: boolean;
  /** Chart files that exist, relative to the run's folder; only `markdown` links to them. */
  readonly charts: readonly string[];
}
type Render = (document: RunDocument, options: RenderOptions) => Promise<string>;

/** Formats that are one text. */
export const formats = {
  text: async (document, { width, color }) =>
    (await import('./formats/text.ts')).renderText(document, { width, color }),
  json: async (document) => `${printableJson(document, 2)}\n`,
  csv: async (document) => (await import('./formats/csv.ts')).renderCsv(document),
  markdown: async (document, { charts }) =>
    (await import('./formats/markdown.ts')).renderMarkdown(document, { charts }),
  html: async (document) => (await import('./formats/html.ts')).renderHtml(document),
} as const satisfies Record<string, Render>;
export type FormatName = keyof typeof formats;

/** What kinds of charts there are, in the order in which a section shows them. */
export const chartKinds = async () => (await import('./charts/families.ts')).CHART_KINDS;

/** The format that is many files. @see renderPngs in `png.ts` */
export async function writeCharts(
  document: RunDocument,
  runFolder: string,
  options: PngOptions = {},
): Promise<string[]> {
  return (await import('./formats/png.ts')).renderPngs(document, runFolder, options);
}
