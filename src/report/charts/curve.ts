/** What more load buys and costs: throughput against latency, a line a model, a point a load. */
import type { ChartConfiguration } from 'chart.js';
import type { Cell, MeasuredCell, Percentiles, RunDocument } from '../../result.ts';
import { exactRate, formatDuration, formatLoad } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { otherParts } from '../verdicts/capacity-verdict.ts';
import type { Objective } from '../verdicts/threshold.ts';
import { valueAxis } from './axes.ts';
import { type ChartDefinition, type ChartTable, chartName, frame, labelOf, namedColour, shortLoad, subtitleOf, type Texts } from './definition.ts';
import type { ChartFamily } from './family.ts';
import { keptOf } from './kept.ts';
import type { Look } from './look.ts';
import { limitLines } from './marks.ts';
import { pointLabels } from './point-labels.ts';
import { byKind, lineStyle, seriesOf } from './series.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}
type Metric = keyof Percentiles & ('p99' | 'p50' | 'mean');

export const curveCharts = {
  kinds: ['curve'],
  question: 'How many requests does each model serve?',
  usual: ['curve'],
  sumsUpSearches: true,
  draw: curves,
} as const satisfies ChartFamily;

/** A chart for the closed loads, one for the open loads, and one for the rates of a search. */
function curves(document: RunDocument, section: Section, look: Look): ChartDefinition[] {
  const kept = keptOf(document, section);
  const others = { ...section, parts: otherParts(document, section) };
  const searched = kept && curveChart(document, section, kept.parts, look, others.parts.length > 0 ? 'searched' : undefined, kept.objectives);
  const charts = [
    ...byKind(others).map(({ detail, parts }) => curveChart(document, section, parts, look, detail)),
    ...(searched === undefined ? [] : [searched]),
  ];
  // A single point is no curve.
  return charts.filter(({ table }) => table.rows.length > 1);
}

function curveChart(
  document: RunDocument,
  section: Section,
  parts: readonly LoadPart[],
  look: Look,
  detail: string | undefined,
  objectives?: readonly Objective[],
): ChartDefinition {
  const metric = metricFor(parts);
  const limits = (objectives ?? []).filter((objective) => objective.metric === metric).map(({ value }) => value);
  const series = seriesOf(document, parts).map((each) => ({ ...each, cells: each.cells.filter((cell) => isPlotted(cell, metric)) }));
  const points = series.map(({ cells }) => cells.map((cell) => ({ x: cell.throughputPerSecond.median, y: latency(cell, metric) })));
  const loads = parts.map(({ load }) => load);
  const what = loads[0]?.kind === 'closed' ? 'number of clients' : 'offered rate';
  const texts: Texts = {
    title: `${section.workload}: throughput against latency`,
    subtitle: subtitleOf(document, section, loads),
    howToRead:
      objectives === undefined
        ? `Further right serves more, lower waits less: the lower right corner is best.${parts.length === 1 ? '' : ` Each point is a load, labelled with its ${what}: where a line turns up without going right, more load only means more waiting.`}`
        : `Further right serves more, lower waits less. Each point is a rate at which the model kept its objective every time it was tried.${limits.length === 0 ? '' : ' Above the dashed line it would not.'}`,
  };
  const tooltip = ({ datasetIndex, dataIndex }: { datasetIndex: number; dataIndex: number }) => {
    const cell = series[datasetIndex]?.cells[dataIndex];
    if (cell === undefined) return '';
    return `${series[datasetIndex]?.name}, ${formatLoad(cell.load)}: ${exactRate(cell.throughputPerSecond)}, ${metric} ${formatDuration(latency(cell, metric))}`;
  };
  const configuration: ChartConfiguration<'scatter', Point[]> = {
    type: 'scatter',
    data: {
      datasets: series.map((each, index) => ({
        label: labelOf(each.name),
        data: points[index] ?? [],
        showLine: true,
        clip: false,
        ...lineStyle(each, look),
      })),
    },
    options: {
      ...frame<'scatter'>(look, texts, { legend: look.namesModels, tooltip }),
      scales: {
        x: valueAxis({ values: points.flat().map(({ x }) => x), quantity: 'rate', title: 'requests per second', usual: 'log' }, look),
        y: valueAxis(
          { values: [...points.flat().map(({ y }) => y), ...limits], quantity: 'duration', title: `${metric} latency`, usual: 'log' },
          look,
        ),
      },
    },
    plugins: [
      ...(limits.length === 0 ? [] : [limitLines(limits, (ns) => `${metric} ${formatDuration(ns)}`, look)]),
      // The rates of a search are dozens, and each is about its throughput: the axis names them.
      ...(objectives !== undefined
        ? []
        : [
            pointLabels(
              series.map(({ cells, name }) => cells.map((cell) => (parts.length === 1 ? labelOf(name) : shortLoad(cell.load)))),
              (index) => namedColour(series[index]?.model ?? '', series[index]?.name ?? '', look),
              look,
            ),
          ]),
    ],
  };
  const table: ChartTable = {
    head: ['model', 'load', 'throughput', `${metric} latency`],
    rows: series.flatMap((each) =>
      each.cells.map((cell) => [each.name, formatLoad(cell.load), exactRate(cell.throughputPerSecond), formatDuration(latency(cell, metric))]),
    ),
  };
  return {
    name: chartName('curve', section, detail),
    kind: 'curve',
    ...texts,
    table,
    load: parts.length === 1 ? parts[0]?.load : undefined,
    rows: undefined,
    configuration: configuration as ChartConfiguration,
  };
}

/** The same figure for all points: the p99 where every cell has one, or the next that all have. */
function metricFor(parts: readonly LoadPart[]): Metric {
  const measured = parts.flatMap(({ cells }) => cells.filter(isMeasured)).filter((cell) => cell.completed > 0);
  const everyHas = (metric: Metric) => measured.every((cell) => cell.latencyNs[metric] !== null);
  return everyHas('p99') ? 'p99' : everyHas('p50') ? 'p50' : 'mean';
}

function isPlotted(cell: Cell | undefined, metric: Metric): cell is MeasuredCell {
  return cell !== undefined && isMeasured(cell) && cell.throughputPerSecond.median > 0 && cell.latencyNs[metric] !== null;
}

function latency(cell: MeasuredCell, metric: Metric): number {
  return Math.max(1, cell.latencyNs[metric] ?? 1);
}
