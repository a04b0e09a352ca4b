/** What a request costs the machine: CPU time, and switches from thread to thread. */
import type { MeasuredCell, RunDocument } from '../../result.ts';
import { formatCount, formatDuration } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { linearAxis } from './axes.ts';
import { type ChartDefinition, chartName, loadSlug, subtitleOf } from './definition.ts';
import type { ChartFamily } from './family.ts';
import type { Look } from './look.ts';
import { ACTIVITY_COLOURS } from './palette.ts';
import { noteOf, rowChart, rowNames } from './rows.ts';

interface Cost {
  readonly kind: 'cpu' | 'switches';
  readonly title: string;
  readonly howToRead: string;
  /** The same where the model is the server. */
  readonly ofServer?: string;
  readonly axis: string;
  readonly quantity: 'duration' | 'count';
  readonly parts: readonly {
    label: string;
    state: keyof typeof ACTIVITY_COLOURS;
    of: (cell: MeasuredCell) => number;
  }[];
  format(value: number): string;
}

const COSTS: readonly Cost[] = [
  {
    kind: 'cpu',
    title: 'CPU time per request',
    howToRead:
      'Shorter is better: the CPU time of one request, over all threads of the measured process. The server at the other end is not counted.',
    ofServer:
      'Shorter is better: the CPU time of one request, over all threads of the server. The process that sends the requests is not counted.',
    axis: 'CPU time per request',
    quantity: 'duration',
    parts: [
      { label: 'in the program', state: 'user', of: (cell) => forRequests(cell, cell.cpu.userNs) },
      { label: 'in the kernel', state: 'system', of: (cell) => forRequests(cell, cell.cpu.systemNs) },
    ],
    format: (ns) => formatDuration(ns),
  },
  {
    kind: 'switches',
    title: 'context switches per request',
    howToRead:
      'Shorter is better: how often the system gives the CPU to another thread. A thread that waits yields its CPU; one that is interrupted loses it.',
    axis: 'context switches per request',
    quantity: 'count',
    parts: [
      { label: 'the thread waits', state: 'waiting', of: ({ contextSwitches }) => contextSwitches.voluntary },
      {
        label: 'the thread is interrupted',
        state: 'runnable',
        of: ({ contextSwitches }) => contextSwitches.involuntary,
      },
    ],
    format: formatCount,
  },
];

/**
 * The part of a CPU time that is the requests': how what the process uses while it is idle divides into program
 * and kernel is not known, so that is taken off in proportion.
 */
function forRequests({ cpu, completed, failed }: MeasuredCell, ns: number): number {
  const allNs = cpu.userNs + cpu.systemNs;
  return allNs === 0 ? 0 : (ns * cpu.perRequestNs * (completed + failed)) / allNs;
}

export const costCharts = {
  kinds: ['cpu', 'switches'],
  question: 'Why?',
  usual: ['cpu'],
  draw: (document, section, look) =>
    section.parts
      .filter(({ cells }) => cells.some(isMeasured))
      .flatMap((part) => COSTS.map((cost) => costChart(cost, document, section, part, look))),
} as const satisfies ChartFamily;

function costChart(
  cost: Cost,
  document: RunDocument,
  section: Section,
  { load, cells }: LoadPart,
  look: Look,
): ChartDefinition {
  const perRequest = (of: (cell: MeasuredCell) => number) =>
    cells.map((cell) =>
      isMeasured(cell) && cell.completed + cell.failed > 0
        ? of(cell) / (cell.completed + cell.failed)
        : undefined,
    );
  const parts = cost.parts.map(({ label, state, of }) => ({
    label,
    colour: ACTIVITY_COLOURS[state][look.theme.name],
    values: perRequest(of),
  }));
  const totals = cells.map((_, index) => parts.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  return rowChart(
    {
      name: chartName(cost.kind, section, section.parts.length > 1 ? loadSlug(load) : undefined),
      kind: cost.kind,
      texts: {
        title: `${section.workload}: ${cost.title}`,
        subtitle: subtitleOf(document, section, [load]),
        howToRead: section.generator === undefined ? cost.howToRead : (cost.ofServer ?? cost.howToRead),
      },
      load,
      rows: rowNames(cells),
      parts,
      axis: linearAxis(cost.axis, look, '1%', cost.quantity),
      format: cost.format,
      notes: cells.map((cell, index) => noteOf(cell, parts[0]?.values[index] !== undefined)),
      ends: cells.map((cell, index) => (isMeasured(cell) ? cost.format(totals[index] ?? 0) : undefined)),
    },
    look,
  );
}
