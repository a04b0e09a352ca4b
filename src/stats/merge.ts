/** Putting together what several threads measured at the same time. */
import { mergeEncoded } from './histogram.ts';

export const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Stored {
  readonly hdr: string;
  readonly meanNs: number;
  readonly count?: number | undefined;
}

/** One histogram from several, with the exact mean of all their values; `undefined` of none. */
export function mergeStored(parts: readonly Stored[]): Required<Stored> | undefined {
  if (parts.length === 0) return undefined;
  const count = parts.reduce((sum, part) => sum + (part.count ?? 0), 0);
  const sumNs = parts.reduce((sum, part) => sum + part.meanNs * (part.count ?? 0), 0);
  return { hdr: mergeEncoded(parts.map(({ hdr }) => hdr)), meanNs: count === 0 ? 0 : sumNs / count, count };
}
