/** Which charts become pictures. */
import type { RunDocument } from '../../result.ts';
import { formatLoad } from '../formats/format.ts';
import { sectionsOf } from '../summary/sections.ts';
import { mainPart } from '../verdicts/verdict.ts';
import { type ChartDefinition, type ChartKind, chartsOf } from './index.ts';
import type { Look } from './look.ts';
import { beginsSweep } from './sweep.ts';

/** What a summary shows. The others tell their story to those who ask for them. */
const USUAL: readonly ChartKind[] = ['throughput', 'curve', 'latency', 'percentiles', 'time', 'cpu', 'capacity', 'sweep', 'scalability'];

/** The charts of the kinds that were asked for, at all loads; without a choice the usual ones, at each workload's main load. */
export function pictureCharts(document: RunDocument, look: Look, only?: readonly ChartKind[]): ChartDefinition[] {
  const charts = sectionsOf(document).flatMap((section) => {
    const isDrawnHere = (kind: ChartKind) => kind !== 'sweep' || beginsSweep(document, section);
    if (only !== undefined) return chartsOf(document, section, look, only.filter(isDrawnHere));
    const main = mainPart(section)?.load;
    const isMain = ({ load }: ChartDefinition) => load === undefined || main === undefined || formatLoad(load) === formatLoad(main);
    return chartsOf(document, section, look, USUAL.filter(isDrawnHere)).filter(isMain);
  });
  return [...new Map(charts.map((chart, index) => [pictureOf(chart, index), chart] as const).toReversed()).values()].toReversed();
}

/** What a chart shows: of those that show the same, the first is drawn. A sweep that begins at several of its steps shows the same at each. */
const pictureOf = ({ kind, title, subtitle }: ChartDefinition, index: number): string =>
  kind === 'sweep' ? JSON.stringify([kind, title, subtitle]) : String(index);
