import { z } from 'zod';
import { type Counts, Histogram } from '../stats/histogram.ts';
import { failuresTogether, timelineEntry } from '../stats/timeline.ts';
import { count, nonNegative, share } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

const entry = z
  .object({
    atNs: nonNegative.describe("Where the 100 ms begin, from the window's opening."),
    throughputPerSecond: nonNegative.describe('Requests that ended well in them.'),
    p50Ns: nonNegative.nullable().describe('Null where nothing ended.'),
    p99Ns: nonNegative.nullable().describe('Null where nothing ended.'),
    inFlight: count.describe('Requests in flight (or waiting for their start) at the end of the 100 ms.'),
    failed: z
      .object({
        requests: count.describe('How many.'),
        firstAtNs: nonNegative.describe("When the first of them ended, from the window's opening."),
        lastAtNs: nonNegative.describe("When the last of them ended, from the window's opening."),
      })
      .optional()
      .describe('Requests that failed in them. Left out where none did, and in older results.'),
  })
  .meta({ id: 'timelineEntry', description: '100 ms of a window.' });
export type TimelineEntry = z.infer<typeof entry>;

const disturbance = z
  .object({
    act: z
      .enum(['kill', 'start', 'freeze', 'thaw', 'slow'])
      .describe(
        'What was done: its process was ended, or started again; was stopped, or continued; or takes another time for each request from then on.',
      ),
    whom: z.string().describe('To whom.'),
    atShare: share.describe('When it was to be done: the share of the window that has passed.'),
    atNs: nonNegative
      .optional()
      .describe(
        "When it was done, from the window's opening; of a start: when it listened. Left out where the window closed before.",
      ),
    serviceNs: nonNegative.optional().describe('How long each request takes from then on.'),
  })
  .meta({ id: 'disturbance', description: 'What the run did to a peer, on purpose, while it measured.' });

const disturbanceInCell = disturbance
  .extend({
    failed: count.describe(
      'Requests that failed from then until the next disturbance, or the last whole 100 ms of the window: counted by 100 ms.',
    ),
    calmAfterNs: nonNegative
      .optional()
      .describe('When the last of them had failed, from the disturbance on. Left out where none did.'),
  })
  .meta({ id: 'disturbanceInCell', description: 'A disturbance, and what failed after it.' });
export type DisturbanceInCell = z.infer<typeof disturbanceInCell>;

/** One entry for each 100 ms of the window, and what was done to peers meanwhile. */
export const timeline = defineMetric({
  trial: {
    timeline: z.array(entry).optional().describe('One entry for each 100 ms of the window.'),
    disturbances: z
      .array(disturbance)
      .optional()
      .describe('What the run did to peers while it measured, in its order in time.'),
  },
  /** Of the first trial. */
  cell: {
    timeline: z
      .array(entry)
      .optional()
      .describe('One entry for each 100 ms of the window of the first trial.'),
    disturbances: z
      .array(disturbanceInCell)
      .optional()
      .describe('What the run did to peers in the first trial, in its order in time.'),
  },
  merge: (loops) => ({ timeline: mergedTimeline(loops) }),
  summarise(trials) {
    const first = trials.find((trial) => trial.timeline !== undefined);
    const done = first?.disturbances ?? known(trials, 'disturbances')[0];
    return {
      ...only('timeline', first?.timeline?.map(rounded)),
      ...only('disturbances', done && withFailures(done, first?.timeline ?? [])),
    };
  },
  columns: {},
});

type Disturbance = z.infer<typeof disturbance>;

/** Failures of a slot are those of the last disturbance before the last of them. */
function withFailures(
  disturbances: readonly Disturbance[],
  entries: readonly TimelineEntry[],
): DisturbanceInCell[] {
  const after = disturbances.map(() => [] as NonNullable<TimelineEntry['failed']>[]);
  for (const { failed } of entries) {
    if (failed === undefined) continue;
    // In the order in which they were done, which a slow start may have changed.
    const [last] = disturbances
      .map(({ atNs = Number.POSITIVE_INFINITY }, index) => ({ atNs, index }))
      .filter(({ atNs }) => atNs <= failed.lastAtNs)
      .sort((a, b) => b.atNs - a.atNs || b.index - a.index);
    if (last !== undefined) after[last.index]?.push(failed);
  }
  return disturbances.map((each, index) => {
    const failed = failuresTogether(after[index] ?? []);
    const calmAfterNs = failed && failed.lastAtNs - (each.atNs ?? 0);
    return { ...each, failed: failed?.requests ?? 0, ...only('calmAfterNs', calmAfterNs) };
  });
}

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
    const entries = loops.map((loop) => loop.timeline?.[index]);
    const inFlight = entries.reduce((sum, each) => sum + (each?.inFlight ?? 0), 0);
    const failed = failuresTogether(entries.flatMap((each) => each?.failed ?? []));
    return timelineEntry(index, together, inFlight, failed);
  });
}

/** More digits than a chart can show would be most of a page. */
const rounded = (slot: TimelineEntry): TimelineEntry => ({
  ...slot,
  throughputPerSecond: Number(slot.throughputPerSecond.toPrecision(5)),
});
