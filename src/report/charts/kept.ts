/**
 * What a search for capacities leaves to the curve: the rates that were kept. Those that failed are far off,
 * and in the order of the search.
 */
import type { Capacity, RunDocument } from '../../result.ts';
import { formatModel } from '../formats/format.ts';
import { ranking } from '../summary/order.ts';
import type { Section } from '../summary/sections.ts';
import { capacitiesOf } from '../verdicts/capacity-verdict.ts';
import { type Objective, parseObjective } from '../verdicts/threshold.ts';
import type { CurvePoint, CurveSeries } from './curve.ts';

export interface Kept {
  readonly objectives: readonly Objective[];
  /**
   * One for each model that kept a rate, in the order of the document; its points in the order of the rates.
   */
  readonly series: readonly CurveSeries[];
}

/** `undefined` where no rate was searched for, or none was kept. */
export function keptOf(document: RunDocument, section: Section): Kept | undefined {
  const groups = capacitiesOf(document, section);
  const place = ranking(document.run.models.map(({ name }) => name));
  const found = groups.flatMap(({ capacities }) =>
    capacities.map((capacity) => ({ capacity, points: pointsKept(capacity) })),
  );
  const variants = new Map<string, number>();
  const series = found
    .filter(({ points }) => points.length > 0)
    .sort((a, b) => place(a.capacity.cell.model) - place(b.capacity.cell.model))
    .map(({ capacity: { cell }, points }): CurveSeries => {
      const variant = variants.get(cell.model) ?? 0;
      variants.set(cell.model, variant + 1);
      return { name: formatModel(cell), model: cell.model, variant, points };
    });
  return series.length === 0
    ? undefined
    : { series, objectives: groups.map(({ objective }) => parseObjective(objective)) };
}

/** A rate that was kept once and failed once has a latency of each: neither is the rate's. */
function pointsKept({ arrivals, clients, steps }: Capacity): CurvePoint[] {
  const failed = new Set(steps.filter(({ kept }) => !kept).map(({ ratePerSecond }) => ratePerSecond));
  return steps
    .filter(({ ratePerSecond }) => !failed.has(ratePerSecond))
    .toSorted((a, b) => a.ratePerSecond - b.ratePerSecond)
    .flatMap(({ ratePerSecond, throughputPerSecond, latencyNs }) => {
      if (arrivals === undefined || throughputPerSecond === undefined || latencyNs === undefined) return [];
      return [{ load: { kind: 'open', ratePerSecond, arrivals, clients }, throughputPerSecond, latencyNs }];
    });
}
