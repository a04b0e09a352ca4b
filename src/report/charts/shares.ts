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
import { rowMarks } from './marks.ts';
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
  const expected = cells.map((cell) => expectedIn(cell, peers));
  const isSticky = cells.some((cell) => isMeasured(cell) && cell.peerStickiness !== undefined);
  const isExpected = expected.some((shares) => shares.length > 0);
  return rowChart(
    {
      name: chartName('shares', section, section.parts.length > 1 ? loadSlug(load) : undefined),
      kind: 'shares',
      texts: {
        title: `${section.workload}: who gets the requests`,
        subtitle: subtitleOf(document, section, [load]),
        howToRead: `Each bar is all requests; its parts are what each peer got, by its own count. Behind it is Jain’s fairness index: 1 if all get the same, 1/N if one of N gets everything${isSticky ? '; after it, stickiness: the share of requests whose peer is the one that most requests of the same address went to' : ''}.${isExpected ? ' Dashed: where the parts should end.' : ''}`,
      },
      load,
      rows: rowNames(cells),
      parts,
      axis: shareAxis('share of the requests', look),
      format: formatShare,
      notes: cells.map((cell) => noteOf(cell, Object.keys(countsOf(cell)).length > 0)),
      ends: cells.map(endOf),
      ...(isExpected ? { besides: { head: 'should be', values: expected.map(textOf) } } : {}),
      plugins: [rowMarks(expected.map(ends), look), insideLabels(parts, formatShare, look)],
    },
    look,
  );
}

const countsOf = (cell: Cell): Readonly<Record<string, number>> =>
  isMeasured(cell) ? (cell.peerRequests ?? {}) : {};

/** In the order of the peers; none where it is not known of all. */
function expectedIn(cell: Cell, peers: readonly string[]): readonly Expected[] {
  const known = isMeasured(cell) ? (cell.peerExpectedShares ?? {}) : {};
  return peers.every((peer) => Object.hasOwn(known, peer))
    ? peers.map((peer) => known[peer] as Expected)
    : [];
}
interface Expected {
  readonly share: number;
  readonly deviation: number;
}

/** Where the parts of a bar should end, but for the last, which ends with the bar. */
const ends = (expected: readonly Expected[]): number[] =>
  expected
    .slice(0, -1)
    .map((_, place) => expected.slice(0, place + 1).reduce((sum, { share }) => sum + share, 0));

const textOf = (expected: readonly Expected[]): string =>
  expected
    .map(({ share, deviation }) =>
      deviation === 0 ? formatShare(share) : `${formatShare(share)} ± ${formatShare(deviation)}`,
    )
    .join(', ') || '–';

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
