/** The same warning of many cells, said once. */
import type { Cell } from '../result.ts';
import { formatLoad, formatModel } from './format.ts';
import { groupBy } from './sections.ts';

export interface WarningGroup {
  readonly code: string;
  readonly remedy: string;
  readonly cells: readonly { readonly cell: Cell; readonly message: string }[];
}

/** Groups the warnings of all cells by code, in the order in which they first appear. */
export function groupWarnings(cells: readonly Cell[]): WarningGroup[] {
  const all = cells.flatMap((cell) => cell.warnings.map((warning) => ({ cell, ...warning })));
  return groupBy(all, (warning) => warning.code).map((group) => ({
    code: group[0].code,
    remedy: group[0].remedy,
    cells: group.map(({ cell, message }) => ({ cell, message })),
  }));
}

/** A cell's name in a sentence: `tcp-echo, epoll, 64 clients`. */
export function nameCell(cell: Cell): string {
  return `${cell.workload}, ${formatModel(cell)}, ${formatLoad(cell.load)}`;
}
