/** How a document is laid out, whatever the format: a section a workload and its parameters, a part a load. */
import type { Cell, CellSpec, LoadSpec, MeasuredCell, RefusedCell, RunDocument } from '../result.ts';
import { formatParams } from './format.ts';
import { paramsKey } from './order.ts';

export interface LoadPart {
  readonly load: LoadSpec;
  readonly cells: readonly Cell[];
}
export interface Section {
  readonly workload: string;
  readonly params: CellSpec['params'];
  readonly units: Readonly<Record<string, string>>;
  /** What the workload does, where the document says so. */
  readonly summary: string | undefined;
  readonly parts: readonly LoadPart[];
  /** Tells sections apart in names of files and anchors: letters, digits and dashes, unique in a document. */
  readonly slug: string;
}

/** Splits a document's cells, which are in order already; a workload of which only capacities are known has a section without parts. */
export function sectionsOf(document: RunDocument): Section[] {
  const slugs = new Set<string>();
  const keyOf = (cell: Pick<CellSpec, 'workload' | 'params'>) => JSON.stringify([cell.workload, paramsKey(cell.params)]);
  const withCells = groupBy(document.cells, keyOf);
  const keys = new Set(withCells.map(([cell]) => keyOf(cell)));
  const others = (document.capacities ?? []).map(({ cell }) => cell).filter((cell) => !keys.has(keyOf(cell)));
  const found = [...withCells.map((cells) => ({ cells, of: cells[0] })), ...groupBy(others, keyOf).map(([of]) => ({ cells: [], of }))];
  return found.map(({ cells, of: { workload, params } }) => {
    const known = document.run.workloads.find((entry) => entry.name === workload);
    return { workload, params, units: known?.units ?? {}, summary: known?.summary, parts: partsOf(cells), slug: uniqueSlug(workload, slugs) };
  });
}

function partsOf(cells: readonly Cell[]): LoadPart[] {
  return groupBy(cells, (cell) => JSON.stringify(cell.load)).map((group) => ({ load: group[0].load, cells: group }));
}

/** Groups of the same key, in the order of their first members. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** The workload and its parameters, as a heading says them. */
export function sectionTitle(section: Section): string {
  const params = formatParams(section.params, section.units);
  return params === '' ? section.workload : `${section.workload} (${params})`;
}

export function isMeasured(cell: Cell): cell is MeasuredCell {
  return cell.status === 'measured';
}

export function isRefused(cell: Cell): cell is RefusedCell {
  return cell.status !== 'measured';
}

/** Letters, digits and dashes: fit for a file's name on any system. */
export function slugOf(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '');
  return slug === '' ? 'unnamed' : slug;
}

function uniqueSlug(text: string, taken: Set<string>): string {
  const base = slugOf(text);
  let slug = base;
  for (let number = 2; taken.has(slug); number++) slug = `${base}-${number}`;
  taken.add(slug);
  return slug;
}
