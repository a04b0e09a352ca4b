/** What each model can carry and still keep an objective. */
import type { Capacity, RunDocument } from '../../result.ts';
import { formatModel, formatRate, MISSING } from '../formats/format.ts';
import { machineLine } from '../formats/heading.ts';
import { printable } from '../formats/wrap.ts';
import { type Section, sectionTitle, slugOf } from '../summary/sections.ts';
import { capacitiesOf, capacityText, inWords } from '../verdicts/capacity-verdict.ts';
import { valueAxis } from './axes.ts';
import { type ChartDefinition, type ChartTable, chartName, colourOf } from './definition.ts';
import type { ChartFamily } from './family.ts';
import type { Look } from './look.ts';
import { rowChart } from './rows.ts';

/** Behind a bar; without the rate at which it no longer held where there is no room. */
function endOf(capacity: Capacity, { narrow }: Look): string | undefined {
  if (capacity.ratePerSecond === undefined) return undefined;
  return narrow ? formatRate(capacity.ratePerSecond) : capacityText(capacity);
}

function tableOf(capacities: readonly Capacity[]): ChartTable {
  const rateOrDash = (rate: number | undefined) => (rate === undefined ? MISSING : formatRate(rate));
  return {
    head: ['model', 'rate that kept the objective', 'lowest rate that did not'],
    rows: capacities.map(({ cell, ratePerSecond, failedAtPerSecond, reason }) => [
      formatModel(cell),
      ratePerSecond === undefined ? (reason ?? MISSING) : formatRate(ratePerSecond),
      rateOrDash(failedAtPerSecond),
    ]),
  };
}

export const capacityCharts = {
  kinds: ['capacity'],
  question: 'Where are the limits?',
  usual: ['capacity'],
  needsNoCells: true,
  sumsUpSearches: true,
  loadInWords: 'arrivals on a schedule',
  draw: chartPerObjective,
} as const satisfies ChartFamily;

function chartPerObjective(document: RunDocument, section: Section, look: Look): ChartDefinition[] {
  const groups = capacitiesOf(document, section);
  return groups.map(({ objective, capacities }, index) => ({
    ...rowChart(
      {
        name: chartName(
          'capacity',
          section,
          groups.length > 1 ? `${slugOf(objective)}-${index + 1}` : undefined,
        ),
        kind: 'capacity',
        texts: {
          title: `${section.workload}: capacity with ${inWords(objective)}`,
          subtitle: `${sectionTitle(section)}\n${machineLine(document)}`,
          howToRead: `Longer is better: the most requests a second that could arrive while the model kept ${inWords(objective)}. ${look.narrow ? 'In the table' : 'In brackets'}, the lowest rate at which it no longer did.`,
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
        notes: capacities.map(({ reason, ratePerSecond }) =>
          ratePerSecond === undefined ? printable(reason ?? 'not measured') : undefined,
        ),
        ends: capacities.map((capacity) => endOf(capacity, look)),
      },
      look,
    ),
    table: tableOf(capacities),
  }));
}
