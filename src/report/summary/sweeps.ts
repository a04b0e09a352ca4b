/** Parameters that have several values in a run, all else being the same. */
import type { RunDocument } from '../../result.ts';
import { unitOf } from '../formats/format.ts';
import { paramsKey } from './order.ts';
import { groupBy, type Section, sectionsOf } from './sections.ts';

export interface Sweep {
  readonly key: string;
  readonly unit: string | undefined;
  /** One for each value, in the order of the report. */
  readonly sections: readonly Section[];
  readonly isOfNumbers: boolean;
}

/** A value of a parameter. */
export type Step = string | number | boolean;

/** The parameters in which other sections of this workload differ, all else being the same. */
export function sweepsOf(document: RunDocument, section: Section): Sweep[] {
  return Object.keys(section.params).flatMap((key) => {
    const sections = sweptIn(document).get(sweepKey(section, key)) ?? [];
    const isOfNumbers = sections.every(({ params }) => typeof params[key] === 'number');
    return sections.length < 2 ? [] : [{ key, unit: unitOf(key, section.units), sections, isOfNumbers }];
  });
}

/** The same for all sections that differ in this parameter only. */
const sweepKey = ({ workload, params }: Section, key: string): string =>
  JSON.stringify([workload, key, paramsKey({ ...params, [key]: 0 })]);

/** A document does not change, and each of its sections is asked for its sweeps. */
const known = new WeakMap<RunDocument, ReadonlyMap<string, readonly Section[]>>();

/** The sections of each sweep, in order, by its key. */
function sweptIn(document: RunDocument): ReadonlyMap<string, readonly Section[]> {
  const found =
    known.get(document) ??
    new Map(
      groupBy(stepsOf(document), ({ sweep }) => sweep).map((steps) => [
        steps[0].sweep,
        steps.map(({ section }) => section),
      ]),
    );
  known.set(document, found);
  return found;
}

const stepsOf = (document: RunDocument) =>
  sectionsOf(document).flatMap((section) =>
    Object.keys(section.params).map((key) => ({ section, sweep: sweepKey(section, key) })),
  );
