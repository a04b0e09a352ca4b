/** Charts of lines or points over two axes of values: one series a model. */
import type { ChartConfiguration, ChartDataset, Plugin } from 'chart.js';
import type { LoadSpec } from '../../result.ts';
import { type ChartDefinition, type ChartTable, frame, labelOf, type Texts } from './definition.ts';
import type { Look } from './look.ts';
import { lineStyle, type Series } from './series.ts';

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** What it says when it is pointed at, after the model's name. */
  readonly text: string;
}
export interface Line extends Pick<Series, 'name' | 'model' | 'variant'> {
  readonly points: readonly LinePoint[];
  /**
   * A line without points, points without a line, hollow points, or upright strokes; a line with points if
   * left out.
   */
  readonly shape?: 'line' | 'points' | 'hollow' | 'strokes';
}
export interface LineChart {
  readonly name: string;
  readonly kind: string;
  readonly texts: Texts;
  readonly load: LoadSpec | undefined;
  readonly lines: readonly Line[];
  readonly x: object;
  readonly y: object;
  readonly table: ChartTable;
  readonly plugins?: readonly Plugin[];
}

const MOST_MARKED = 25;

/** Draws the lines; a fit has the colour of its model, and no entry in the legend. */
export function lineChart(
  { name, kind, texts, load, lines, x, y, table, plugins = [] }: LineChart,
  look: Look,
): ChartDefinition {
  const tooltip = ({ datasetIndex, dataIndex }: { datasetIndex: number; dataIndex: number }) => {
    const line = lines[datasetIndex];
    return `${line?.name}: ${line?.points[dataIndex]?.text}`;
  };
  const options = frame<'scatter'>(look, texts, { legend: look.namesModels, tooltip });
  const legend = options.plugins?.legend;
  const isNamed = (index: number) =>
    lines[index]?.shape !== 'line' ||
    !lines.some(({ name, shape }) => name === lines[index]?.name && shape !== 'line');
  const configuration: ChartConfiguration<'scatter'> = {
    type: 'scatter',
    data: { datasets: lines.map((line) => dataset(line, look)) },
    options: {
      ...options,
      plugins: {
        ...options.plugins,
        legend: {
          ...legend,
          labels: { ...legend?.labels, filter: ({ datasetIndex }) => isNamed(datasetIndex ?? 0) },
        },
      },
      scales: { x, y },
    },
    plugins: [...plugins],
  };
  return {
    name,
    kind,
    ...texts,
    load,
    rows: undefined,
    table,
    configuration: configuration as ChartConfiguration,
  };
}

function dataset(line: Line, look: Look): ChartDataset<'scatter'> {
  const style = lineStyle(line, look);
  return {
    label: labelOf(line.name),
    data: line.points.map(({ x, y }) => ({ x, y })),
    clip: false,
    ...style,
    showLine: line.shape === undefined || line.shape === 'line',
    ...(line.shape === 'line'
      ? { pointRadius: 0, pointHoverRadius: 0, borderDash: [4, 3], borderWidth: 1.5 }
      : {}),
    ...(line.shape === 'strokes'
      ? {
          pointStyle: 'line',
          pointRotation: 90,
          pointRadius: look.textSize * 0.62,
          pointHoverRadius: look.textSize * 0.8,
          pointBorderWidth: 2,
        }
      : {}),
    // Many marks would hide the line that they stand on.
    ...(line.shape === undefined && line.points.length > MOST_MARKED ? { pointRadius: 0 } : {}),
    ...(line.shape === 'hollow' ? { pointBackgroundColor: look.theme.background, pointBorderWidth: 2 } : {}),
  };
}

/** For a chart that names its models itself, beside their points or rows. */
export function withoutLegend(chart: ChartDefinition): ChartDefinition {
  const { options } = chart.configuration;
  const plugins = { ...options?.plugins, legend: { display: false } };
  return {
    ...chart,
    configuration: {
      ...chart.configuration,
      options: { ...options, plugins },
    } as ChartDefinition['configuration'],
  };
}
