/** What share of the requests each peer got, by its own count: a bar a model. */

import type { Cell, RunDocument } from '../../result.ts';
import { fairnessOf } from '../../stats/fairness.ts';
import { formatShare } from '../formats/format.ts';
import { isMeasured, type LoadPart, type Section } from '../summary/sections.ts';
import { shareAxis } from './axes.ts';
import { type ChartDefinition, chartName, loadSlug, subtitleOf } from './definition.ts';
import type { ChartFamily } from './family.ts';
import { insideLabels } from './inside-labels.ts';
import type { Look } from './look.ts';
import { phaseColour } from './palette.ts';
import { noteOf, rowChart, rowNames } from './rows.ts';

export const shareCharts = {
  kinds: ['shares'],
  question: 'Why?',
  usual: ['shares'],
  draw: (document, section, look) =>
    section.parts
      .filter(({ cells }) => cells.some((cell) => Object.keys(countsOf(cell)).length > 1))
      .map((part) => sharesChart(document, section, part, look)),
} as const satisfies ChartFamily;

function sharesChart(
  document: RunDocument,
  section: Section,
  { load, cells }: LoadPart,
  look: Look,
): ChartDefinition {
  const peers = [...new Set(cells.flatMap((cell) => Object.keys(countsOf(cell))))];
  const parts = peers.map((label, place) => ({
    label,
    colour: phaseColour(label, place)[look.theme.name],
    values: cells.map((cell) => shareOf(cell, label)),
  }));
  return rowChart(
    {
      name: chartName('shares', section, section.parts.length > 1 ? loadSlug(load) : undefined),
      kind: 'shares',
      texts: {
        title: `${section.workload}: who gets the requests`,
        subtitle: subtitleOf(document, section, [load]),
        howToRead:
          'Each bar is all requests; its parts are what each peer got, by its own count. Behind it is Jain’s fairness index: 1 if all get the same, 1/N if one of N gets everything; and the share of requests that went to the peer that got most of their address (stickiness).',
      },
      load,
      rows: rowNames(cells),
      parts,
      axis: shareAxis('share of the requests', look),
      format: formatShare,
      notes: cells.map((cell) => noteOf(cell, Object.keys(countsOf(cell)).length > 0)),
      ends: cells.map(endOf),
      plugins: [insideLabels(parts, formatShare, look)],
    },
    look,
  );
}

const countsOf = (cell: Cell): Readonly<Record<string, number>> =>
  isMeasured(cell) ? (cell.peerRequests ?? {}) : {};

/** `0.98, 100 %`: how fair, and how sticky. */
function endOf(cell: Cell): string | undefined {
  const fairness = fairnessOf(Object.values(countsOf(cell)))?.toFixed(2);
  if (fairness === undefined || !isMeasured(cell) || cell.peerStickiness === undefined) return fairness;
  return `${fairness}, ${formatShare(cell.peerStickiness)}`;
}

function shareOf(cell: Cell, peer: string): number | undefined {
  const counts = countsOf(cell);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return Object.hasOwn(counts, peer) && total > 0 ? (counts[peer] as number) / total : undefined;
}
