/** Where the time of the measuring thread goes: a bar a model, its parts the states of the thread. */
import type { Cell, RunDocument, ThreadTime } from '../../result.ts';
import { formatShare } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { shareAxis } from './axes.ts';
import { type ChartDefinition, chartName, loadSlug, subtitleOf, type Texts } from './definition.ts';
import type { ChartFamily } from './family.ts';
import { insideLabels } from './inside-labels.ts';
import type { Look } from './look.ts';
import { ACTIVITY_COLOURS } from './palette.ts';
import { noteOf, rowChart, rowNames } from './rows.ts';

interface State {
  readonly key: keyof ThreadTime;
  readonly label: string;
  readonly meaning?: string;
}
const statesWith = (blocked: Omit<State, 'key'>, waiting: string): readonly State[] => [
  { key: 'user', label: 'runs the program' },
  { key: 'system', label: 'runs in the kernel' },
  { key: 'runnable', label: 'ready, but no CPU is free' },
  { key: 'blocked', ...blocked },
  { key: 'waiting', label: 'waits for whichever is first', meaning: waiting },
  { key: 'idle', label: 'nothing to do' },
];
const CLIENT_STATES = statesWith(
  {
    label: 'blocked on one answer',
    meaning: 'Time blocked on one answer is lost: the thread can serve no other request.',
  },
  'While it waits for whichever answer is first, it can serve any request.',
);
const SERVER_STATES = statesWith(
  {
    label: 'blocked for one client',
    meaning: 'Time blocked for one client is lost: the thread can serve no other.',
  },
  'While it waits for whichever client is first, it can serve any of them.',
);
/** What is less in every bar is seen in none, and named nowhere. */
const LEAST_SHARE = 0.0005;

export const timeCharts = {
  kinds: ['time'],
  question: 'Why?',
  usual: ['time'],
  draw: (document, section, look) =>
    section.parts
      .filter(({ cells }) => cells.some((cell) => timeOf(cell) !== undefined))
      .map((part) => timeChart(document, section, part, look)),
} as const satisfies ChartFamily;

function timeChart(
  document: RunDocument,
  section: Section,
  { load, cells }: LoadPart,
  look: Look,
): ChartDefinition {
  const times = cells.map(timeOf);
  const isServer = section.generator !== undefined;
  const known = (isServer ? SERVER_STATES : CLIENT_STATES).filter(({ key }) =>
    times.some((time) => (time?.[key] ?? 0) >= LEAST_SHARE),
  );
  const texts: Texts = {
    title: `${section.workload}: where the thread’s time goes`,
    subtitle: subtitleOf(document, section, [load]),
    howToRead: [
      `Each bar is the whole time of ${isServer ? 'the server’s' : 'the'} main thread.`,
      ...known.flatMap(({ meaning }) => (meaning === undefined ? [] : [meaning])),
    ].join(' '),
  };
  const parts = known.map(({ key, label }) => ({
    label,
    colour: ACTIVITY_COLOURS[key][look.theme.name],
    values: times.map((time) => time?.[key]),
  }));
  return rowChart(
    {
      name: chartName('time', section, section.parts.length > 1 ? loadSlug(load) : undefined),
      kind: 'time',
      texts,
      load,
      rows: rowNames(cells),
      parts,
      axis: shareAxis('share of the measured time', look),
      format: formatShare,
      notes: cells.map((cell, index) =>
        isServer && isMeasured(cell) && times[index] === undefined
          ? 'other threads serve'
          : noteOf(cell, times[index] !== undefined),
      ),
      plugins: [insideLabels(parts, formatShare, look)],
    },
    look,
  );
}

function timeOf(cell: Cell): ThreadTime | undefined {
  return isMeasured(cell) ? cell.threadTime : undefined;
}
