/** Which charts become pictures. */
import type { RunDocument } from '../../result.ts';
import { hasCapacities, otherParts } from '../capacity-verdict.ts';
import { formatLoad } from '../format.ts';
import { sectionsOf } from '../sections.ts';
import { mainPart } from '../verdict.ts';
import { type ChartDefinition, type ChartKind, chartsOf } from './index.ts';
import type { Look } from './look.ts';

/** What a summary shows. The others tell their story to those who ask for them. */
const USUAL: readonly ChartKind[] = ['throughput', 'curve', 'latency', 'percentiles', 'time', 'cpu', 'capacity', 'sweep', 'scalability'];

/** Of the many rates that a search for a capacity tries, none is the one to show. */
const SEARCHED: readonly ChartKind[] = ['capacity', 'curve'];

/** The charts of the kinds that were asked for, at all loads; without a choice the usual ones, at each workload's main load. */
export function pictureCharts(document: RunDocument, look: Look, only?: readonly ChartKind[]): ChartDefinition[] {
  const charts = sectionsOf(document).flatMap((section) => {
    if (only !== undefined) return chartsOf(document, section, look, only);
    const main = mainPart(section)?.load;
    const isMain = ({ load }: ChartDefinition) => load === undefined || main === undefined || formatLoad(load) === formatLoad(main);
    const usual = hasCapacities(document, section) && otherParts(document, section).length === 0 ? SEARCHED : USUAL;
    return chartsOf(document, section, look, usual).filter(isMain);
  });
  return charts.filter((chart, index) => index === charts.findIndex((other) => isSame(chart, other)));
}

/** A sweep is in the section of each of its steps. */
function isSame(chart: ChartDefinition, other: ChartDefinition): boolean {
  if (chart.kind !== 'sweep' || other.kind !== 'sweep') return chart === other;
  return chart.title === other.title && chart.subtitle === other.subtitle;
}
