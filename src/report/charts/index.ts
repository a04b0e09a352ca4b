/** The charts of a section, in the order in which they are shown. */
import type { RunDocument } from '../../result.ts';
import { isMeasured, type Section, sectionsOf } from '../sections.ts';
import { curveCharts } from './curve.ts';
import type { ChartDefinition } from './definition.ts';
import { latencyCharts } from './latency.ts';
import { type Look, pageLook } from './look.ts';
import { percentileCharts } from './percentiles.ts';
import { throughputCharts } from './throughput.ts';

export type { ChartDefinition } from './definition.ts';

/** The charts of one section; none where nothing was measured. */
export function chartsOf(document: RunDocument, section: Section, look: Look = pageLook('light', false)): ChartDefinition[] {
  if (!section.parts.some((part) => part.cells.some(isMeasured))) return [];
  return [
    ...throughputCharts(document, section, look),
    ...curveCharts(document, section, look),
    ...latencyCharts(document, section, look),
    ...percentileCharts(document, section, look),
  ];
}

/** All charts of a document. */
export function allCharts(document: RunDocument, look: Look): ChartDefinition[] {
  return sectionsOf(document).flatMap((section) => chartsOf(document, section, look));
}
