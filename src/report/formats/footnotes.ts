/** Notes of cells, numbered once for a whole report. */
import type { Cell } from '../../result.ts';
import { isMeasured } from '../summary/sections.ts';
import { isStarved } from '../summary/starved.ts';
import { disturbanceSentence } from './disturbance-texts.ts';
import { formatDuration, formatShare } from './format.ts';
import { otherClientLine } from './other-client-text.ts';

export interface Footnotes {
  readonly notes: readonly string[];
  /** The numbers of a cell's notes, counted from 1. */
  numbersOf(cell: Cell): number[];
}

/** Gives each distinct note a number, in the order in which they first appear. */
export function footnotesOf(cells: readonly Cell[]): Footnotes {
  const notes = [...new Set(cells.flatMap(notesOf))];
  const numbers = new Map(notes.map((note, index) => [note, index + 1]));
  return { notes, numbersOf: (cell) => notesOf(cell).map((note) => numbers.get(note) ?? 0) };
}

const STARVED =
  'Not ranked: some clients were not served at all, and these are the figures of the others (clients-starved).';
const PACED =
  "A separate thread keeps the schedule; its CPU time is not counted as the model's, but reported separately (--json, --format csv).";

/**
 * Whether its figures are of some clients only; what was done to its peers; what another client measured; the
 * cell's own notes; what a cache gave; the cost of its dispatching, which is part of its latency; and of its
 * schedule, which is not part of its CPU time.
 */
function notesOf(cell: Cell): string[] {
  if (!isMeasured(cell)) return [];
  const { notes, dispatchNs, pacingCpuPerRequestNs, cacheHits, completed } = cell;
  const disturbed = disturbanceSentence(cell);
  const besides = otherClientLine(cell);
  return [
    ...(isStarved(cell) ? [STARVED] : []),
    ...(disturbed === undefined ? [] : [disturbed]),
    ...(besides === undefined ? [] : [`${besides}.`]),
    ...notes,
    ...(cacheHits === undefined || completed === 0
      ? []
      : [`The cache gave ${formatShare(cacheHits / completed)} of the answers; back ends gave the others.`]),
    ...(dispatchNs === undefined
      ? []
      : [
          `The round trip of an empty request to another thread and back takes ${formatDuration(dispatchNs.mean)} (p99 ${formatDuration(dispatchNs.p99)}).`,
        ]),
    ...(pacingCpuPerRequestNs === undefined ? [] : [PACED]),
  ];
}

/** `12` to `¹²`. */
export function superscript(number: number): string {
  return [...String(number)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('');
}
