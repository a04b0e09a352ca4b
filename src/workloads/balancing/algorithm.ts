/** What an algorithm of load balancing is: it chooses the back end of the next request. */
import type { Random } from '../workload.ts';

/**
 * What an algorithm may know when it chooses. On layer 7 a choice is made for each request, on layer 4 for
 * each connection.
 */
export interface Situation {
  /** The numbers of the back ends that may be chosen, ascending: at least one. */
  readonly candidates: readonly number[];
  /** The weight of each back end, by its number: whole numbers from 1 on. */
  readonly weights: readonly number[];
  /**
   * How many choices were made before this one, by all threads, among the back ends of the same route; no two
   * of those have the same.
   */
  readonly turn: number;
  /** The client's numeric address. */
  readonly address: string;
  readonly random: Random;
  /** How many choices of this back end are not over yet, of all threads. */
  underWay(backEnd: number): number;
  /** How long this back end takes to answer, smoothed, in nanoseconds; 0 as long as it has not answered. */
  responseNs(backEnd: number): number;
}

/** One file each, and a line in `index.ts`. */
export interface Algorithm {
  /** Lower case, words joined by `-`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Where it is described. */
  readonly source: string;
  /** Whether a back end with a larger weight is chosen more often. */
  readonly usesWeights: boolean;
  /**
   * How the back ends, if all are there, come by shares in proportion to their weights; `undefined` where the
   * shares depend on what back ends do, or on addresses.
   */
  readonly divides?: 'in turns' | 'by chance';
  /** Depends on the situation, and on nothing else; returns one of its candidates. */
  choose(situation: Situation): number;
}

/**
 * The candidate whose cost is least. Of several, the first from a place on that changes with each turn: they
 * would otherwise all be equally idle, and the first of them would get everything.
 */
export function leastOf({ candidates, turn }: Situation, costOf: (backEnd: number) => number): number {
  const first = turn % candidates.length;
  let least = candidates[first] as number;
  let leastCost = costOf(least);
  for (let step = 1; step < candidates.length; step++) {
    const backEnd = candidates[(first + step) % candidates.length] as number;
    const cost = costOf(backEnd);
    if (cost < leastCost) [least, leastCost] = [backEnd, cost];
  }
  return least;
}

/** How busy a back end would be with one more, for its weight. */
export const loadOf = ({ underWay, weights }: Pick<Situation, 'underWay' | 'weights'>, backEnd: number) =>
  (underWay(backEnd) + 1) / (weights[backEnd] as number);
