/** The capacities of two runs: by the rates that were kept, and those that were not. */
import { type Capacity, type RunDocument, searchKey } from '../../result.ts';
import type { Verdict } from '../../stats/compare-trials.ts';
import { otherRuns, type Unpaired } from './pairing.ts';

export interface CapacityPair {
  readonly base: Capacity;
  readonly next: Capacity;
}

/** Pairs the capacities that both runs found for the same objective, in the order of the new run. */
export function pairCapacities(
  base: RunDocument,
  next: RunDocument,
): { pairs: CapacityPair[]; unpaired: Unpaired[] } {
  const [bases, nexts] = [foundIn(base), foundIn(next)];
  const reason = otherRuns(base, next);
  if (reason !== undefined)
    return {
      pairs: [],
      unpaired: [...nexts.values()].map(({ cell, objective }) => ({ cell, objective, reason })),
    };
  const pairs: CapacityPair[] = [];
  const unpaired: Unpaired[] = [];
  for (const [key, found] of nexts) {
    const other = bases.get(key);
    const reason = other === undefined ? 'only in NEW' : whyNot(other, found);
    if (reason === undefined) pairs.push({ base: other as Capacity, next: found });
    else unpaired.push({ cell: found.cell, objective: found.objective, reason });
  }
  for (const [key, { cell, objective }] of bases)
    if (!nexts.has(key)) unpaired.push({ cell, objective, reason: 'only in BASE' });
  return { pairs, unpaired };
}

const foundIn = ({ capacities = [] }: RunDocument) =>
  new Map(capacities.map((each) => [searchKey(each), each]));

function whyNot(base: Capacity, next: Capacity): string | undefined {
  const unknown = Object.entries({ BASE: base, NEW: next }).find(
    ([, { ratePerSecond }]) => ratePerSecond === undefined,
  );
  if (unknown !== undefined) return `not known in ${unknown[0]}: ${unknown[1].reason ?? 'not measured'}`;
  if (base.arrivals === undefined || next.arrivals === undefined) return undefined;
  if (base.arrivals !== next.arrivals)
    return `other arrivals: ${base.arrivals} in BASE, ${next.arrivals} in NEW`;
  if (base.clients !== next.clients)
    return `other pools of clients: ${poolOf(base)} in BASE, ${poolOf(next)} in NEW`;
  return undefined;
}

const poolOf = ({ clients }: Capacity) => clients ?? 'none';

export interface CapacityComparison {
  readonly verdict: Verdict;
  /**
   * How many times as much the new run carries. A run that kept no rate counts with the lowest that it tried.
   */
  readonly ratio: number;
  /**
   * What the rates that were kept and that were not leave open; `undefined` where a run kept all that it
   * tried, or BASE kept nothing.
   */
  readonly interval: { readonly low: number; readonly high: number } | undefined;
}

/**
 * A run carries more where it kept a rate at which the other failed. That is what these two searches show;
 * how far a repetition would be from them, one search per run cannot show.
 */
export function compareCapacities({ base, next }: CapacityPair): CapacityComparison {
  const [before, after] = [bracketed(base), bracketed(next)];
  const isKnown = Number.isFinite(before.failed) && Number.isFinite(after.failed) && before.kept > 0;
  return {
    verdict:
      after.kept >= before.failed ? 'faster' : before.kept >= after.failed ? 'slower' : 'no difference shown',
    ratio: after.figure / before.figure,
    interval: isKnown ? { low: after.kept / before.failed, high: after.failed / before.kept } : undefined,
  };
}

function bracketed({ ratePerSecond = 0, failedAtPerSecond = Number.POSITIVE_INFINITY }: Capacity) {
  return {
    kept: ratePerSecond,
    failed: failedAtPerSecond,
    figure: ratePerSecond > 0 ? ratePerSecond : failedAtPerSecond,
  };
}
