/** What the reader has chosen to see. */
import type { RunDocument } from '../../result.ts';
import type { ScaleChoice } from '../charts/look.ts';
import { formatLoad, formatModel } from '../formats/format.ts';
import { type Section, sectionsOf } from '../summary/sections.ts';
import { mainPart } from '../verdicts/verdict.ts';

export interface Choice {
  /** The section, by its slug. */
  readonly slug: string;
  /** The load, as it is named; `undefined` where the section has none. */
  readonly load: string | undefined;
  readonly scale: ScaleChoice;
  /** Models that are not shown, by name. */
  readonly hidden: ReadonlySet<string>;
}

/** The workload that does nothing: its figures are the harness's own cost. */
const FLOOR = 'noop';

/** Workloads first; the one that only shows the resolution of the harness last. */
export function withFloorLast<T extends { readonly workload: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => Number(a.workload === FLOOR) - Number(b.workload === FLOOR));
}

/** The first workload at its main load, with all models. */
export function firstChoice(report: RunDocument): Choice {
  const [section] = withFloorLast(sectionsOf(report));
  return { slug: section?.slug ?? '', load: section && mainLoad(section), scale: 'auto', hidden: new Set() };
}

/** The same choice for a report that has grown: what is no longer there falls back to the first. */
export function adapted(choice: Choice, report: RunDocument): Choice {
  const section = sectionOf(report, choice.slug);
  if (section === undefined) return { ...firstChoice(report), scale: choice.scale, hidden: choice.hidden };
  const isThere = section.parts.some(({ load }) => formatLoad(load) === choice.load);
  return isThere ? choice : { ...choice, load: mainLoad(section) };
}

export function sectionOf(report: RunDocument, slug: string): Section | undefined {
  return sectionsOf(report).find((section) => section.slug === slug);
}

/** The load at which a section is shown first. */
export function mainLoad(section: Section): string | undefined {
  const part = mainPart(section);
  return part === undefined ? undefined : formatLoad(part.load);
}

/** All models of the report, by name, in its order. */
export function modelNames(report: RunDocument): { name: string; model: string }[] {
  const shown = [...report.cells, ...(report.capacities ?? []).map(({ cell }) => cell)];
  const names = new Map(shown.map((cell) => [formatModel(cell), cell.model]));
  const place = (model: string) => report.run.models.findIndex(({ name }) => name === model);
  return [...names].map(([name, model]) => ({ name, model })).sort((a, b) => place(a.model) - place(b.model));
}

/** The report without the models that are hidden. */
export function shownReport(report: RunDocument, { hidden }: Choice): RunDocument {
  const isShown = (cell: Parameters<typeof formatModel>[0]) => !hidden.has(formatModel(cell));
  return {
    ...report,
    cells: report.cells.filter(isShown),
    ...(report.capacities === undefined
      ? {}
      : { capacities: report.capacities.filter(({ cell }) => isShown(cell)) }),
  };
}
