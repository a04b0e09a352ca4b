/** Throughput over several loads: a line a model. */
import type { ChartConfiguration } from 'chart.js';
import type { Interval, RunDocument } from '../../result.ts';
import { exactRate, formatLoad, MISSING } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { nameAxis, valueAxis } from './axes.ts';
import { type ChartDefinition, frame, labelOf, namedColour, shortLoad, type Texts } from './definition.ts';
import type { Look } from './look.ts';
import { aboutWhiskers, errorBars } from './marks.ts';
import { lineStyle, type Series, seriesOf } from './series.ts';

/** A linear axis hides models this much slower than the fastest. */
const LOG_FROM_FACTOR = 20;
/**
 * Models stand this far apart at a load, as a share of the room that the load has, so that their whiskers do
 * not hide each other;
 */
const APART = 0.06;
/** and all of them together take no more than this. */
const MOST_ROOM = 0.22;

/** The throughput at loads of one kind, in their order. */
export function throughputLines(
  document: RunDocument,
  parts: readonly LoadPart[],
  section: Section,
  look: Look,
  name: string,
  subtitle: string,
): ChartDefinition {
  const series = seriesOf(document, parts);
  const table = series.map(({ cells }) =>
    cells.map((cell) => (cell && isMeasured(cell) ? cell.throughputPerSecond : undefined)),
  );
  const closed = parts[0]?.load.kind === 'closed';
  const texts: Texts = {
    title: `${section.workload}: throughput by model and ${closed ? 'number of clients' : 'rate of arrivals'}`,
    subtitle,
    howToRead: `${closed ? 'Higher is better; where a line flattens, the model is at its limit.' : 'A model keeps up while its line follows the offered rate.'} At each load the models stand side by side, in the order of the legend.${aboutWhiskers(table.flat())}`,
  };
  const tooltip = ({ datasetIndex, dataIndex }: { datasetIndex: number; dataIndex: number }) => {
    const interval = table[datasetIndex]?.[dataIndex];
    return interval === undefined ? '' : `${series[datasetIndex]?.name}: ${exactRate(interval)}`;
  };
  const names = parts.map(({ load }) => shortLoad(load));
  const configuration: ChartConfiguration<'line', { x: number; y: number }[]> = {
    type: 'line',
    data: { labels: names, datasets: linesOf(series, table, look) },
    options: {
      ...frame<'line'>(look, texts, { legend: look.namesModels, tooltip }),
      scales: {
        x: nameAxis(names, look, closed ? 'clients' : 'offered rate'),
        y: rateAxis(table.flat(), look),
      },
    },
    plugins: [
      errorBars(
        'y',
        table,
        (dataset) => namedColour(series[dataset]?.model ?? '', series[dataset]?.name ?? '', look),
        look,
      ),
    ],
  };
  return {
    name,
    kind: 'throughput',
    ...texts,
    table: {
      head: ['model', ...parts.map(({ load }) => formatLoad(load))],
      rows: series.map(({ name }, index) => [name, ...(table[index] ?? []).map(rateOf)]),
    },
    load: undefined,
    rows: undefined,
    configuration: configuration as ChartConfiguration,
  };
}

type Intervals = readonly (Interval | undefined)[];

function linesOf(series: readonly Series[], table: readonly Intervals[], look: Look) {
  const apart = Math.min(APART, MOST_ROOM / series.length);
  return series.map((each, index) => ({
    label: labelOf(each.name),
    data: (table[index] ?? []).map((interval, load) => ({
      x: load + (index - (series.length - 1) / 2) * apart,
      y: interval && interval.median > 0 ? interval.median : Number.NaN,
    })),
    parsing: false as const,
    spanGaps: true,
    ...lineStyle(each, look),
  }));
}

function rateAxis(intervals: Intervals, look: Look) {
  const values = intervals
    .flatMap((interval) => (interval === undefined ? [] : [interval.median, interval.low, interval.high]))
    .filter((value) => value > 0);
  const usual = Math.max(...values) > LOG_FROM_FACTOR * Math.min(...values) ? 'log' : 'linear';
  return valueAxis({ values, quantity: 'rate', title: 'requests per second', usual }, look);
}

const rateOf = (interval: Interval | undefined): string =>
  interval === undefined ? MISSING : exactRate(interval);
