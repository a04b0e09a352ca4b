/** The whole of the latency distribution: percentiles on an axis of nines, a line a model. */
import type { ChartConfiguration } from 'chart.js';
import type { MeasuredCell, RunDocument } from '../../result.ts';
import { formatDuration } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { formatNines, ninesAxis, valueAxis } from './axes.ts';
import {
  type ChartDefinition,
  type ChartTable,
  chartName,
  frame,
  labelOf,
  loadSlug,
  subtitleOf,
  type Texts,
} from './definition.ts';
import type { ChartFamily } from './family.ts';
import type { Look } from './look.ts';
import { lineStyle, type Series, seriesOf } from './series.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

export const percentileCharts = {
  kinds: ['percentiles'],
  question: 'How long do requests take?',
  usual: ['percentiles'],
  draw: (document, section, look) =>
    section.parts.map((part) => percentileChart(document, section, part, look)),
} as const satisfies ChartFamily;

function percentileChart(
  document: RunDocument,
  section: Section,
  part: LoadPart,
  look: Look,
): ChartDefinition {
  const series = seriesOf(document, [part]);
  const points = series.map(({ cells: [cell] }) =>
    cell !== undefined && isMeasured(cell) ? pointsOf(cell) : [],
  );
  const texts: Texts = {
    title: `${section.workload}: latency percentiles`,
    subtitle: subtitleOf(document, section, [part.load]),
    howToRead:
      'Lower is better. Read up from 99 %: 99 of 100 requests took no longer than that. A line that climbs to the right has a few very slow requests; it ends where too few requests remain.',
  };
  const tooltip = ({ datasetIndex, dataIndex }: { datasetIndex: number; dataIndex: number }) => {
    const point = points[datasetIndex]?.[dataIndex];
    return point === undefined
      ? ''
      : `${series[datasetIndex]?.name}: ${formatNines(point.x)} within ${formatDuration(point.y)}`;
  };
  const configuration: ChartConfiguration<'line', Point[]> = {
    type: 'line',
    data: {
      datasets: series.map((each, index) => lineOf(each, points[index] ?? [], look)),
    },
    options: {
      ...frame<'line'>(look, texts, { legend: look.namesModels, tooltip }),
      scales: {
        x: ninesAxis(
          points.flat().reduce((most, { x }) => Math.max(most, x), 1),
          look,
        ),
        y: valueAxis(
          { values: points.flat().map(({ y }) => y), quantity: 'duration', title: 'latency', usual: 'log' },
          look,
        ),
      },
    },
  };
  const name = chartName('percentiles', section, section.parts.length > 1 ? loadSlug(part.load) : undefined);
  return {
    name,
    kind: 'percentiles',
    ...texts,
    table: tableOf(series, points),
    load: part.load,
    rows: undefined,
    configuration: configuration as ChartConfiguration,
  };
}

/** Of its points only the nines are seen, and the last. */
function lineOf(series: Series, data: Point[], look: Look) {
  const style = lineStyle(series, look);
  return {
    label: labelOf(series.name) + (data.length === 0 ? ' (too few requests)' : ''),
    data,
    ...style,
    pointRadius: data.map(({ x }, place) =>
      isWholeNine(x) || place === data.length - 1 ? style.pointRadius : 0,
    ),
    clip: false as const,
  };
}

/** The half, and each nine. */
function tableOf(series: readonly Series[], points: readonly (readonly Point[])[]): ChartTable {
  const beyond = [2, 10, 100, 1e3, 1e4, 1e5].filter((nine) =>
    points.flat().some(({ x }) => x >= nine * 0.999),
  );
  const at = (line: readonly Point[], nine: number) =>
    nine > (line.at(-1)?.x ?? 0) * 1.001 ? undefined : line.find(({ x }) => x >= nine * 0.999);
  return {
    head: ['model', ...beyond.map((nine) => `${formatNines(nine)} within`)],
    rows: series.map(({ name }, index) => [
      name,
      ...beyond.map((nine) => formatDuration(at(points[index] ?? [], nine)?.y ?? null)),
    ]),
  };
}

function pointsOf(cell: MeasuredCell): Point[] {
  return cell.latencyDistribution.map(({ percentile, ns }) => ({
    x: 1 / (1 - percentile / 100),
    y: Math.max(1, ns),
  }));
}

/** Whether a point stands at 90, 99, 99.9 ... %: those get a mark, and the end of the line. */
function isWholeNine(beyond: number): boolean {
  const nines = Math.log10(beyond);
  return nines > 0.5 && Math.abs(nines - Math.round(nines)) < 1e-3;
}
