/** How workloads are named in sentences. */
import type { RunDocument } from '../../result.ts';
import { formatParams } from '../formats/format.ts';
import { groupBy, type Section, sectionsOf } from '../summary/sections.ts';
import { named, type Sentence, say } from './sentence.ts';

/** How each section is named in a sentence. */
export function subjectsOf(document: RunDocument): Map<Section, Sentence> {
  const sections = sectionsOf(document);
  const differing = differingParams(sections);
  return new Map(sections.map((section) => [section, subjectWith(section, differing.get(section.workload))]));
}

/** How a section is named where a sentence names one of its parameters itself. */
export function subjectWithout(document: RunDocument, section: Section, key: string): Sentence {
  const telling = new Set(differingParams(sectionsOf(document)).get(section.workload));
  telling.delete(key);
  return subjectWith(section, telling);
}

/** The workload; with the parameters that distinguish it from others of its name. */
function subjectWith(section: Section, differing: ReadonlySet<string> | undefined): Sentence {
  const telling = Object.entries(section.params).filter(([key]) => differing?.has(key));
  const params = formatParams(Object.fromEntries(telling), section.units);
  return params === '' ? say`${named(section.workload)}` : say`${named(section.workload)} (${params})`;
}

/** The parameters in which the sections of each workload differ. */
function differingParams(sections: readonly Section[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    groupBy(sections, ({ workload }) => workload).map((alike) => {
      const keys = [...new Set(alike.flatMap(({ params }) => Object.keys(params)))];
      return [
        alike[0].workload,
        new Set(keys.filter((key) => new Set(alike.map(({ params }) => params[key])).size > 1)),
      ];
    }),
  );
}
