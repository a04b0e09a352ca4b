/** What a message costs beside one of the same size by the cheapest protocol. */
import type { MeasuredCell, RunDocument } from '../../result.ts';
import { FEWEST_TRIALS } from '../../stats/interval.ts';
import { formatBytes, formatLoad, formatModel, formatRatio } from '../formats/format.ts';
import { type Comparison, comparisonsWith } from '../summary/protocols.ts';
import { isMeasured, type Section } from '../summary/sections.ts';
import { named, type Sentence, say } from './sentence.ts';

/** Below this factor it may be chance: CPU times have no interval. */
const LEAST_FACTOR = 1.1;

/**
 * The sentence about the section's largest number of clients; none for the cheapest protocol, nor where no
 * model has enough trials of all of them.
 */
export function protocolVerdict(document: RunDocument, section: Section, subject?: Sentence): Sentence[] {
  const all = comparisonsWith(document, section);
  const comparison = all.findLast(({ load }) => load.kind === 'closed') ?? all.at(-1);
  const costs = comparison === undefined ? undefined : leastCosts(comparison);
  if (comparison === undefined || costs === undefined) return [];
  const own = costs.find(({ carrier }) => carrier.section.slug === section.slug);
  const base = costs.reduce((least, each) => (each.cpuNs < least.cpuNs ? each : least));
  if (own === undefined || own.cpuNs < LEAST_FACTOR * base.cpuNs) return [];
  const { bytes, load } = comparison;
  const at = subject === undefined ? say`At ${formatLoad(load)}` : say`On ${subject} at ${formatLoad(load)}`;
  return [
    say`${at} a request with messages of ${formatBytes(bytes)} takes ${formatRatio(own.cpuNs / base.cpuNs)} the CPU time of one of ${named(base.carrier.label)}, under ${named(own.model)}.`,
  ];
}

/** The CPU time of each protocol under the model that takes the least for all of them together. */
function leastCosts({ carriers }: Comparison) {
  const tables = carriers.map(
    ({ cells }) => new Map(cells.filter(isKnown).map((cell) => [formatModel(cell), cell])),
  );
  const [first, ...others] = tables;
  const models = [...(first?.keys() ?? [])].filter((model) => others.every((table) => table.has(model)));
  const costs = models.map((model) =>
    carriers.map((carrier, place) => {
      const cell = tables[place]?.get(model) as MeasuredCell;
      return { carrier, model, cpuNs: cell.cpu.perRequestNs };
    }),
  );
  const sumOf = (all: (typeof costs)[number]) => all.reduce((sum, { cpuNs }) => sum + cpuNs, 0);
  return costs.toSorted((a, b) => sumOf(a) - sumOf(b))[0];
}

const isKnown = (cell: Parameters<typeof isMeasured>[0]): cell is MeasuredCell =>
  isMeasured(cell) && cell.trials >= FEWEST_TRIALS && cell.cpu.perRequestNs > 0;
