/** What more load buys and costs: throughput against latency, a line a model, a point a load. */
import type { ChartConfiguration } from 'chart.js';
import type { LoadSpec, MeasuredCell, Percentiles, RunDocument } from '../../result.ts';
import { exactRate, formatDuration, formatLoad } from '../formats/format.ts';
import { compareLoads } from '../summary/order.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import type { Objective } from '../verdicts/threshold.ts';
import { valueAxis } from './axes.ts';
import {
  type ChartDefinition,
  type ChartTable,
  chartName,
  frame,
  labelOf,
  namedColour,
  shortLoad,
  subtitleOf,
  type Texts,
} from './definition.ts';
import type { ChartFamily } from './family.ts';
import { keptOf } from './kept.ts';
import type { Look } from './look.ts';
import { limitLines } from './marks.ts';
import { pointLabels } from './point-labels.ts';
import { byKind, lineStyle, type Series, seriesOf } from './series.ts';

/** One load: of a cell, or of a step of a search. */
export type CurvePoint = Pick<MeasuredCell, 'load' | 'throughputPerSecond' | 'latencyNs'>;
export interface CurveSeries extends Pick<Series, 'name' | 'model' | 'variant'> {
  /** In the order of the loads. */
  readonly points: readonly CurvePoint[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}
type Metric = keyof Percentiles & ('p99' | 'p50' | 'mean');

export const curveCharts = {
  kinds: ['curve'],
  question: 'How many requests does each model serve?',
  usual: ['curve'],
  needsNoCells: true,
  draw: chartPerKindOfLoad,
} as const satisfies ChartFamily;

/** What one chart shows. */
interface Curves {
  readonly series: readonly CurveSeries[];
  readonly loads: readonly LoadSpec[];
  /** What distinguishes it from the section's other curves, where there are any. */
  readonly detail: string | undefined;
  /** Of a search. */
  readonly objectives?: readonly Objective[];
}

/** A chart for the closed loads, one for the open loads, and one for the rates of a search. */
function chartPerKindOfLoad(document: RunDocument, section: Section, look: Look): ChartDefinition[] {
  const kept = keptOf(document, section);
  const curves: Curves[] = [
    ...byKind(section).map(({ detail, parts }) => ({
      series: cellSeries(document, parts),
      loads: parts.map(({ load }) => load),
      detail,
    })),
    ...(kept === undefined
      ? []
      : [
          { ...kept, loads: loadsOf(kept.series), detail: section.parts.length > 0 ? 'searched' : undefined },
        ]),
  ];
  // A single point is no curve.
  return curves
    .map((each) => curveChart(document, section, each, look))
    .filter(({ table }) => table.rows.length > 1);
}

function cellSeries(document: RunDocument, parts: readonly LoadPart[]): CurveSeries[] {
  return seriesOf(document, parts).map(({ cells, ...series }) => ({
    ...series,
    points: cells.flatMap((cell) => (cell !== undefined && isMeasured(cell) ? [cell] : [])),
  }));
}

/** Each once, in order. */
function loadsOf(series: readonly CurveSeries[]): LoadSpec[] {
  const loads = series.flatMap(({ points }) => points.map(({ load }) => load)).toSorted(compareLoads);
  return loads.filter((load, index) => index === 0 || compareLoads(load, loads[index - 1] ?? load) !== 0);
}

function curveChart(
  document: RunDocument,
  section: Section,
  { loads, detail, objectives, ...curves }: Curves,
  look: Look,
): ChartDefinition {
  const metric = metricFor(curves.series);
  const limits = (objectives ?? [])
    .filter((objective) => objective.metric === metric)
    .map(({ value }) => value);
  const series = curves.series.map((each) => ({
    ...each,
    points: each.points.filter((point) => isPlotted(point, metric)),
  }));
  const places = series.map(({ points }) =>
    points.map((point) => ({ x: point.throughputPerSecond.median, y: latency(point, metric) })),
  );
  const texts: Texts = {
    title: `${section.workload}: throughput against latency`,
    subtitle: subtitleOf(document, section, loads),
    howToRead: objectives === undefined ? aboutLoads(loads) : aboutKeptRates(limits),
  };
  const tooltip = ({ datasetIndex, dataIndex }: { datasetIndex: number; dataIndex: number }) => {
    const point = series[datasetIndex]?.points[dataIndex];
    if (point === undefined) return '';
    return `${series[datasetIndex]?.name}, ${formatLoad(point.load)}: ${exactRate(point.throughputPerSecond)}, ${metric} ${formatDuration(latency(point, metric))}`;
  };
  const configuration: ChartConfiguration<'scatter', Point[]> = {
    type: 'scatter',
    data: {
      datasets: series.map((each, index) => ({
        label: labelOf(each.name),
        data: places[index] ?? [],
        showLine: true,
        clip: false,
        ...lineStyle(each, look),
      })),
    },
    options: {
      ...frame<'scatter'>(look, texts, { legend: look.namesModels, tooltip }),
      scales: axesOf(places.flat(), metric, limits, look),
    },
    plugins: [
      ...(limits.length === 0 ? [] : [limitLines(limits, (ns) => `${metric} ${formatDuration(ns)}`, look)]),
      // The rates of a search are dozens, and each is about its throughput: the axis names them.
      ...(objectives === undefined ? [loadLabels(series, loads, look)] : []),
    ],
  };
  return {
    name: chartName('curve', section, detail),
    kind: 'curve',
    ...texts,
    table: tableOf(series, metric),
    load: loads.length === 1 && objectives === undefined ? loads[0] : undefined,
    rows: undefined,
    configuration: configuration as ChartConfiguration,
  };
}

function aboutLoads(loads: readonly LoadSpec[]): string {
  const what = loads[0]?.kind === 'closed' ? 'number of clients' : 'offered rate';
  const each =
    loads.length === 1
      ? ''
      : ` Each point is a load, labelled with its ${what}: where a line turns up without going right, more load only means more waiting.`;
  return `Further right serves more, lower waits less: the lower right corner is best.${each}`;
}

const aboutKeptRates = (limits: readonly number[]): string =>
  `Further right serves more, lower waits less. Each point is a rate at which the model kept its objective every time it was tried.${limits.length === 0 ? '' : ' Above the dashed line it would not.'}`;

function axesOf(places: readonly Point[], metric: Metric, limits: readonly number[], look: Look) {
  const [rates, latencies] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  return {
    x: valueAxis({ values: rates, quantity: 'rate', title: 'requests per second', usual: 'log' }, look),
    y: valueAxis(
      { values: [...latencies, ...limits], quantity: 'duration', title: `${metric} latency`, usual: 'log' },
      look,
    ),
  };
}

const loadLabels = (series: readonly CurveSeries[], loads: readonly LoadSpec[], look: Look) =>
  pointLabels(
    series.map(({ points, name }) =>
      points.map(({ load }) => (loads.length === 1 ? labelOf(name) : shortLoad(load))),
    ),
    (index) => namedColour(series[index]?.model ?? '', series[index]?.name ?? '', look),
    look,
  );

const tableOf = (series: readonly CurveSeries[], metric: Metric): ChartTable => ({
  head: ['model', 'load', 'throughput', `${metric} latency`],
  rows: series.flatMap(({ name, points }) =>
    points.map((point) => [
      name,
      formatLoad(point.load),
      exactRate(point.throughputPerSecond),
      formatDuration(latency(point, metric)),
    ]),
  ),
});

/**
 * The same figure for all points: the p99 where every load that completed anything has one, or the next that
 * all have.
 */
function metricFor(series: readonly CurveSeries[]): Metric {
  const served = series
    .flatMap(({ points }) => points)
    .filter(({ throughputPerSecond }) => throughputPerSecond.median > 0);
  const everyHas = (metric: Metric) => served.every(({ latencyNs }) => latencyNs[metric] !== null);
  return everyHas('p99') ? 'p99' : everyHas('p50') ? 'p50' : 'mean';
}

function isPlotted({ throughputPerSecond, latencyNs }: CurvePoint, metric: Metric): boolean {
  return throughputPerSecond.median > 0 && latencyNs[metric] !== null;
}

function latency({ latencyNs }: CurvePoint, metric: Metric): number {
  return Math.max(1, latencyNs[metric] ?? 1);
}
