import { z } from 'zod';
import { type Counts, Histogram } from '../stats/histogram.ts';
import { timelineEntry } from '../stats/timeline.ts';
import { count, nonNegative } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

const entry = z
  .object({
    atNs: nonNegative.describe("Where the 100 ms begin, from the window's opening."),
    throughputPerSecond: nonNegative.describe('Requests that ended well in them.'),
    p50Ns: nonNegative.nullable().describe('Null where nothing ended.'),
    p99Ns: nonNegative.nullable().describe('Null where nothing ended.'),
    inFlight: count.describe('Requests in flight (or waiting for their start) at the end of the 100 ms.'),
  })
  .meta({ id: 'timelineEntry', description: '100 ms of a window.' });
export type TimelineEntry = z.infer<typeof entry>;

/** One entry for each 100 ms of the window. */
export const timeline = defineMetric({
  trial: { timeline: z.array(entry).optional().describe('One entry for each 100 ms of the window.') },
  /** Of the first trial. */
  cell: {
    timeline: z
      .array(entry)
      .optional()
      .describe('One entry for each 100 ms of the window of the first trial.'),
  },
  merge: (loops) => ({ timeline: mergedTimeline(loops) }),
  summarise: (trials) => only('timeline', known(trials, 'timeline')[0]?.map(rounded)),
  columns: {},
});

/**
 * The slots that every loop has finished: what they counted together, and the requests that were in the
 * system of any of them.
 */
function mergedTimeline(
  loops: readonly {
    readonly slots?: readonly Counts[] | undefined;
    readonly timeline?: readonly TimelineEntry[] | undefined;
  }[],
): TimelineEntry[] {
  const finished = Math.min(...loops.map(({ slots = [] }) => slots.length));
  return Array.from({ length: finished }, (_, index) => {
    const together = new Histogram();
    for (const { slots } of loops) together.addCounts(slots?.[index] as Counts);
    const inFlight = loops.reduce((sum, { timeline }) => sum + (timeline?.[index]?.inFlight ?? 0), 0);
    return timelineEntry(index, together, inFlight);
  });
}

/** More digits than a chart can show would be most of a page. */
const rounded = (slot: TimelineEntry): TimelineEntry => ({
  ...slot,
  throughputPerSecond: Number(slot.throughputPerSecond.toPrecision(5)),
});
