/** What each model can carry and still keep an objective. */
import type { RunDocument } from '../../result.ts';
import { capacitiesOf, capacityText } from '../capacity-verdict.ts';
import { formatModel, formatRate } from '../format.ts';
import { machineLine } from '../heading.ts';
import { type Section, sectionTitle, slugOf } from '../sections.ts';
import { printable } from '../wrap.ts';
import { valueAxis } from './axes.ts';
import { type ChartDefinition, chartName, colourOf } from './definition.ts';
import type { Look } from './look.ts';
import { rowChart } from './rows.ts';

/** A chart an objective. */
export function capacityCharts(document: RunDocument, section: Section, look: Look): ChartDefinition[] {
  const groups = capacitiesOf(document, section);
  return groups.map(({ objective, capacities }, index) =>
    rowChart(
      {
        name: chartName('capacity', section, groups.length > 1 ? `${slugOf(objective)}-${index + 1}` : undefined),
        kind: 'capacity',
        texts: {
          title: `${section.workload}: capacity with ${objective}`,
          subtitle: `${sectionTitle(section)}\n${machineLine(document)}`,
          howToRead: `Longer is better: the highest rate of arrivals that kept ${objective}, with no request shed or failed. In brackets the lowest rate that did not.`,
        },
        load: undefined,
        rows: capacities.map(({ cell }) => formatModel(cell)),
        parts: [
          {
            label: 'rate that kept the objective',
            colour: capacities.map(({ cell }) => colourOf(cell, look)),
            values: capacities.map(({ ratePerSecond }) => ratePerSecond),
          },
        ],
        axis: valueAxis(
          {
            values: capacities.map(({ ratePerSecond = 0 }) => ratePerSecond),
            quantity: 'rate',
            title: 'arrivals per second',
            usual: 'linear',
            headroom: '1%',
          },
          look,
        ),
        format: formatRate,
        notes: capacities.map(({ reason, ratePerSecond }) => (ratePerSecond === undefined ? printable(reason ?? 'not measured') : undefined)),
        ends: capacities.map((capacity) => (capacity.ratePerSecond === undefined ? undefined : capacityText(capacity))),
      },
      look,
    ),
  );
}
