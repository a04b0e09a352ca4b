/** The same warning of many cells, or of many steps of a search, as one group. */

import { counted } from '../../quantity.ts';
import type { Capacity, Cell, CellSpec, RunDocument } from '../../result.ts';
import { formatLoad, formatModel } from '../formats/format.ts';
import { comparesInReport } from '../summary/order.ts';
import { groupBy } from '../summary/sections.ts';
import { machineRules } from './about-machine.ts';
import { isInFigures } from './warning-rule.ts';

/**
 * What a warning is about: a cell, or a step of a search, which has the name that a cell at its rate would
 * have.
 */
export interface Warned extends CellSpec, Pick<Cell, 'status' | 'warnings'> {
  readonly what: 'cell' | 'step';
}

export interface WarningGroup {
  readonly code: string;
  readonly remedy: string;
  /** Many have it for one reason, which lies in the machine and not in them. */
  readonly isAboutMachine: boolean;
  /** The figures show it themselves. */
  readonly isInFigures: boolean;
  readonly found: readonly { readonly of: Warned; readonly message: string }[];
}

/**
 * Everything of a run that may have warnings: its cells, and the steps of its searches in the order in which
 * cells would stand.
 */
export function warnedIn({ run, cells, capacities = [] }: RunDocument): Warned[] {
  return [
    ...cells.map((cell): Warned => ({ ...cell, what: 'cell' })),
    ...capacities.flatMap(stepsOf).sort(comparesInReport(run)),
  ];
}

function stepsOf({ cell, arrivals, clients, steps }: Capacity): Warned[] {
  // Of a step without a trial nothing is known that could be doubted.
  if (arrivals === undefined) return [];
  return steps.map(({ ratePerSecond, throughputPerSecond, warnings = [] }) => ({
    ...cell,
    load: { kind: 'open', ratePerSecond, arrivals, clients },
    what: 'step',
    status: throughputPerSecond === undefined ? 'failed' : 'measured',
    warnings,
  }));
}

/** Groups all warnings by code, in the order in which they first appear. */
export function groupWarnings(all: readonly Warned[]): WarningGroup[] {
  const found = all.flatMap((of) => of.warnings.map((warning) => ({ of, ...warning })));
  return groupBy(found, (warning) => warning.code).map((group) => ({
    code: group[0].code,
    remedy: group[0].remedy,
    isAboutMachine: machineRules.some(
      ({ code, isAboutMachine }) => code === group[0].code && isAboutMachine === true,
    ),
    isInFigures: isInFigures(group[0].code),
    found: group.map(({ of, message }) => ({ of, message })),
  }));
}

/**
 * A group's messages, one line per cell or step; a group that is about the machine has one line, with the
 * number of those that it holds for.
 */
export function groupLines({ found, isAboutMachine }: WarningGroup, all: readonly Warned[]): string[] {
  const [first] = found;
  if (!isAboutMachine || first === undefined || found.length === 1)
    return found.map(({ of, message }) => `${nameOf(of)}: ${message}`);
  const measured = all.filter(({ status }) => status === 'measured').length;
  const which =
    found.length === measured
      ? `all ${countedOf(all, measured)}`
      : `${found.length} of ${countedOf(all, measured)}`;
  const isSame = found.every(({ message }) => message === first.message);
  return [
    isSame ? `${which}: ${first.message}` : `${which}, for instance ${nameOf(first.of)}: ${first.message}`,
  ];
}

/** `3 cells`; `3 steps` where a run only searched. */
export function countedOf(all: readonly Pick<Warned, 'what'>[], count = all.length): string {
  return counted(count, all.length > 0 && all.every(({ what }) => what === 'step') ? 'step' : 'cell');
}

/** Its name in a sentence: `tcp-echo, epoll, 64 clients`. */
export function nameOf(warned: Warned): string {
  return `${warned.workload}, ${formatModel(warned)}, ${formatLoad(warned.load)}`;
}
