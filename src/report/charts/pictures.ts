/** Which charts become pictures. */
import type { RunDocument } from '../../result.ts';
import { formatLoad } from '../formats/format.ts';
import { sectionsOf } from '../summary/sections.ts';
import { mainPart } from '../verdicts/verdict.ts';
import { families } from './families.ts';
import { type ChartDefinition, chartsOf, familyOf } from './index.ts';
import type { AskedLook } from './look.ts';

/**
 * The charts of the kinds that were asked for, at all loads; without a choice the usual ones, at each
 * workload's main load.
 */
export function pictureCharts(
  document: RunDocument,
  look: AskedLook,
  only?: readonly string[],
): ChartDefinition[] {
  const charts = sectionsOf(document).flatMap((section) => {
    const pictured = families.filter((family) => family.isPictured?.(document, section) ?? true);
    const kinds = pictured.flatMap((family) => family.kinds);
    if (only !== undefined)
      return chartsOf(
        document,
        section,
        look,
        kinds.filter((kind) => only.includes(kind)),
      );
    const main = mainPart(section)?.load;
    const isMain = ({ load }: ChartDefinition) =>
      load === undefined || main === undefined || formatLoad(load) === formatLoad(main);
    const usual = pictured.flatMap((family) => family.usual);
    return chartsOf(document, section, look, usual).filter(isMain);
  });
  return [
    ...new Map(
      charts.map((chart, index) => [contentKey(chart, index), chart] as const).toReversed(),
    ).values(),
  ].toReversed();
}

/** What a chart shows: of those that show the same, the first is drawn. */
const contentKey = (chart: ChartDefinition, index: number): string =>
  familyOf(chart.kind).contentKey?.(chart) ?? String(index);
