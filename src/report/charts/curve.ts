/** What more load buys and costs: throughput against latency, a line a model, a point a load. */
import type { ChartConfiguration } from 'chart.js';
import type { Cell, MeasuredCell, Percentiles, RunDocument } from '../../result.ts';
import { formatDuration, formatLoad, formatRate } from '../format.ts';
import { isMeasured, type LoadPart, type Section } from '../sections.ts';
import { logAxis } from './axes.ts';
import { type ChartDefinition, chartName, colourOf, frame, labelOf, shortLoad, subtitleOf, type Texts } from './definition.ts';
import type { Look } from './look.ts';
import { pointLabels } from './marks.ts';
import { byKind, lineStyle, seriesOf } from './series.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}
type Metric = keyof Percentiles & ('p99' | 'p50' | 'mean');

/** The throughput-latency curves of a section: a chart for its closed loads, and one for its open loads. */
export function curveCharts(document: RunDocument, section: Section, look: Look): ChartDefinition[] {
  return byKind(section).map(({ detail, parts }) => curveChart(document, section, parts, look, chartName('curve', section, detail)));
}

function curveChart(document: RunDocument, section: Section, parts: readonly LoadPart[], look: Look, name: string): ChartDefinition {
  const metric = metricFor(parts);
  const series = seriesOf(parts).map((each) => ({ ...each, cells: each.cells.filter((cell) => isPlotted(cell, metric)) }));
  const points = series.map(({ cells }) => cells.map((cell) => ({ x: cell.throughputPerSecond.median, y: latency(cell, metric) })));
  const loads = parts.map(({ load }) => load);
  const what = loads[0]?.kind === 'closed' ? 'number of clients' : 'offered rate';
  const texts: Texts = {
    title: `${section.workload}: throughput against latency`,
    subtitle: subtitleOf(document, section, loads),
    howToRead: `Right is more throughput, low is less waiting: the lower right corner is best.${parts.length === 1 ? '' : ` Each point is a load, labelled with its ${what}.`}`,
  };
  const tooltip = ({ datasetIndex, dataIndex }: { datasetIndex: number; dataIndex: number }) => {
    const cell = series[datasetIndex]?.cells[dataIndex];
    if (cell === undefined) return '';
    return `${series[datasetIndex]?.name}, ${formatLoad(cell.load)}: ${formatRate(cell.throughputPerSecond.median)}, ${metric} ${formatDuration(latency(cell, metric))}`;
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
      ...frame<'scatter'>(look, texts, { legend: true, tooltip }),
      scales: {
        x: logAxis(
          points.flat().map(({ x }) => x),
          'rate',
          'requests per second',
          look,
        ),
        y: logAxis(
          points.flat().map(({ y }) => y),
          'duration',
          `${metric} latency`,
          look,
        ),
      },
    },
    plugins: [
      pointLabels(
        series.map(({ cells, name }) => cells.map((cell) => (parts.length === 1 ? labelOf(name) : shortLoad(cell.load)))),
        (index) => colourOf(series[index]?.model ?? '', look.theme),
        look,
      ),
    ],
  };
  return { name, kind: 'curve', ...texts, load: undefined, rows: undefined, configuration: configuration as ChartConfiguration };
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
