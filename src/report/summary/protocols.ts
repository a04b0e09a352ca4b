/**
 * Workloads side by side whose messages are of one size, at one load: what distinguishes them is how a
 * message is carried, which is their protocol.
 */
import type { Cell, LoadSpec, RunDocument } from '../../result.ts';
import { formatParams } from '../formats/format.ts';
import { groupBy, isMeasured, type Section, sectionsOf } from './sections.ts';

/** One of those that are compared. */
export interface Carrier {
  /** Its workload; with the parameters in which it differs from others that have them, too. */
  readonly label: string;
  readonly section: Section;
  readonly cells: readonly Cell[];
}
export interface Comparison {
  readonly bytes: number;
  readonly load: LoadSpec;
  /** In the order of the report: two workloads at least. */
  readonly carriers: readonly Carrier[];
}

/** Charts and sentences of each section ask for them; a document does not change. */
const known = new WeakMap<RunDocument, readonly Comparison[]>();

/** All of a run, in the order of its sections and their loads. */
function comparisonsOf(document: RunDocument): readonly Comparison[] {
  const found = known.get(document) ?? compare(document);
  known.set(document, found);
  return found;
}

/** Those that a section has a part in. */
export const comparisonsWith = (document: RunDocument, { slug }: Section): readonly Comparison[] =>
  comparisonsOf(document).filter(({ carriers }) => carriers.some(({ section }) => section.slug === slug));

function compare(document: RunDocument): Comparison[] {
  const measured = sectionsOf(document).flatMap((section) =>
    section.message === undefined
      ? []
      : section.parts
          .filter(({ cells }) => cells.some(isMeasured))
          .map(({ load, cells }) => ({ section, cells, load, bytes: section.message?.bytes as number })),
  );
  // Where the model is the server its figures are the server's: no other end is compared with that.
  return groupBy(measured, ({ section, load, bytes }) =>
    JSON.stringify([bytes, load, section.generator !== undefined]),
  )
    .filter((carriers) => new Set(carriers.map(({ section }) => section.workload)).size > 1)
    .map((carriers) => {
      const labelOf = labelling(carriers.map(({ section }) => section));
      return {
        bytes: carriers[0].bytes,
        load: carriers[0].load,
        carriers: carriers.map(({ section, cells }) => ({ label: labelOf(section), section, cells })),
      };
    });
}

function labelling(sections: readonly Section[]): (section: Section) => string {
  const valuesOf = (key: string) =>
    sections.flatMap(({ params }) => (Object.hasOwn(params, key) ? [params[key]] : []));
  const isTelling = (key: string) => new Set(valuesOf(key)).size > 1;
  return ({ workload, params, units }) => {
    const telling = Object.entries(params).filter(([key]) => isTelling(key));
    const details = formatParams(Object.fromEntries(telling), units);
    return details === '' ? workload : `${workload} (${details})`;
  };
}
