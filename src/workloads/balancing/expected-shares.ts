/** What share of the requests each back end should get, where that is known beforehand. */
import type { Algorithm } from './algorithm.ts';

export interface Dividing {
  readonly algorithm: Pick<Algorithm, 'divides' | 'usesWeights'>;
  readonly weights: readonly number[];
  /** A choice is made for each request; connections that are kept may carry any number of them. */
  readonly isPerRequest: boolean;
  /** No back end comes, goes, or is too late for a limit, and all may get each request. */
  readonly isSteady: boolean;
}

/** In the order of the weights; `isByChance` if they are only means. `undefined` where none is known. */
export function expectedShares({
  algorithm: { divides, usesWeights },
  weights,
  isPerRequest,
  isSteady,
}: Dividing): readonly { readonly share: number; readonly isByChance: boolean }[] | undefined {
  if (divides === undefined || !isPerRequest || !isSteady) return undefined;
  const parts = weights.map((weight) => (usesWeights ? weight : 1));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => ({ share: part / total, isByChance: divides === 'by chance' }));
}
