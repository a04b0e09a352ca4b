/** Putting together what several threads measured at the same time. */
import { mergeEncoded } from './histogram.ts';

export const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** One histogram from several, with the exact mean of all their values. */
export function mergeStored(parts: readonly { hdr: string; meanNs: number; count: number }[]): { hdr: string; meanNs: number } {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const sumNs = parts.reduce((sum, part) => sum + part.meanNs * part.count, 0);
  return { hdr: mergeEncoded(parts.map(({ hdr }) => hdr)), meanNs: count === 0 ? 0 : sumNs / count };
}
