/** How long requests take under each model: p50, p99 and p99.9 in a row a model. */
import type { ChartConfiguration, ChartDataset, LegendItem, PointStyle, Scale } from 'chart.js';
import type { Cell, RunDocument } from '../../result.ts';
import { formatDuration, formatLatency, formatModel } from '../formats/format.ts';
import { printable } from '../formats/wrap.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { nameAxis, valueAxis } from './axes.ts';
import {
  type ChartDefinition,
  type ChartTable,
  chartName,
  colourOf,
  frame,
  labelOf,
  loadSlug,
  subtitleOf,
  type Texts,
} from './definition.ts';
import type { ChartFamily } from './family.ts';
import type { Look } from './look.ts';
import { rowNotes, rowSpans, spanLabels } from './marks.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}
const MARKS = [
  {
    key: 'p50',
    label: 'p50 (half)',
    point: 'circle',
    meaning: 'half of the requests took no longer than p50',
  },
  { key: 'p99', label: 'p99', point: 'triangle', meaning: '99 of 100 no longer than p99' },
  { key: 'p999', label: 'p99.9', point: 'rect', meaning: '999 of 1,000 no longer than p99.9' },
] as const satisfies readonly { key: string; label: string; point: PointStyle; meaning: string }[];
type Mark = (typeof MARKS)[number];

export const latencyCharts = {
  kinds: ['latency'],
  question: 'How long do requests take?',
  usual: ['latency'],
  draw: (document, section, look) => section.parts.map((part) => latencyChart(document, section, part, look)),
} as const satisfies ChartFamily;

function latencyChart(
  document: RunDocument,
  section: Section,
  { load, cells }: LoadPart,
  look: Look,
): ChartDefinition {
  // A percentile that no model has requests enough for is no mark to look for.
  const known = MARKS.filter(({ key }) =>
    cells.some((cell) => isMeasured(cell) && cell.latencyNs[key] !== null),
  );
  const texts: Texts = {
    title: `${section.workload}: latency by model`,
    subtitle: subtitleOf(document, section, [load]),
    howToRead: `Further left is better, and a short line means steady latencies: ${known.map(({ meaning }) => meaning).join(', ')}.`,
  };
  const spans = cells.map(spanOf);
  const labels = cells.map((cell) => labelOf(formatModel(cell)));
  const configuration: ChartConfiguration<'scatter', Point[]> = {
    type: 'scatter',
    data: { datasets: MARKS.map((mark) => dataset(mark, cells, look)) },
    options: withLegendOfShapes(
      {
        ...frame<'scatter'>(look, texts, {
          legend: true,
          tooltip: ({ datasetIndex, dataIndex }) => describe(cells, datasetIndex, dataIndex),
        }),
        scales: {
          x: latencyAxis(spans, look),
          y: rowAxis(labels, look),
        },
      },
      known,
      look,
    ),
    plugins: [
      rowSpans(
        spans,
        cells.map((cell) => colourOf(cell, look)),
      ),
      spanLabels(spans, formatDuration, look),
      rowNotes(cells.map(noteOf), look),
    ],
  };
  return {
    name: chartName('latency', section, section.parts.length > 1 ? loadSlug(load) : undefined),
    kind: 'latency',
    ...texts,
    table: tableOf(cells),
    load,
    rows: cells.length,
    configuration: configuration as ChartConfiguration,
  };
}

const tableOf = (cells: readonly Cell[]): ChartTable => ({
  head: ['model', ...MARKS.map(({ label }) => label)],
  rows: cells.map((cell) => [
    formatModel(cell),
    ...(isMeasured(cell)
      ? MARKS.map(({ key }) => formatLatency(cell, key))
      : [`${cell.status}: ${cell.reason}`, '', '']),
  ]),
});

function latencyAxis(spans: readonly (readonly [number, number] | undefined)[], look: Look) {
  const padding = look.headings ? 0.16 : look.narrow ? 0.5 : 0.24;
  const values = spans.flatMap((span) => span ?? []);
  return valueAxis(
    { values, quantity: 'duration', title: 'latency', usual: 'log', padding, headroom: '12%' },
    look,
  );
}

function dataset(mark: Mark, cells: readonly Cell[], look: Look): ChartDataset<'scatter', Point[]> {
  const shown = cells.flatMap((cell, row) => {
    const ns = isMeasured(cell) ? cell.latencyNs[mark.key] : null;
    return ns === null ? [] : [{ x: Math.max(1, ns), y: row, colour: colourOf(cell, look) }];
  });
  return {
    label: mark.label,
    data: shown.map(({ x, y }) => ({ x, y })),
    pointStyle: mark.point,
    pointRadius: look.textSize * (mark.point === 'triangle' ? 0.5 : 0.42),
    pointHoverRadius: look.textSize * 0.5,
    pointBackgroundColor: shown.map(({ colour }) => colour),
    pointBorderColor: look.theme.background,
    pointBorderWidth: 1,
    clip: false,
  };
}

/** From the lowest to the highest percentile that is known, in nanoseconds. */
function spanOf(cell: Cell): readonly [number, number] | undefined {
  if (!isMeasured(cell)) return undefined;
  const known = MARKS.flatMap(({ key }) => cell.latencyNs[key] ?? []).map((ns) => Math.max(1, ns));
  return known.length === 0 ? undefined : [Math.min(...known), Math.max(...known)];
}

function noteOf(cell: Cell): string | undefined {
  if (!isMeasured(cell)) return printable(`${cell.status}: ${cell.reason}`);
  return spanOf(cell) === undefined ? 'too few requests for a percentile' : undefined;
}

/** Rows by number: a category axis would need a point in every row. */
export function rowAxis(labels: readonly string[], look: Look) {
  const { ticks, grid, border } = nameAxis(labels, look);
  return {
    type: 'linear' as const,
    reverse: true,
    min: -0.5,
    max: labels.length - 0.5,
    grid,
    border,
    ticks: { ...ticks, callback: (value: string | number) => labels[Number(value)] ?? '' },
    afterBuildTicks: (axis: Scale) => {
      axis.ticks = labels.map((_, value) => ({ value }));
    },
  };
}

function describe(cells: readonly Cell[], datasetIndex: number, dataIndex: number): string {
  const key = MARKS[datasetIndex]?.key ?? 'p50';
  const known = cells.filter((cell) => isMeasured(cell) && cell.latencyNs[key] !== null);
  const cell = known[dataIndex];
  return cell !== undefined && isMeasured(cell)
    ? `${formatModel(cell)}: ${MARKS[datasetIndex]?.label} ${formatLatency(cell, key)}`
    : '';
}

/** The legend explains shapes, so it has no model's colour. */
function withLegendOfShapes(
  options: NonNullable<ChartConfiguration<'scatter'>['options']>,
  known: readonly Mark[],
  look: Look,
) {
  const items = known.map(
    (mark): LegendItem => ({
      text: mark.label,
      fillStyle: look.theme.muted,
      strokeStyle: look.theme.muted,
      fontColor: look.theme.text,
      pointStyle: mark.point,
      lineWidth: 0,
      datasetIndex: MARKS.indexOf(mark),
    }),
  );
  const legend = options.plugins?.legend;
  return {
    ...options,
    plugins: {
      ...options.plugins,
      legend: {
        ...legend,
        position: 'bottom' as const,
        align: 'start' as const,
        labels: { ...legend?.labels, generateLabels: () => items },
      },
    },
  };
}
