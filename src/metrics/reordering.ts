import { meanOf } from '../stats/moments.ts';
import { share } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

const average = (all: readonly { readonly reorderedShare?: number | undefined }[]) => {
  const shares = known(all, 'reorderedShare');
  return only('reorderedShare', shares.length === 0 ? undefined : meanOf(shares));
};

/** The share of requests that ended before one that had begun earlier. */
export const reordering = defineMetric({
  trial: {
    reorderedShare: share.optional().describe('Requests that ended before one that had begun earlier.'),
  },
  cell: {
    reorderedShare: share.optional().describe('Requests that ended before one that had begun earlier.'),
  },
  merge: average,
  summarise: average,
  columns: { reordered_share: ({ reorderedShare }) => reorderedShare },
});
