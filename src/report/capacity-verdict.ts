/** What models can carry and still keep an objective, as a sentence. */
import type { Capacity, RunDocument } from '../result.ts';
import { formatModel, formatRate } from './format.ts';
import { paramsKey } from './order.ts';
import { groupBy, type Section } from './sections.ts';
import { named, type Sentence, say } from './sentence.ts';

/** The capacities of a section, by objective; those that are not known come last. */
export function capacitiesOf(document: RunDocument, section: Section): { objective: string; capacities: Capacity[] }[] {
  const own = (document.capacities ?? []).filter(
    ({ cell }) => cell.workload === section.workload && paramsKey(cell.params) === paramsKey(section.params),
  );
  return groupBy(own, ({ objective }) => objective).map((capacities) => ({ objective: capacities[0].objective, capacities }));
}

/** One sentence an objective, where the best kept it at a rate at which the other already failed. */
export function capacityVerdicts(document: RunDocument, section: Section, subject?: Sentence): Sentence[] {
  return capacitiesOf(document, section).flatMap(({ objective, capacities }) => {
    const known = capacities.filter(({ ratePerSecond }) => ratePerSecond !== undefined).sort((a, b) => rateOf(b) - rateOf(a));
    const [best] = known;
    const base = known.find(({ cell }) => cell.model === 'sync-blocking') ?? known.at(-1);
    if (best === undefined || base === undefined || rateOf(best) < (base.failedAtPerSecond ?? Number.POSITIVE_INFINITY)) return [];
    return [
      say`With arrivals on a schedule${subject === undefined ? '' : say`, on ${subject},`} ${named(formatModel(best.cell))} keeps ${objective} up to ${formatRate(rateOf(best))}, and ${named(formatModel(base.cell))} up to ${formatRate(rateOf(base))}.`,
    ];
  });
}

/** `12.0 k/s (not 13.0 k/s)`, or why it is not known. */
export function capacityText({ ratePerSecond, failedAtPerSecond, reason }: Capacity): string {
  if (ratePerSecond === undefined) return reason ?? 'not measured';
  return `${formatRate(ratePerSecond)}${failedAtPerSecond === undefined ? ' or more' : ` (not ${formatRate(failedAtPerSecond)})`}`;
}

function rateOf({ ratePerSecond = 0 }: Capacity): number {
  return ratePerSecond;
}
