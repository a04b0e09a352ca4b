/** What models can carry and still keep an objective, as a sentence. */
import type { Capacity, CapacityRecord, RunDocument } from '../../result.ts';
import { formatModel, formatRate, MISSING } from '../formats/format.ts';
import { groupBy, type Section, sectionKey } from '../summary/sections.ts';
import { baselineAmong } from './baseline.ts';
import { named, type Sentence, say } from './sentence.ts';

/** A document does not change, and each of its sections is asked for its capacities several times. */
const known = new WeakMap<RunDocument, ReadonlyMap<string, readonly Capacity[]>>();

function bySection(document: RunDocument): ReadonlyMap<string, readonly Capacity[]> {
  const keyOf = ({ cell }: Capacity) => sectionKey(cell);
  const capacities =
    known.get(document) ??
    new Map(groupBy(document.capacities ?? [], keyOf).map((group) => [keyOf(group[0]), group]));
  known.set(document, capacities);
  return capacities;
}

/** The capacities of a section, by objective: the most first, those that are not known last. */
export function capacitiesOf(
  document: RunDocument,
  section: Section,
): { objective: string; capacities: Capacity[] }[] {
  const own = bySection(document).get(sectionKey(section)) ?? [];
  return groupBy(own, ({ objective }) => objective).map((capacities) => ({
    objective: capacities[0].objective,
    capacities: capacities.toSorted((a, b) => (b.ratePerSecond ?? -1) - (a.ratePerSecond ?? -1)),
  }));
}

export const hasCapacities = (document: RunDocument, section: Section): boolean =>
  capacitiesOf(document, section).length > 0;

/** `p99<20ms` to `p99 below 20 ms`. */
export function inWords(objective: string): string {
  return objective.replace(
    /^(\w+(?:\.\d+)?)<(=?)([\d.]+)([a-zµ]+)$/,
    (_, metric, or, value, unit) => `${metric} ${or === '' ? 'below' : 'of at most'} ${value} ${unit}`,
  );
}

/** One sentence an objective, where the best kept it at a rate at which the other already failed. */
export function capacityVerdicts(document: RunDocument, section: Section, subject?: Sentence): Sentence[] {
  return capacitiesOf(document, section).flatMap(({ objective, capacities }) => {
    const known = capacities.filter(({ ratePerSecond }) => ratePerSecond !== undefined);
    const [best] = known;
    const base = baselineAmong(known.slice(1), ({ cell }) => cell.model, document);
    if (
      best === undefined ||
      base === undefined ||
      rateOf(best) < (base.failedAtPerSecond ?? Number.POSITIVE_INFINITY)
    )
      return [];
    return [
      say`With arrivals on a schedule${subject === undefined ? '' : say`, on ${subject},`} ${named(formatModel(best.cell))} keeps ${inWords(objective)} ${reach(best)}, and ${named(formatModel(base.cell))} ${reach(base)}.`,
    ];
  });
}

type Rates = Pick<CapacityRecord, 'ratePerSecond' | 'failedAtPerSecond'>;

/** `12.0 k/s (not 13.0 k/s)`, or why it is not known. */
export function capacityText(capacity: Rates & { readonly reason?: string | undefined }): string {
  const { ratePerSecond, failedAtPerSecond, reason } = capacity;
  if (ratePerSecond === undefined) return reason ?? 'not measured';
  const limit =
    ratePerSecond === 0
      ? ''
      : failedAtPerSecond === undefined
        ? ' or more'
        : ` (not ${formatRate(failedAtPerSecond)})`;
  return `${keptText(capacity)}${limit}${reason === undefined ? '' : `, ${reason}`}`;
}

/** What was kept: `12.0 k/s`, or what it is less than where no rate was. */
export function keptText({ ratePerSecond, failedAtPerSecond = 0 }: Rates): string {
  if (ratePerSecond === undefined) return '';
  return ratePerSecond === 0 ? `under ${formatRate(failedAtPerSecond)}` : formatRate(ratePerSecond);
}

export function failedText({ failedAtPerSecond }: Rates): string {
  return failedAtPerSecond === undefined ? MISSING : formatRate(failedAtPerSecond);
}

/** Why it carries no more: what was not kept at the lowest rate that failed. */
export function whyNotMore({ ratePerSecond, failedAtPerSecond, reason, steps }: Capacity): string {
  const failed = steps.findLast((step) => !step.kept && step.ratePerSecond === failedAtPerSecond);
  const why =
    failed === undefined
      ? ratePerSecond === undefined
        ? ''
        : 'no higher rate was tried'
      : (failed.why ?? failed.measured);
  return [why, reason ?? ''].filter((part) => part !== '').join('; ');
}

/** All steps, by rate: `50.1/s ✓ p99 12.0 ms`, `105/s ✗ p99 231 ms`. */
export function stepTexts({ steps }: Capacity): string[] {
  const byRate = steps.toSorted((a, b) => a.ratePerSecond - b.ratePerSecond);
  return byRate.map(
    ({ ratePerSecond, kept, measured, why }) =>
      `${formatRate(ratePerSecond)} ${kept ? `✓ ${measured}` : `✗ ${why ?? measured}`}`,
  );
}

/** Where no higher rate was tried, what it kept is not where its reach ends. */
function reach(capacity: Capacity): string {
  if (rateOf(capacity) === 0) return `not even at ${failedText(capacity)}`;
  return `up to ${formatRate(rateOf(capacity))}${capacity.failedAtPerSecond === undefined ? ' at least' : ''}`;
}

function rateOf({ ratePerSecond = 0 }: Capacity): number {
  return ratePerSecond;
}
