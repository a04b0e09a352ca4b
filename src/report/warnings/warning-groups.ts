/** The same warning of many cells, as one group. */
import type { Cell } from '../../result.ts';
import { formatLoad, formatModel } from '../formats/format.ts';
import { groupBy } from '../summary/sections.ts';
import { machineRules } from './about-machine.ts';
import { isInFigures } from './warning-rule.ts';

export interface WarningGroup {
  readonly code: string;
  readonly remedy: string;
  /** Many cells have it for one reason, which lies in the machine and not in them. */
  readonly isAboutMachine: boolean;
  /** The figures show it themselves. */
  readonly isInFigures: boolean;
  readonly cells: readonly { readonly cell: Cell; readonly message: string }[];
}

/** Groups the warnings of all cells by code, in the order in which they first appear. */
export function groupWarnings(cells: readonly Cell[]): WarningGroup[] {
  const all = cells.flatMap((cell) => cell.warnings.map((warning) => ({ cell, ...warning })));
  return groupBy(all, (warning) => warning.code).map((group) => ({
    code: group[0].code,
    remedy: group[0].remedy,
    isAboutMachine: machineRules.some(({ code, isAboutMachine }) => code === group[0].code && isAboutMachine === true),
    isInFigures: isInFigures(group[0].code),
    cells: group.map(({ cell, message }) => ({ cell, message })),
  }));
}

/** A group's messages, one line per cell; a group that is about the machine has one line, with the number of its cells. */
export function groupLines({ cells, isAboutMachine }: WarningGroup, all: readonly Cell[]): string[] {
  const [first] = cells;
  if (!isAboutMachine || first === undefined || cells.length === 1) return cells.map(({ cell, message }) => `${nameCell(cell)}: ${message}`);
  const measured = all.filter(({ status }) => status === 'measured').length;
  const which = cells.length === measured ? `all ${measured} cells` : `${cells.length} of ${measured} cells`;
  const isSame = cells.every(({ message }) => message === first.message);
  return [isSame ? `${which}: ${first.message}` : `${which}, for instance ${nameCell(first.cell)}: ${first.message}`];
}

/** A cell's name in a sentence: `tcp-echo, epoll, 64 clients`. */
export function nameCell(cell: Cell): string {
  return `${cell.workload}, ${formatModel(cell)}, ${formatLoad(cell.load)}`;
}
