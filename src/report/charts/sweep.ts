/** What a parameter costs, where it was swept: open connections, misses of the cache, or any other number. */
import type { Scale } from 'chart.js';
import type { LoadSpec, MeasuredCell, RunDocument } from '../../result.ts';
import {
  exactRate,
  formatDuration,
  formatLoad,
  formatModel,
  formatRate,
  formatTick,
  grouped,
  type Quantity,
  unitOf,
} from '../formats/format.ts';
import { machineLine } from '../formats/heading.ts';
import { paramsKey } from '../summary/order.ts';
import { groupBy, isMeasured, type Section, sectionsOf, slugOf } from '../summary/sections.ts';
import { linearAxis, tickedAt, valueAxis } from './axes.ts';
import { type ChartDefinition, chartName, loadSlug } from './definition.ts';
import type { ChartFamily } from './family.ts';
import { type Line, lineChart } from './lines.ts';
import type { Look } from './look.ts';

interface Sweep {
  readonly key: string;
  readonly unit: string | undefined;
  readonly sections: readonly Section[];
}
/** From this factor on, a linear axis would put the small values on each other. */
const WIDE = 8;
const FIGURES = [
  {
    name: 'throughput',
    title: 'throughput',
    axis: 'requests per second',
    quantity: 'rate',
    howToRead: 'A level line: the parameter costs nothing. A falling line: each step of it costs throughput.',
    of: (cell: MeasuredCell) => cell.throughputPerSecond.median,
    text: (cell: MeasuredCell) => exactRate(cell.throughputPerSecond),
    format: formatRate,
  },
  {
    name: 'cpu',
    title: 'CPU time per request',
    axis: 'CPU time per request',
    quantity: 'duration',
    howToRead:
      'Lower is better. A line that rises to the right: the parameter costs CPU time in every request.',
    of: (cell: MeasuredCell) => cell.cpu.perRequestNs,
    text: (cell: MeasuredCell) => formatDuration(cell.cpu.perRequestNs),
    format: (ns: number) => formatDuration(ns),
  },
] as const;

/** Two charts for each parameter that was swept, at each load. */
export const sweepCharts = {
  kinds: ['sweep'],
  question: 'Where are the limits?',
  usual: ['sweep'],
  isPictured: beginsSweep,
  // A sweep that begins at several of its steps shows the same at each.
  contentKey: ({ title, subtitle }) => JSON.stringify([title, subtitle]),
  draw: (document, section, look) =>
    sweepsOf(document, section).flatMap((sweep) =>
      section.parts.flatMap(({ load }) =>
        FIGURES.map((figure) => sweepChart(figure, sweep, document, section, load, look)),
      ),
    ),
} as const satisfies ChartFamily;

/**
 * The parameters that are numbers and in which other sections of this workload differ, all else being the
 * same.
 */
function sweepsOf(document: RunDocument, section: Section): Sweep[] {
  return numbersOf(section).flatMap((key) => {
    const sections = sweptIn(document).get(sweepKey(section, key)) ?? [];
    return sections.length < 2 ? [] : [{ key, unit: unitOf(key, section.units), sections }];
  });
}

/**
 * Whether a section is the first step of a sweep: the sweep has a picture there, and not at each of its
 * steps.
 */
function beginsSweep(document: RunDocument, section: Section): boolean {
  return sweepsOf(document, section).some(({ sections }) => sections[0]?.slug === section.slug);
}

const numbersOf = ({ params }: Section): string[] =>
  Object.keys(params).filter((key) => typeof params[key] === 'number');

/** The same for all sections that differ in this parameter only. */
const sweepKey = ({ workload, params }: Section, key: string): string =>
  JSON.stringify([workload, key, paramsKey({ ...params, [key]: 0 })]);

/** A document does not change, and each of its sections is asked for its sweeps. */
const known = new WeakMap<RunDocument, ReadonlyMap<string, readonly Section[]>>();

/** The sections of each sweep, in order, by its key. */
function sweptIn(document: RunDocument): ReadonlyMap<string, readonly Section[]> {
  const found =
    known.get(document) ??
    new Map(
      groupBy(stepsOf(document), ({ sweep }) => sweep).map((steps) => [
        steps[0].sweep,
        steps.map(({ section }) => section),
      ]),
    );
  known.set(document, found);
  return found;
}

const stepsOf = (document: RunDocument) =>
  sectionsOf(document).flatMap((section) =>
    numbersOf(section).map((key) => ({ section, sweep: sweepKey(section, key) })),
  );

function sweepChart(
  figure: (typeof FIGURES)[number],
  { key, unit, sections }: Sweep,
  document: RunDocument,
  section: Section,
  load: LoadSpec,
  look: Look,
): ChartDefinition {
  const axis = axisOf(
    sections.map(({ params }) => Number(params[key])),
    key,
    unit,
    look,
  );
  const lines = linesOf(sections, key, load, figure, axis.placeOf);
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y));
  const steps = sections.map(({ params }) => Number(params[key]));
  const title = `${section.workload}: ${figure.title} against ${key}`;
  return lineChart(
    {
      name: chartName(
        'sweep',
        section,
        [...(section.parts.length > 1 ? [loadSlug(load)] : []), slugOf(key), figure.name].join('--'),
      ),
      kind: 'sweep',
      texts: {
        title,
        subtitle: `${formatLoad(load)}\n${machineLine(document)}`,
        howToRead: figure.howToRead,
      },
      load,
      lines,
      x: axis.options,
      y: valueAxis({ values, quantity: figure.quantity, title: figure.axis, usual: 'linear' }, look),
      table: {
        head: ['model', ...steps.map((step) => `${key} ${grouped(step)}`)],
        rows: lines.map(({ name, points }) => [
          name,
          ...steps.map((step) => points.find(({ x }) => x === axis.placeOf(step))?.text ?? '–'),
        ]),
      },
    },
    look,
  );
}

interface StepAxis {
  readonly options: object;
  /** Where a value of the parameter stands on it. */
  placeOf(value: number): number;
}

/**
 * Logarithmic where the values are far apart; with a zero among them, which has no logarithm, a step for
 * each.
 */
function axisOf(values: readonly number[], key: string, unit: string | undefined, look: Look): StepAxis {
  const quantity: Quantity =
    unit === 'bytes'
      ? 'bytes'
      : unit === 'ns'
        ? 'duration'
        : key.endsWith('Ratio') || key.endsWith('Share')
          ? 'share'
          : 'count';
  const steps = [...new Set(values)].sort((a, b) => a - b);
  const [least = 0, most = 0] = [steps.find((step) => step > 0), steps.at(-1)];
  const placeOf = (value: number) => value;
  if (most < WIDE * least || least === 0) return { options: linearAxis(key, look, '2%', quantity), placeOf };
  if (steps[0] !== 0)
    return {
      options: tickedAt(valueAxis({ values: steps, quantity, title: key, usual: 'log' }, look), steps, look),
      placeOf,
    };
  return {
    options: stepAxis(
      steps.map((step) => formatTick(step, quantity)),
      key,
      look,
    ),
    placeOf: (value) => steps.indexOf(value),
  };
}

function stepAxis(labels: readonly string[], key: string, look: Look) {
  const { ticks, ...axis } = linearAxis(`${key} (equal steps, not to scale)`, look, '0%');
  return {
    ...axis,
    min: -0.2,
    max: labels.length - 0.8,
    ticks: { ...ticks, autoSkip: false, callback: (value: string | number) => labels[Number(value)] ?? '' },
    afterBuildTicks: (scale: Scale) => {
      scale.ticks = labels
        .map((_, value) => ({ value }))
        .filter(({ value }) => value >= scale.min && value <= scale.max);
    },
  };
}

function linesOf(
  sections: readonly Section[],
  key: string,
  load: LoadSpec,
  figure: (typeof FIGURES)[number],
  placeOf: (value: number) => number,
): Line[] {
  const found = sections.flatMap(({ params, parts }) => {
    const part = parts.find((each) => formatLoad(each.load) === formatLoad(load));
    return (part?.cells ?? []).filter(isMeasured).map((cell) => ({ cell, x: placeOf(Number(params[key])) }));
  });
  return groupBy(found, ({ cell }) => formatModel(cell)).map((group) => ({
    name: formatModel(group[0].cell),
    model: group[0].cell.model,
    variant: 0,
    points: group.map(({ cell, x }) => ({ x, y: figure.of(cell), text: figure.text(cell) })),
  }));
}
