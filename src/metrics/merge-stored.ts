/** Stored histograms of the same thing, as one. */
import { mergeEncoded } from '../stats/encoded-histogram.ts';
import type { StoredHistogram } from './fields.ts';

/** With the exact mean of all their values. */
export function mergeStored(parts: readonly StoredHistogram[]): StoredHistogram {
  const count = parts.reduce((sum, part) => sum + (part.count ?? 0), 0);
  const sumNs = parts.reduce((sum, part) => sum + part.meanNs * (part.count ?? 0), 0);
  return { hdr: mergeEncoded(parts.map(({ hdr }) => hdr)), meanNs: count === 0 ? 0 : sumNs / count, count };
}
