/** The charts of a section, in the order in which they are shown. */
import type { RunDocument } from '../../result.ts';
import { isMeasured, type Section, sectionsOf } from '../summary/sections.ts';
import type { ChartDefinition } from './definition.ts';
import { CHART_KINDS, families } from './families.ts';
import { type AskedLook, type Look, pageLook } from './look.ts';
import { stylesOf } from './palette.ts';

export type { ChartDefinition, ChartTable } from './definition.ts';
export { CHART_KINDS, type ChartKind, familyOf } from './families.ts';

/** The charts of one section; where nothing was measured, those that need no cells. */
export function chartsOf(
  document: RunDocument,
  section: Section,
  asked: AskedLook = pageLook('light', false),
  kinds: readonly string[] = CHART_KINDS,
): ChartDefinition[] {
  const look: Look = { ...asked, styles: stylesOf(document.run.models) };
  const hasCells = section.parts.some((part) => part.cells.some(isMeasured));
  return families
    .filter(
      (family) => (hasCells || family.needsNoCells) && family.kinds.some((kind) => kinds.includes(kind)),
    )
    .flatMap((family) => family.draw(document, section, look))
    .filter(({ kind }) => kinds.includes(kind));
}

/** All charts of a document. */
export function allCharts(
  document: RunDocument,
  look: AskedLook,
  kinds: readonly string[] = CHART_KINDS,
): ChartDefinition[] {
  return sectionsOf(document).flatMap((section) => chartsOf(document, section, look, kinds));
}
