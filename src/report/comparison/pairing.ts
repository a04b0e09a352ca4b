/** Which cells of two runs are the same cell, and why the others cannot be compared. */
import {
  type Cell,
  type CellSpec,
  cellKey,
  type LoadSpec,
  type MeasuredCell,
  type RunDocument,
  type SearchedSpec,
} from '../../result.ts';
import { formatParams } from '../formats/format.ts';
import { launcherPhrases } from '../formats/heading.ts';
import { isMeasured } from '../summary/sections.ts';

export interface CellPair {
  readonly base: MeasuredCell;
  readonly next: MeasuredCell;
}
export interface Unpaired {
  /** Without a load where it is a capacity. */
  readonly cell: SearchedSpec & { readonly load?: LoadSpec };
  /** Of a capacity. */
  readonly objective?: string;
  /** A sentence's rest, after the cell's name. */
  readonly reason: string;
}

/**
 * Why no cell of one run is one of the other; `undefined` if they may be: launchers may put processes
 * somewhere else, or limit them.
 */
export function otherRuns(base: RunDocument, next: RunDocument): string | undefined {
  const [before, after] = [base, next].map(({ run }) => launcherPhrases(run.launchers).join(', ') || 'none');
  return before === after ? undefined : `other launchers: ${before} in BASE, ${after} in NEW`;
}

/** Pairs the cells that both runs measured, in the order of the new run. */
export function pairCells(base: RunDocument, next: RunDocument): { pairs: CellPair[]; unpaired: Unpaired[] } {
  const other = otherRuns(base, next);
  if (other !== undefined)
    return { pairs: [], unpaired: next.cells.map((cell) => ({ cell, reason: other })) };
  const bases = new Map(base.cells.map((cell) => [cellKey(cell), cell]));
  const nexts = new Set(next.cells.map(cellKey));
  const pairs: CellPair[] = [];
  const unpaired: Unpaired[] = [];
  for (const cell of next.cells) {
    const other = bases.get(cellKey(cell));
    const reason = other === undefined ? onlyIn('NEW', cell, base) : whyNot(other, cell);
    if (reason !== undefined) unpaired.push({ cell, reason });
    else pairs.push({ base: other as MeasuredCell, next: cell as MeasuredCell });
  }
  for (const cell of base.cells) {
    // A cell whose parameters changed is reported on the new run's side.
    if (nexts.has(cellKey(cell)) || next.cells.some((other) => isRelated(cell, other))) continue;
    unpaired.push({ cell, reason: 'only in BASE' });
  }
  return { pairs, unpaired };
}

function onlyIn(side: string, cell: Cell, others: RunDocument): string {
  const sameBut = others.cells.find((other) => differsInSenders(cell, other));
  if (sameBut !== undefined)
    return `other generators: ${sendersOf(sameBut)} in BASE, ${sendersOf(cell)} in NEW`;
  const relative = others.cells.find((other) => differsInParams(cell, other));
  if (relative === undefined) return `only in ${side}`;
  const units = others.run.workloads.find(({ name }) => name === cell.workload)?.units;
  const [before, after] = changedParams(relative, cell).map(
    (params) => formatParams(params, units) || 'none',
  );
  return `other parameters: ${before} in BASE, ${after} in NEW`;
}

const isRelated = (a: CellSpec, b: CellSpec): boolean => differsInParams(a, b) || differsInSenders(a, b);

/** The same server, whose requests come from another number of processes, or from another model. */
function differsInSenders(a: CellSpec, b: CellSpec): boolean {
  const bare = ({ generator: _, generators: _several, ...cell }: CellSpec) => cellKey(cell);
  return (
    a.generator !== undefined && b.generator !== undefined && cellKey(a) !== cellKey(b) && bare(a) === bare(b)
  );
}

const sendersOf = ({ generator, generators = 1 }: CellSpec): string => `${generators} x ${generator}`;

/** The same cell but for the workload's or the model's parameters. */
function differsInParams(a: CellSpec, b: CellSpec): boolean {
  const bare = ({ modelParams: _, ...cell }: CellSpec) => cellKey({ ...cell, params: {} });
  return cellKey(a) !== cellKey(b) && bare(a) === bare(b);
}

/** Only those parameters that differ. */
function changedParams(a: CellSpec, b: CellSpec): [CellSpec['params'], CellSpec['params']] {
  const [ofA, ofB] = [a, b].map(({ params, modelParams }) => ({ ...params, ...modelParams })) as [
    CellSpec['params'],
    CellSpec['params'],
  ];
  const differing = (mine: CellSpec['params'], others: CellSpec['params']) =>
    Object.fromEntries(Object.entries(mine).filter(([key, value]) => others[key] !== value));
  return [differing(ofA, ofB), differing(ofB, ofA)];
}

function whyNot(base: Cell, next: Cell): string | undefined {
  const refusals = Object.entries({ BASE: base, NEW: next }).flatMap(([side, cell]) =>
    isMeasured(cell) ? [] : [{ side, cell }],
  );
  const [first] = refusals;
  if (first === undefined) return whyNoFigure(base as MeasuredCell, next as MeasuredCell);
  const where = refusals.length === 2 && base.status === next.status ? 'both' : first.side;
  return `${first.cell.status} in ${where}: ${first.cell.reason}`;
}

function whyNoFigure(base: MeasuredCell, next: MeasuredCell): string | undefined {
  const empty = Object.entries({ BASE: base, NEW: next }).find(([, cell]) =>
    cell.trialThroughputPerSecond.some((figure) => !(figure > 0)),
  );
  return empty === undefined ? undefined : `a trial of it in ${empty[0]} completed no request`;
}
