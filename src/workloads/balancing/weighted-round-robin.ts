import type { Algorithm } from './algorithm.ts';

/**
 * Smooth: the turns of a back end are spread over the cycle (5:1:1 is a a b a c a a, and not a a a a a b c),
 * so that none gets a burst. In each turn every back end gains its weight; who has most is chosen, and pays
 * what all have gained.
 */
export const weightedRoundRobin: Algorithm = {
  name: 'weighted-round-robin',
  summary: 'In turns, each back end as often as its weight says',
  source: 'nginx, ngx_http_upstream_module: smooth weighted round robin',
  usesWeights: true,
  divides: 'in turns',
  choose({ candidates, weights, turn }) {
    const cycle = cycleOf(candidates, weights);
    return cycle[turn % cycle.length] as number;
  },
};

/** The back ends in the order of their turns, until it begins again: as many turns as the sum of weights. */
export function smoothCycle(candidates: readonly number[], weights: readonly number[]): number[] {
  const weightOf = (backEnd: number) => weights[backEnd] as number;
  const total = candidates.reduce((sum, backEnd) => sum + weightOf(backEnd), 0);
  const gained = new Map(candidates.map((backEnd) => [backEnd, 0]));
  return Array.from({ length: total }, () => {
    let most = candidates[0] as number;
    for (const backEnd of candidates) {
      gained.set(backEnd, (gained.get(backEnd) as number) + weightOf(backEnd));
      if ((gained.get(backEnd) as number) > (gained.get(most) as number)) most = backEnd;
    }
    gained.set(most, (gained.get(most) as number) - total);
    return most;
  });
}

/** The candidates are the same list for as long as none comes or goes. */
const cycles = new WeakMap<readonly number[], { readonly weights: readonly number[]; cycle: number[] }>();

function cycleOf(candidates: readonly number[], weights: readonly number[]): number[] {
  let known = cycles.get(candidates);
  if (known?.weights !== weights) {
    known = { weights, cycle: smoothCycle(candidates, weights) };
    cycles.set(candidates, known);
  }
  return known.cycle;
}
