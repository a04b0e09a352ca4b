/**
 * How a document is laid out, whatever the format: a section a workload and its parameters, a part a load.
 */
import type {
  Cell,
  CellSpec,
  DescribedPhase,
  LoadSpec,
  MeasuredCell,
  RefusedCell,
  RunDocument,
} from '../../result.ts';
import { formatParams } from '../formats/format.ts';
import { paramsKey } from './order.ts';

export type Story = NonNullable<RunDocument['stories']>[number];

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
  /** The size of the message that a request carries, and the parameter that this is, where that is known. */
  readonly message: { readonly key: string; readonly bytes: number } | undefined;
  /** The phases that its workload describes as messages between parties. */
  readonly phases: readonly DescribedPhase[];
  /** Where the model is the server: the model of the process that sends the requests. */
  readonly generator: string | undefined;
  /** How many such processes there are; `undefined` where it is one. */
  readonly generators: number | undefined;
  readonly parts: readonly LoadPart[];
  /** What was seen on the way of its requests, where the run has built a network. */
  readonly story: Story | undefined;
  /** Tells sections apart in names of files and anchors: letters, digits and dashes, unique in a document. */
  readonly slug: string;
}

/** Each format asks for them several times, and a run may have hundreds; a document does not change. */
const known = new WeakMap<RunDocument, readonly Section[]>();

/**
 * Splits a document's cells, which are in order already; a workload of which only capacities are known has a
 * section without parts.
 */
export function sectionsOf(document: RunDocument): readonly Section[] {
  const sections = known.get(document) ?? splitSections(document);
  known.set(document, sections);
  return sections;
}

function splitSections(document: RunDocument): readonly Section[] {
  const slugOfSection = uniqueSlugs();
  const withCells = groupBy(document.cells, sectionKey);
  const stories = new Map(document.stories?.map((story) => [sectionKey(story), story]));
  const keys = new Set(withCells.map(([cell]) => sectionKey(cell)));
  const others = (document.capacities ?? [])
    .map(({ cell }) => cell)
    .filter((cell) => !keys.has(sectionKey(cell)));
  const found = [
    ...withCells.map((cells) => ({ cells, of: cells[0] })),
    ...groupBy(others, sectionKey).map(([of]) => ({ cells: [], of })),
  ];
  return found.map(({ cells, of: { workload, params, generator, generators } }) => {
    const known = document.run.workloads.find((entry) => entry.name === workload);
    return {
      workload,
      params,
      units: known?.units ?? {},
      summary: known?.summary,
      message: messageIn(params, known?.message),
      phases: known?.phases ?? [],
      generator,
      generators: mostOf([generators, ...cells.map((cell) => cell.generators)]),
      parts: partsOf(cells),
      story: stories.get(sectionKey({ workload, params })),
      slug: slugOfSection(workload),
    };
  });
}

function messageIn(params: CellSpec['params'], key: string | undefined): Section['message'] {
  if (key === undefined) return undefined;
  const bytes = Object.hasOwn(params, key) ? params[key] : undefined;
  return typeof bytes === 'number' ? { key, bytes } : undefined;
}

/** The loads of few clients may have fewer. */
function mostOf(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** The same for all that belongs to one section. */
export function sectionKey({ workload, params }: Pick<CellSpec, 'workload' | 'params'>): string {
  return JSON.stringify([workload, paramsKey(params)]);
}

function partsOf(cells: readonly Cell[]): LoadPart[] {
  return groupBy(cells, (cell) => JSON.stringify(cell.load)).map((group) => ({
    load: group[0].load,
    cells: group,
  }));
}

/** Groups of the same key, in the order of their first members. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
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

/** Gives each text a slug that no text before it was given. */
function uniqueSlugs(): (text: string) => string {
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  return (text) => {
    const base = slugOf(text);
    let slug = base;
    let number = numbers.get(base) ?? 1;
    while (taken.has(slug)) slug = `${base}-${++number}`;
    numbers.set(base, number);
    taken.add(slug);
    return slug;
  };
}
