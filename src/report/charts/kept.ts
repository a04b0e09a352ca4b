/** What a search for capacities leaves to the curve: the rates that were kept. Those that failed are far off, and in the order of the search. */
import type { Capacity, RunDocument } from '../../result.ts';
import { formatModel } from '../formats/format.ts';
import type { LoadPart, Section } from '../summary/sections.ts';
import { capacitiesOf, otherParts } from '../verdicts/capacity-verdict.ts';
import { type Objective, parseObjective } from '../verdicts/threshold.ts';

export interface Kept {
  /** The rates of the search, each with the models that kept their objective in every trial at it. */
  readonly parts: readonly LoadPart[];
  readonly objectives: readonly Objective[];
}

/** Nothing where no rate was searched for, or none was kept. */
export function keptOf(document: RunDocument, section: Section): Kept | undefined {
  const others = otherParts(document, section);
  const groups = capacitiesOf(document, section);
  const keptBy = new Map(groups.flatMap(({ capacities }) => capacities.map((capacity) => [formatModel(capacity.cell), ratesKept(capacity)])));
  const parts = section.parts
    .filter((part) => !others.includes(part))
    .map(({ load, cells }) => ({
      load,
      cells: cells.filter((cell) => load.kind === 'open' && keptBy.get(formatModel(cell))?.has(load.ratePerSecond)),
    }))
    .filter(({ cells }) => cells.length > 0);
  return parts.length === 0 ? undefined : { parts, objectives: groups.map(({ objective }) => parseObjective(objective)) };
}

/** A rate that was kept once and failed once has one latency of both: it tells neither. */
function ratesKept({ steps }: Capacity): ReadonlySet<number> {
  const failed = new Set(steps.filter(({ kept }) => !kept).map(({ ratePerSecond }) => ratePerSecond));
  return new Set(steps.map(({ ratePerSecond }) => ratePerSecond).filter((rate) => !failed.has(rate)));
}
