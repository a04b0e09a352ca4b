/** The parts of a request: how long each takes, a bar a model. */
import type { Cell, Phase, RunDocument } from '../../result.ts';
import { formatDuration } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { linearAxis } from './axes.ts';
import { type ChartDefinition, chartName, loadSlug, subtitleOf } from './definition.ts';
import type { ChartFamily } from './family.ts';
import { insideLabels } from './inside-labels.ts';
import type { Look } from './look.ts';
import { phaseColour } from './palette.ts';
import { noteOf, type RowChart, rowChart, rowNames } from './rows.ts';

/** Those that are there without being marked, in words. */
export const UNMARKED: Readonly<Record<string, string>> = {
  dispatch: 'until a thread begins it',
  rest: 'after the last mark',
};
/** What is less of every bar is seen in none, and named nowhere. */
const LEAST_SHARE = 0.002;

export const phaseCharts = {
  kinds: ['phases', 'phase-p99'],
  question: 'How long do requests take?',
  usual: ['phases'],
  draw: (document, section, look) =>
    section.parts
      .filter(({ cells }) => cells.some((cell) => phasesOf(cell).length > 0))
      .flatMap((part) => [meanChart(document, section, part, look), p99Chart(document, section, part, look)]),
} as const satisfies ChartFamily;

function meanChart(
  document: RunDocument,
  section: Section,
  { load, cells }: LoadPart,
  look: Look,
): ChartDefinition {
  const parts = partsOf(cells, look, ({ perRequestNs }) => perRequestNs);
  const totals = cells.map((_, row) => parts.reduce((sum, { values }) => sum + (values[row] ?? 0), 0));
  const seen = parts.filter(({ values }) =>
    values.some((ns, row) => (ns ?? 0) >= LEAST_SHARE * (totals[row] as number)),
  );
  return rowChart(
    {
      ...frameOf('phases', section, load, cells),
      texts: {
        title: `${section.workload}: the parts of a request`,
        subtitle: subtitleOf(document, section, [load]),
        howToRead:
          'The mean time of each part of a request, one after another. Together they are the mean from its start to its end; its wait for its turn is not in them: a model that serves one request after another has short bars and long latencies.',
      },
      parts: seen,
      axis: linearAxis('mean time per request', look, '1%', 'duration'),
      ends: cells.map((cell, row) => (phasesOf(cell).length > 0 ? format(totals[row] ?? 0) : undefined)),
      plugins: [insideLabels(seen, format, look)],
    },
    look,
  );
}

/** Percentiles of parts do not add up: each has bars of its own. */
function p99Chart(
  document: RunDocument,
  section: Section,
  { load, cells }: LoadPart,
  look: Look,
): ChartDefinition {
  const parts = partsOf(cells, look, ({ ns }) => ns.p99 ?? undefined);
  return rowChart(
    {
      ...frameOf('phase-p99', section, load, cells),
      texts: {
        title: `${section.workload}: the slowest hundredth of each part`,
        subtitle: subtitleOf(document, section, [load]),
        howToRead:
          'Shorter is better: 99 of 100 requests that go through a part are done with it within this time (p99). The parts’ percentiles do not add up to those of requests.',
      },
      parts,
      notes: cells.map(
        (cell, row) =>
          noteOf(cell, true) ??
          p99Note(
            cell,
            parts.some(({ values }) => values[row] !== undefined),
          ),
      ),
      areBeside: true,
      axis: linearAxis('p99 of each part', look, '1%', 'duration'),
    },
    look,
  );
}

function p99Note(cell: Cell, isKnown: boolean): string | undefined {
  if (phasesOf(cell).length === 0) return 'not measured';
  return isKnown ? undefined : 'too few requests for a p99';
}

const frameOf = (kind: string, section: Section, load: LoadPart['load'], cells: readonly Cell[]) =>
  ({
    name: chartName(kind, section, section.parts.length > 1 ? loadSlug(load) : undefined),
    kind,
    load,
    rows: rowNames(cells),
    format,
    notes: cells.map((cell) => noteOf(cell, phasesOf(cell).length > 0)),
  }) satisfies Partial<RowChart>;

const format = (ns: number): string => formatDuration(ns);

export const phasesOf = (cell: Cell): readonly Phase[] => (isMeasured(cell) ? (cell.phases ?? []) : []);

/** The phases of any cell, in the order of the cell that has most of them, each with its colour. */
export function phaseColours(cells: readonly Cell[]): ReadonlyMap<string, ReturnType<typeof phaseColour>> {
  const longest = cells.map(phasesOf).toSorted((a, b) => b.length - a.length)[0] ?? [];
  const names = [...new Set([...longest, ...cells.flatMap(phasesOf)].map(({ name }) => name))];
  const marked = names.filter((name) => !Object.hasOwn(UNMARKED, name));
  return new Map(names.map((name) => [name, phaseColour(name, marked.indexOf(name))]));
}

/** One part per phase. */
function partsOf(cells: readonly Cell[], look: Look, of: (phase: Phase) => number | undefined) {
  return [...phaseColours(cells)].map(([name, colour]) => ({
    label: UNMARKED[name] ?? name,
    colour: colour[look.theme.name],
    values: cells.map((cell) => {
      const phase = phasesOf(cell).find((each) => each.name === name);
      return phase && of(phase);
    }),
  }));
}
