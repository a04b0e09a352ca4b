/** How steady a trial was: throughput and p99 in each tenth of a second. */
import type { MeasuredCell, RunDocument, TimelineEntry } from '../../result.ts';
import { disturbanceLabel } from '../formats/disturbance-texts.ts';
import { formatDuration, formatRate } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { linearAxis, valueAxis } from './axes.ts';
import { type ChartDefinition, chartName, loadSlug, subtitleOf } from './definition.ts';
import type { ChartFamily } from './family.ts';
import { type Line, lineChart } from './lines.ts';
import type { Look } from './look.ts';
import { momentLines } from './marks.ts';
import { seriesOf } from './series.ts';

interface Course {
  readonly name: string;
  readonly title: string;
  readonly howToRead: string;
  readonly axis: string;
  readonly quantity: 'rate' | 'duration';
  readonly usual: 'linear' | 'log';
  readonly of: (entry: TimelineEntry) => number | null;
  readonly format: (value: number) => string;
}

const COURSES: readonly Course[] = [
  {
    name: 'throughput',
    title: 'throughput over the first trial',
    howToRead:
      'A level line is a steady measurement; a line that still climbs was not warm yet, and one that drops was disturbed.',
    axis: 'requests per second',
    quantity: 'rate',
    usual: 'linear',
    of: (entry) => entry.throughputPerSecond,
    format: formatRate,
  },
  {
    name: 'p99',
    title: 'p99 latency over the first trial',
    howToRead:
      'Lower is better. A line that keeps rising means that requests pile up: the load exceeds what the model can serve.',
    axis: 'p99 latency',
    quantity: 'duration',
    usual: 'log',
    of: (entry) => (entry.p99Ns === null ? null : Math.max(1, entry.p99Ns)),
    format: (ns) => formatDuration(ns),
  },
];

export const timelineCharts = {
  kinds: ['timeline'],
  question: 'How sure is it?',
  usual: [],
  draw: (document, section, look) =>
    section.parts
      .filter(({ cells }) => cells.some((cell) => courseOf(cell) !== undefined))
      .flatMap((part) => COURSES.map((course) => timelineChart(course, document, section, part, look))),
} as const satisfies ChartFamily;

function timelineChart(
  course: Course,
  document: RunDocument,
  section: Section,
  part: LoadPart,
  look: Look,
): ChartDefinition {
  const lines = seriesOf(document, [part]).flatMap((series): Line[] => {
    const entries = courseOf(series.cells[0]) ?? [];
    const points = entries.flatMap((entry) => {
      const y = course.of(entry);
      return y === null
        ? []
        : [{ x: entry.atNs, y, text: `${course.format(y)} at ${formatDuration(entry.atNs)}` }];
    });
    return points.length === 0 ? [] : [{ ...series, points }];
  });
  const moments = momentsOf(part);
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y));
  return lineChart(
    {
      name: chartName(
        'timeline',
        section,
        [...(section.parts.length > 1 ? [loadSlug(part.load)] : []), course.name].join('--'),
      ),
      kind: 'timeline',
      texts: {
        title: `${section.workload}: ${course.title}`,
        subtitle: subtitleOf(document, section, [part.load]),
        howToRead: moments.length === 0 ? course.howToRead : `${course.howToRead} ${MARKED}`,
      },
      load: part.load,
      lines,
      x: linearAxis('time since the measurement began', look, '0%', 'duration'),
      y: valueAxis({ values, quantity: course.quantity, title: course.axis, usual: course.usual }, look),
      table: {
        head: ['model', 'lowest', 'highest', 'first', 'last'],
        rows: lines.map(({ name, points }) => {
          const ys = points.map(({ y }) => y);
          return [name, ...[Math.min(...ys), Math.max(...ys), ys[0] ?? 0, ys.at(-1) ?? 0].map(course.format)];
        }),
      },
      ...(moments.length === 0 ? {} : { plugins: [momentLines(moments, look)] }),
    },
    look,
  );
}

const MARKED =
  'Upright lines: what the run did to peers on purpose, and when, in the trial of the first model; in those of the others it differs by the time that a process takes to start.';

/** What was done to peers, as the first cell that has it had it: those of other models lie beside it. */
function momentsOf({ cells }: LoadPart): { readonly at: number; readonly label: string }[] {
  const disturbed = cells.filter(isMeasured).find(({ disturbances = [] }) => disturbances.length > 0);
  return (disturbed?.disturbances ?? []).flatMap((each) =>
    each.atNs === undefined ? [] : [{ at: each.atNs, label: disturbanceLabel(each) }],
  );
}

function courseOf(cell: Parameters<typeof isMeasured>[0] | undefined): MeasuredCell['timeline'] {
  return cell !== undefined && isMeasured(cell) && (cell.timeline?.length ?? 0) > 1
    ? cell.timeline
    : undefined;
}
