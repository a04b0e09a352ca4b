/** How far the trials of a cell lie apart: a point a trial, a row a model. */
import type { Cell, RunDocument } from '../../result.ts';
import { exactRate, formatModel, formatRate } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { valueAxis } from './axes.ts';
import {
  type ChartDefinition,
  type ChartTable,
  chartName,
  colourOf,
  labelOf,
  loadSlug,
  subtitleOf,
} from './definition.ts';
import type { ChartFamily } from './family.ts';
import { rowAxis } from './latency.ts';
import { lineChart, withoutLegend } from './lines.ts';
import type { Look } from './look.ts';
import { rowNotes, rowSpans } from './marks.ts';
import { noteOf } from './rows.ts';

export const spreadCharts = {
  kinds: ['spread'],
  question: 'How sure is it?',
  usual: [],
  draw: (document, section, look) =>
    section.parts
      .filter(({ cells }) => cells.some((cell) => isMeasured(cell) && cell.trials > 1))
      .map((part) => spreadChart(document, section, part, look)),
} as const satisfies ChartFamily;

function spreadChart(
  document: RunDocument,
  section: Section,
  { load, cells }: LoadPart,
  look: Look,
): ChartDefinition {
  const lines = cells.map((cell, row) => ({
    name: formatModel(cell),
    model: cell.model,
    variant: 0,
    shape: 'strokes' as const,
    points: (isMeasured(cell) ? cell.trialThroughputPerSecond : []).map((rate, index) => ({
      x: rate,
      y: row,
      text: `trial ${index + 1}, ${formatRate(rate)}`,
    })),
  }));
  const chart = lineChart(
    {
      name: chartName('spread', section, section.parts.length > 1 ? loadSlug(load) : undefined),
      kind: 'spread',
      texts: {
        title: `${section.workload}: spread over trials`,
        subtitle: subtitleOf(document, section, [load]),
        howToRead:
          'Each stroke is one trial in a fresh process; the band is the 95 % interval of the typical trial, for each model by itself. The table shows which models may be the best.',
      },
      load,
      lines,
      x: rateAxis(
        lines.flatMap(({ points }) => points.map(({ x }) => x)),
        look,
      ),
      y: rowAxis(
        lines.map(({ name }) => labelOf(name)),
        look,
      ),
      table: tableOf(cells),
      plugins: [
        rowSpans(
          cells.map((cell) =>
            isMeasured(cell) ? [cell.throughputPerSecond.low, cell.throughputPerSecond.high] : undefined,
          ),
          cells.map((cell) => colourOf(cell, { ...look, highlighted: '' })),
          look.textSize * 0.9,
        ),
        rowNotes(
          cells.map((cell) => noteOf(cell, true)),
          look,
        ),
      ],
    },
    look,
  );
  return { ...withoutLegend(chart), rows: cells.length };
}

const tableOf = (cells: readonly Cell[]): ChartTable => ({
  head: ['model', 'typical trial, with its 95 % interval', 'trials'],
  rows: cells.map((cell) => [
    formatModel(cell),
    ...(isMeasured(cell)
      ? [exactRate(cell.throughputPerSecond), cell.trialThroughputPerSecond.map(formatRate).join(', ')]
      : [`${cell.status}: ${cell.reason}`, '']),
  ]),
});

const rateAxis = (values: readonly number[], look: Look) =>
  valueAxis(
    { values, quantity: 'rate', title: 'requests per second', usual: wide(values) ? 'log' : 'linear' },
    look,
  );

function wide(values: readonly number[]): boolean {
  const positive = values.filter((value) => value > 0);
  return Math.max(...positive) > 20 * Math.min(...positive);
}
