/** How many requests a second each model completes: bars for one load, lines over several. */
import type { ChartConfiguration } from 'chart.js';
import type { Cell, RunDocument } from '../../result.ts';
import { exactRate, formatHalfWidth, formatModel, formatRate } from '../formats/format.ts';
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
  subtitleOf,
  type Texts,
} from './definition.ts';
import type { ChartFamily } from './family.ts';
import type { Look } from './look.ts';
import { aboutWhiskers, endLabels, errorBars, rowNotes } from './marks.ts';
import { byKind } from './series.ts';
import { throughputLines } from './throughput-lines.ts';

export const throughputCharts = {
  kinds: ['throughput'],
  question: 'How many requests does each model serve?',
  usual: ['throughput'],
  draw: chartPerKindOfLoad,
} as const satisfies ChartFamily;

/** A chart for the closed loads, and one for the open loads. */
function chartPerKindOfLoad(document: RunDocument, section: Section, look: Look): ChartDefinition[] {
  return byKind(section).map(({ detail, parts }) => {
    const name = chartName('throughput', section, detail);
    const subtitle = subtitleOf(
      document,
      section,
      parts.map(({ load }) => load),
    );
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return bars(only, section, look, name, subtitle);
    return throughputLines(document, parts, section, look, name, subtitle);
  });
}

function bars(
  { cells, load }: LoadPart,
  section: Section,
  look: Look,
  name: string,
  subtitle: string,
): ChartDefinition {
  const whiskers = aboutWhiskers(
    cells.map((cell) => (isMeasured(cell) ? cell.throughputPerSecond : undefined)),
  );
  const texts: Texts = {
    title: `${section.workload}: throughput by model`,
    subtitle,
    howToRead:
      load.kind === 'closed'
        ? `Longer is better.${whiskers}`
        : `The load sets the rate: a shorter bar did not keep up.${whiskers}`,
  };
  const table: ChartTable = {
    head: ['model', 'requests per second, with its 95 % interval'],
    rows: cells.map((cell) => [
      formatModel(cell),
      isMeasured(cell) ? exactRate(cell.throughputPerSecond) : `${cell.status}: ${cell.reason}`,
    ]),
  };
  const names = cells.map((cell) => labelOf(formatModel(cell)));
  const configuration: ChartConfiguration<'bar', (number | null)[]> = {
    type: 'bar',
    data: { labels: names, datasets: [barsOf(cells, look)] },
    options: {
      ...frame<'bar'>(look, texts, {
        legend: false,
        rightMargin: labelWidth(cells.map(barLabel), look),
        tooltip: ({ dataIndex }) => table.rows[dataIndex]?.join(': ') ?? '',
      }),
      indexAxis: 'y',
      scales: { x: rateAxis(cells, look), y: nameAxis(names, look) },
    },
    plugins: marksOf(cells, look),
  };
  return {
    name,
    kind: 'throughput',
    ...texts,
    table,
    load,
    rows: cells.length,
    configuration: configuration as ChartConfiguration,
  };
}

const barsOf = (cells: readonly Cell[], look: Look) => ({
  label: 'throughput',
  data: cells.map((cell) => (isMeasured(cell) ? cell.throughputPerSecond.median : null)),
  backgroundColor: cells.map((cell) => colourOf(cell, look)),
  maxBarThickness: look.textSize * 2.4,
  categoryPercentage: 0.9,
  barPercentage: 0.8,
  borderRadius: 2,
});

const rateAxis = (cells: readonly Cell[], look: Look) =>
  valueAxis(
    {
      values: cells.flatMap(ends),
      quantity: 'rate',
      title: 'requests per second',
      usual: 'linear',
      padding: 0.12,
      headroom: '1%',
    },
    look,
  );

/** Whiskers, figures at the ends of bars, and why there is no bar. */
const marksOf = (cells: readonly Cell[], look: Look) => [
  errorBars(
    'x',
    [cells.map((cell) => (isMeasured(cell) ? cell.throughputPerSecond : undefined))],
    () => look.theme.text,
    look,
  ),
  endLabels(
    cells.map(barLabel),
    cells.map((cell) => (isMeasured(cell) ? cell.throughputPerSecond.high : 0)),
    look,
  ),
  rowNotes(
    cells.map((cell) => (isMeasured(cell) ? undefined : printable(`${cell.status}: ${cell.reason}`))),
    look,
  ),
];

function ends(cell: Cell): number[] {
  return isMeasured(cell) ? [cell.throughputPerSecond.low, cell.throughputPerSecond.high] : [];
}

/** How many pixels the longest label takes, about. */
function labelWidth(labels: readonly (string | undefined)[], look: Look): number {
  return Math.max(...labels.map((label) => label?.length ?? 0)) * look.textSize * 0.58 + 12;
}

function barLabel(cell: Cell): string | undefined {
  if (!isMeasured(cell)) return undefined;
  return `${formatRate(cell.throughputPerSecond.median)} ${formatHalfWidth(cell.throughputPerSecond)}`.trimEnd();
}
