/** Charts with a row a model: bars made of parts, one after another. */
import type { ChartConfiguration, Plugin } from 'chart.js';
import type { Cell, LoadSpec } from '../../result.ts';
import { formatModel } from '../formats/format.ts';
import { printable } from '../formats/wrap.ts';
import { isMeasured } from '../summary/sections.ts';
import { nameAxis } from './axes.ts';
import { type ChartDefinition, type ChartTable, frame, labelOf, type Texts } from './definition.ts';
import type { Look } from './look.ts';
import { endLabels, rowNotes } from './marks.ts';

export interface Part {
  readonly label: string;
  /** A colour a row, or one for all. */
  readonly colour: string | readonly string[];
  /** One per row; `undefined` if it is not known. */
  readonly values: readonly (number | undefined)[];
}
export interface RowChart {
  readonly name: string;
  readonly kind: string;
  readonly texts: Texts;
  readonly load: LoadSpec | undefined;
  readonly rows: readonly string[];
  readonly parts: readonly Part[];
  /** The parts have bars of their own, one below another, instead of following each other in one. */
  readonly areBeside?: boolean;
  readonly axis: object;
  readonly format: (value: number) => string;
  /** What stands in a row without a bar. */
  readonly notes: readonly (string | undefined)[];
  /** A further column of the table. */
  readonly besides?: { readonly head: string; readonly values: readonly string[] };
  /** What stands behind a bar. */
  readonly ends?: readonly (string | undefined)[];
  readonly plugins?: readonly Plugin[];
}

/** Draws the rows; its table has a column a part. */
export function rowChart(chart: RowChart, look: Look): ChartDefinition {
  const { name, kind, texts, load, rows, parts, axis, format, notes, ends = [], plugins = [] } = chart;
  const isStacked = parts.length > 1 && chart.areBeside !== true;
  const totals = rows.map((_, index) => parts.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const longest = Math.max(0, ...ends.map((end) => end?.length ?? 0));
  const configuration: ChartConfiguration<'bar', (number | null)[]> = {
    type: 'bar',
    data: {
      labels: rows.map(labelOf),
      datasets: parts.map(({ label, colour, values }) => ({
        label,
        data: rows.map((_, index) => values[index] ?? null),
        backgroundColor: typeof colour === 'string' ? colour : [...colour],
        borderColor: look.theme.background,
        borderWidth: isStacked ? { right: 1 } : 0,
        maxBarThickness: look.textSize * 2.4,
        categoryPercentage: 0.9,
        barPercentage: 0.8,
      })),
    },
    options: {
      ...frame<'bar'>(look, texts, {
        legend: parts.length > 1,
        rightMargin: 8 + longest * look.textSize * 0.58,
        tooltip: ({ datasetIndex, dataIndex }) => {
          const part = parts[datasetIndex];
          return `${rows[dataIndex]}: ${part?.label} ${textAt(part?.values[dataIndex], format, undefined)}`;
        },
      }),
      indexAxis: 'y',
      interaction: { mode: 'nearest', intersect: true },
      scales: {
        x: { ...axis, stacked: isStacked },
        y: { ...nameAxis(rows.map(labelOf), look), stacked: isStacked },
      },
    },
    plugins: [endLabels(ends, totals, look), rowNotes(notes, look), ...plugins],
  };
  return {
    name,
    kind,
    ...texts,
    load,
    rows: rows.length,
    table: tableOf(chart),
    configuration: legendBelow(configuration),
  };
}

function tableOf({ rows, parts, format, notes, besides }: RowChart): ChartTable {
  return {
    head: ['model', ...parts.map(({ label }) => label), ...(besides ? [besides.head] : [])],
    rows: rows.map((row, index) => [
      row,
      ...parts.map(({ values }, part) =>
        textAt(values[index], format, part === 0 ? notes[index] : undefined),
      ),
      ...(besides ? [besides.values[index] ?? '–'] : []),
    ]),
  };
}

/** Why a row has no bar: what the cell says, or that nobody measured this figure. */
export function noteOf(cell: Cell, isKnown: boolean): string | undefined {
  if (!isMeasured(cell)) return printable(`${cell.status}: ${cell.reason}`);
  return isKnown ? undefined : 'not measured';
}

export function rowNames(cells: readonly Cell[]): string[] {
  return cells.map(formatModel);
}

function textAt(
  value: number | undefined,
  format: (value: number) => string,
  note: string | undefined,
): string {
  return value === undefined ? (note ?? '–') : format(value);
}

/** The legend names parts, and not models: it fits in a line under the bars. */
function legendBelow(configuration: ChartConfiguration<'bar', (number | null)[]>): ChartConfiguration {
  const { options } = configuration;
  const legend = { ...options?.plugins?.legend, position: 'bottom', align: 'start' };
  return {
    ...configuration,
    options: { ...options, plugins: { ...options?.plugins, legend } },
  } as ChartConfiguration;
}
