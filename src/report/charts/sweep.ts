/**
 * What a parameter costs, where it has several values: numbers, as open connections or misses of the cache,
 * or words, as the algorithms of a load balancer.
 */
import type { Scale } from 'chart.js';
import type { LoadSpec, MeasuredCell, RunDocument } from '../../result.ts';
import {
  exactRate,
  formatDuration,
  formatLatency,
  formatLoad,
  formatModel,
  formatParams,
  formatRate,
  formatTick,
  grouped,
  type Quantity,
} from '../formats/format.ts';
import { machineLine } from '../formats/heading.ts';
import { printable, wrap } from '../formats/wrap.ts';
import { groupBy, isMeasured, type Section, slugOf } from '../summary/sections.ts';
import { type Step, type Sweep, sweepsOf } from '../summary/sweeps.ts';
import { linearAxis, tickedAt, valueAxis } from './axes.ts';
import { type ChartDefinition, chartName, loadSlug } from './definition.ts';
import type { ChartFamily } from './family.ts';
import { type Line, lineChart } from './lines.ts';
import type { Look } from './look.ts';

/** From this factor on, a linear axis would put the small values on each other. */
const WIDE = 8;
/** What a line of a word below its step has room for. */
const LABEL_CHARACTERS = 14;
const FIGURES = [
  {
    name: 'throughput',
    title: 'throughput',
    axis: 'requests per second',
    quantity: 'rate',
    howToRead: 'A level line: the parameter costs nothing. A falling line: each step of it costs throughput.',
    inWords: 'Higher is better. A level line: the choice makes no difference to this model.',
    of: (cell: MeasuredCell): number | null => cell.throughputPerSecond.median,
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
    inWords: 'Lower is better. A level line: the choice makes no difference to this model.',
    of: (cell: MeasuredCell): number | null => cell.cpu.perRequestNs,
    text: (cell: MeasuredCell) => formatDuration(cell.cpu.perRequestNs),
    format: (ns: number) => formatDuration(ns),
  },
] as const;
/** Of words, which are choices between ways to do something. */
const LATENCY = {
  name: 'p99',
  title: 'p99 latency',
  axis: 'p99 latency',
  quantity: 'duration',
  howToRead: '',
  inWords:
    'Lower is better: 99 of 100 requests took no longer. A level line: the choice makes no difference.',
  of: (cell: MeasuredCell): number | null => cell.latencyNs.p99,
  text: (cell: MeasuredCell) => formatLatency(cell, 'p99'),
  format: (ns: number) => formatDuration(ns),
} as const;
type Figure = (typeof FIGURES)[number] | typeof LATENCY;

/** Two charts for each parameter that has several values, at each load; three where they are words. */
export const sweepCharts = {
  kinds: ['sweep'],
  question: 'Where are the limits?',
  usual: ['sweep'],
  isPictured: beginsSweep,
  // Where several parameters have several values, one picture for each of them: at the first of the others.
  contentKey: ({ title, load }) => JSON.stringify([title, load]),
  draw: (document, section, look) =>
    sweepsOf(document, section).flatMap((sweep) =>
      section.parts.flatMap(({ load }) =>
        (sweep.isOfNumbers ? FIGURES : [...FIGURES, LATENCY]).map((figure) =>
          sweepChart(figure, sweep, document, section, load, look),
        ),
      ),
    ),
} as const satisfies ChartFamily;

/**
 * Whether a section is the first step of a sweep: the sweep has a picture there, and not at each of its
 * steps.
 */
function beginsSweep(document: RunDocument, section: Section): boolean {
  return sweepsOf(document, section).some(({ sections }) => sections[0]?.slug === section.slug);
}

function sweepChart(
  figure: Figure,
  { key, unit, sections, isOfNumbers }: Sweep,
  document: RunDocument,
  section: Section,
  load: LoadSpec,
  look: Look,
): ChartDefinition {
  const steps = sections.map(({ params }) => params[key] as Step);
  const axis = isOfNumbers ? axisOf(steps.map(Number), key, unit, look) : wordAxis(steps, key, look);
  const lines = linesOf(sections, key, load, figure, axis.placeOf);
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y));
  const others = Object.entries(section.params).filter(([name]) => name !== key);
  const besides = [formatLoad(load), formatParams(Object.fromEntries(others), section.units)]
    .filter((text) => text !== '')
    .join('  ·  ');
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
        subtitle: [besides, machineLine(document)].join('\n'),
        howToRead: isOfNumbers ? figure.howToRead : figure.inWords,
      },
      load,
      lines,
      x: axis.options,
      y: valueAxis({ values, quantity: figure.quantity, title: figure.axis, usual: 'linear' }, look),
      table: {
        head: ['model', ...steps.map((step) => `${key} ${typeof step === 'number' ? grouped(step) : step}`)],
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
  placeOf(value: Step): number;
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
  const placeOf = Number;
  if (most < WIDE * least || least === 0) return { options: linearAxis(key, look, '2%', quantity), placeOf };
  if (steps[0] !== 0)
    return {
      options: tickedAt(valueAxis({ values: steps, quantity, title: key, usual: 'log' }, look), steps, look),
      placeOf,
    };
  return {
    options: stepAxis(
      steps.map((step) => formatTick(step, quantity)),
      `${key} (equal steps, not to scale)`,
      look,
    ),
    placeOf: (value) => steps.indexOf(Number(value)),
  };
}

/** Words in the order in which they were asked for. */
function wordAxis(steps: readonly Step[], key: string, look: Look): StepAxis {
  const labels = steps.map((step) =>
    wrap(printable(String(step)).replaceAll('-', '- '), LABEL_CHARACTERS).map((line) =>
      line.replaceAll('- ', '-'),
    ),
  );
  return { options: stepAxis(labels, key, look), placeOf: (value) => steps.indexOf(value) };
}

function stepAxis(labels: readonly (string | readonly string[])[], title: string, look: Look) {
  const { ticks, ...axis } = linearAxis(title, look, '0%');
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
  figure: Figure,
  placeOf: (value: Step) => number,
): Line[] {
  const found = sections.flatMap(({ params, parts }) => {
    const part = parts.find((each) => formatLoad(each.load) === formatLoad(load));
    return (part?.cells ?? []).filter(isMeasured).map((cell) => ({ cell, x: placeOf(params[key] as Step) }));
  });
  return groupBy(found, ({ cell }) => formatModel(cell)).map((group) => ({
    name: formatModel(group[0].cell),
    model: group[0].cell.model,
    variant: 0,
    points: group.flatMap(({ cell, x }) => {
      const y = figure.of(cell);
      return y === null ? [] : [{ x, y, text: figure.text(cell) }];
    }),
  }));
}
