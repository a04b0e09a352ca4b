/** The charts of a section, in the order in which they are shown. */
import type { RunDocument } from '../../result.ts';
import { isMeasured, type Section, sectionsOf } from '../summary/sections.ts';
import { capacityCharts } from './capacity-rows.ts';
import { costCharts } from './cost.ts';
import { curveCharts } from './curve.ts';
import { CHART_KINDS, type ChartDefinition, type ChartKind } from './definition.ts';
import { percentileCharts } from './distribution.ts';
import { latencyCharts } from './latency.ts';
import { type Look, pageLook } from './look.ts';
import { mapCharts } from './map.ts';
import { scalabilityCharts } from './speedup.ts';
import { spreadCharts } from './spread.ts';
import { sweepCharts } from './sweep.ts';
import { timeCharts } from './thread-states.ts';
import { throughputCharts } from './throughput.ts';
import { timelineCharts } from './timeline.ts';

export { CHART_KINDS, type ChartDefinition, type ChartKind, type ChartTable } from './definition.ts';

type Charts = (document: RunDocument, section: Section, look: Look) => ChartDefinition[];

/** What draws each kind; an empty list where the run does not have the figures. */
const DRAWN_BY: readonly { readonly kinds: readonly ChartKind[]; readonly charts: Charts }[] = [
  { kinds: ['capacity'], charts: capacityCharts },
  { kinds: ['throughput'], charts: throughputCharts },
  { kinds: ['curve'], charts: curveCharts },
  { kinds: ['latency'], charts: latencyCharts },
  { kinds: ['percentiles'], charts: percentileCharts },
  { kinds: ['time'], charts: timeCharts },
  { kinds: ['cpu', 'switches'], charts: costCharts },
  { kinds: ['map'], charts: mapCharts },
  { kinds: ['timeline'], charts: timelineCharts },
  { kinds: ['spread'], charts: spreadCharts },
  { kinds: ['sweep'], charts: sweepCharts },
  { kinds: ['scalability'], charts: scalabilityCharts },
];

/** What is drawn without any cell: from capacities and their steps. */
const OF_SEARCHES: readonly ChartKind[] = ['capacity', 'curve'];

/** The charts of one section; none where nothing was measured. */
export function chartsOf(
  document: RunDocument,
  section: Section,
  look: Look = pageLook('light', false),
  kinds: readonly ChartKind[] = CHART_KINDS,
): ChartDefinition[] {
  const hasCells = section.parts.some((part) => part.cells.some(isMeasured));
  const wanted = hasCells ? kinds : kinds.filter((kind) => OF_SEARCHES.includes(kind));
  return DRAWN_BY.filter((entry) => entry.kinds.some((kind) => wanted.includes(kind)))
    .flatMap(({ charts }) => charts(document, section, look))
    .filter(({ kind }) => wanted.includes(kind));
}

/** All charts of a document. */
export function allCharts(document: RunDocument, look: Look, kinds: readonly ChartKind[] = CHART_KINDS): ChartDefinition[] {
  return sectionsOf(document).flatMap((section) => chartsOf(document, section, look, kinds));
}
