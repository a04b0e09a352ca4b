import { nonNegative } from './fields.ts';
import { defineMetric } from './metric.ts';

const highest = (all: readonly { readonly maxRssBytes: number }[]) => ({
  maxRssBytes: Math.max(...all.map(({ maxRssBytes }) => maxRssBytes)),
});

/** The most memory that the measured process held. */
export const memory = defineMetric({
  trial: { maxRssBytes: nonNegative.describe('The most memory that the measured process held.') },
  cell: { maxRssBytes: nonNegative.describe('The most memory that a measured process held, of all trials.') },
  merge: highest,
  summarise: highest,
  columns: { max_rss_bytes: ({ maxRssBytes }) => maxRssBytes },
});
