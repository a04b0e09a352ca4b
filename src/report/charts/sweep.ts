/** What a parameter costs, where it was swept: open connections, misses of the cache, or any other number. */
import type { LoadSpec, MeasuredCell, RunDocument } from '../../result.ts';
import { exactRate, formatDuration, formatLoad, formatModel, formatRate, grouped, type Quantity } from '../format.ts';
import { machineLine } from '../heading.ts';
import { paramsKey } from '../order.ts';
import { groupBy, isMeasured, type Section, sectionsOf, slugOf } from '../sections.ts';
import { linearAxis, valueAxis } from './axes.ts';
import { type ChartDefinition, chartName, loadSlug } from './definition.ts';
import { type Line, lineChart } from './lines.ts';
import type { Look } from './look.ts';

interface Sweep {
  readonly key: string;
  readonly unit: string | undefined;
  readonly sections: readonly Section[];
}
const FIGURES = [
  {
    name: 'throughput',
    title: 'throughput',
    axis: 'requests per second',
    quantity: 'rate',
    howToRead: 'A level line: the parameter costs nothing. One that falls pays for each step of it.',
    of: (cell: MeasuredCell) => cell.throughputPerSecond.median,
    text: (cell: MeasuredCell) => exactRate(cell.throughputPerSecond),
    format: formatRate,
  },
  {
    name: 'cpu',
    title: 'CPU time a request',
    axis: 'CPU time a request',
    quantity: 'duration',
    howToRead: 'Lower is better. A line that rises to the right pays for the parameter in CPU time, with every request.',
    of: (cell: MeasuredCell) => cell.cpu.perRequestNs,
    text: (cell: MeasuredCell) => formatDuration(cell.cpu.perRequestNs),
    format: (ns: number) => formatDuration(ns),
  },
] as const;

/** Two charts a swept parameter and a load; none where nothing was swept. */
export function sweepCharts(document: RunDocument, section: Section, look: Look): ChartDefinition[] {
  return sweepsOf(document, section).flatMap((sweep) =>
    section.parts.flatMap(({ load }) => FIGURES.map((figure) => sweepChart(figure, sweep, document, section, load, look))),
  );
}

/** The parameters that are numbers and in which other sections of this workload differ, all else being the same. */
function sweepsOf(document: RunDocument, section: Section): Sweep[] {
  const all = sectionsOf(document).filter(({ workload }) => workload === section.workload);
  const without = (params: Section['params'], key: string) => paramsKey({ ...params, [key]: 0 });
  return Object.entries(section.params).flatMap(([key, value]) => {
    if (typeof value !== 'number') return [];
    const sections = all.filter(({ params }) => typeof params[key] === 'number' && without(params, key) === without(section.params, key));
    return sections.length < 2 ? [] : [{ key, unit: section.units[key], sections }];
  });
}

function sweepChart(
  figure: (typeof FIGURES)[number],
  { key, unit, sections }: Sweep,
  document: RunDocument,
  section: Section,
  load: LoadSpec,
  look: Look,
): ChartDefinition {
  const lines = linesOf(sections, key, load, figure);
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y));
  const steps = sections.map(({ params }) => Number(params[key]));
  const quantity: Quantity =
    unit === 'bytes' ? 'bytes' : unit === 'ns' ? 'duration' : key.endsWith('Ratio') || key.endsWith('Share') ? 'share' : 'count';
  const isWide = Math.max(...steps) > 20 * Math.min(...steps) && Math.min(...steps) > 0;
  const title = `${section.workload}: ${figure.title} against ${key}`;
  return lineChart(
    {
      name: chartName('sweep', section, [...(section.parts.length > 1 ? [loadSlug(load)] : []), slugOf(key), figure.name].join('--')),
      kind: 'sweep',
      texts: { title, subtitle: `${formatLoad(load)}\n${machineLine(document)}`, howToRead: figure.howToRead },
      load,
      lines,
      x: isWide ? valueAxis({ values: steps, quantity, title: key, usual: 'log' }, look) : linearAxis(key, look, '2%', quantity),
      y: valueAxis({ values, quantity: figure.quantity, title: figure.axis, usual: 'linear' }, look),
      table: {
        head: ['model', ...steps.map((step) => `${key} ${grouped(step)}`)],
        rows: lines.map(({ name, points }) => [name, ...steps.map((step) => points.find(({ x }) => x === step)?.text ?? '–')]),
      },
    },
    look,
  );
}

function linesOf(sections: readonly Section[], key: string, load: LoadSpec, figure: (typeof FIGURES)[number]): Line[] {
  const found = sections.flatMap(({ params, parts }) => {
    const part = parts.find((each) => formatLoad(each.load) === formatLoad(load));
    return (part?.cells ?? []).filter(isMeasured).map((cell) => ({ cell, x: Number(params[key]) }));
  });
  return groupBy(found, ({ cell }) => formatModel(cell)).map((group) => ({
    name: formatModel(group[0].cell),
    model: group[0].cell.model,
    variant: 0,
    points: group.map(({ cell, x }) => ({ x, y: figure.of(cell), text: figure.text(cell) })),
  }));
}
