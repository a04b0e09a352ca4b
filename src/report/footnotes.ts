/** Notes of cells, numbered once for a whole report. */
import type { Cell } from '../result.ts';
import { formatDuration } from './format.ts';
import { isMeasured } from './sections.ts';

export interface Footnotes {
  readonly notes: readonly string[];
  /** The numbers of a cell's notes, counted from 1. */
  numbersOf(cell: Cell): number[];
}

/** Gives each distinct note a number, in the order in which they first appear. */
export function footnotesOf(cells: readonly Cell[]): Footnotes {
  const notes = [...new Set(cells.flatMap(notesOf))];
  return { notes, numbersOf: (cell) => notesOf(cell).map((note) => notes.indexOf(note) + 1) };
}

/** What the cell says of itself, and what its hand-offs cost: that time is part of its latency. */
function notesOf(cell: Cell): string[] {
  if (!isMeasured(cell)) return [];
  if (cell.dispatchNs === undefined) return cell.notes;
  const { mean, p99 } = cell.dispatchNs;
  return [...cell.notes, `To hand an empty request to another thread and hear back takes ${formatDuration(mean)} (p99 ${formatDuration(p99)}).`];
}

/** `12` to `¹²`. */
export function superscript(number: number): string {
  return [...String(number)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('');
}
