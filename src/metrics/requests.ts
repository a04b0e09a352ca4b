import { z } from 'zod';
import { sumOf } from '../stats/moments.ts';
import { count, recordOf } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

/**
 * Every request is in exactly one figure: atOpening + due = completed + failed + shed + atClose, and
 * atClose = drained + failedDraining + unfinished.
 */
const CONSERVED = {
  atOpening: count.describe('In the system (due, and not ended) as the window opened.'),
  atClose: count.describe('In the system (due, and not ended) as the window closed.'),
  due: count.describe('Due in the window: by the schedule, or by the clients who became ready.'),
  completed: count.describe('Ended well in the window.'),
  failed: count.describe('Ended badly in the window.'),
  shed: count.describe('Due in the window, and not sent.'),
  drained: count.describe('Of those in the system at the close: ended well.'),
  failedDraining: count.describe('Of those in the system at the close: ended badly.'),
  unfinished: count.describe('Of those in the system at the close: given up.'),
};
const conservationSchema = z.object(CONSERVED).meta({
  id: 'conservation',
  description:
    'Every request is in exactly one figure: atOpening + due = completed + failed + shed + atClose, and atClose = drained + failedDraining + unfinished.',
});
export type Conservation = z.infer<typeof conservationSchema>;

/** What became of the requests. */
export const requests = defineMetric({
  trial: {
    completed: count.describe('Requests that ended well in the window; only these have a latency.'),
    failed: count.describe('Requests that ended badly in the window.'),
    errors: recordOf(count).describe(
      "Failed requests by error code, those that failed after the window's close included.",
    ),
    firstFailure: z
      .string()
      .optional()
      .describe('The message of the first request that failed, in the window or before.'),
    reconnects: count
      .optional()
      .describe(
        'Connections that had ended (with an answer, or while they were idle) and were made anew by the next request.',
      ),
    statuses: recordOf(count)
      .optional()
      .describe('Requests that ended well with another status than 2xx, by their status.'),
    cacheHits: count
      .optional()
      .describe(
        'Requests that ended well with an answer from a cache, by its field Cache-Status, where clients look for that.',
      ),
    shed: count.describe('Requests an open load did not send, because too many were in flight.'),
    unfinished: count.describe(
      'Requests that were in the system as the window closed, and had not ended when the trial gave up waiting for them.',
    ),
    conservation: conservationSchema
      .optional()
      .describe('The account of all requests: each is in exactly one figure.'),
  },
  cell: {
    completed: count.describe('Requests that ended well in the windows of all trials.'),
    failed: count.describe('Requests that ended badly in the windows of all trials.'),
    errors: recordOf(count).describe('Failed requests by error code, over all trials.'),
    firstFailure: z
      .string()
      .optional()
      .describe('The message of the first request that failed, in the first trial with a failure.'),
    failedDraining: count
      .optional()
      .describe('In the system as a window closed, and ended badly afterwards; in `errors`, too.'),
    reconnects: count
      .optional()
      .describe('Connections that were made anew, over all trials; left out where no trial counted them.'),
    statuses: recordOf(count)
      .optional()
      .describe('Requests that ended well with another status than 2xx, by their status.'),
    cacheHits: count
      .optional()
      .describe(
        'Requests that ended well with an answer from a cache, by its field Cache-Status, over all trials.',
      ),
    shed: count.describe('Requests that an open load did not send, over all trials.'),
    unfinished: count.describe('Requests that were given up after the windows closed, over all trials.'),
  },
  merge: (loops) => ({
    ...counted(loops),
    ...only('firstFailure', known(loops, 'firstFailure')[0]),
    ...only('conservation', conserved(known(loops, 'conservation'))),
  }),
  summarise(trials) {
    const draining = sumOf(known(trials, 'conservation').map(({ failedDraining }) => failedDraining));
    const failing = trials.filter(({ errors }) => Object.keys(errors).length > 0);
    return {
      ...counted(trials),
      ...only('firstFailure', known(failing, 'firstFailure')[0]),
      ...only('failedDraining', draining === 0 ? undefined : draining),
    };
  },
  columns: {
    completed: ({ completed }) => completed,
    failed: ({ failed }) => failed,
    failed_draining: ({ failedDraining = 0 }) => failedDraining,
    reconnects: ({ reconnects }) => reconnects,
    // `301:1000 304:2`; empty where all answers were 2xx, or there were none.
    other_statuses: ({ statuses = {} }) =>
      Object.entries(statuses)
        .map(([status, times]) => `${status}:${times}`)
        .join(' '),
    cache_hits: ({ cacheHits }) => cacheHits,
    shed: ({ shed }) => shed,
    unfinished: ({ unfinished }) => unfinished,
  },
});

interface Counted {
  readonly completed: number;
  readonly failed: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly reconnects?: number | undefined;
  readonly statuses?: Readonly<Record<string, number>> | undefined;
  readonly cacheHits?: number | undefined;
  readonly shed: number;
  readonly unfinished: number;
}

/**
 * What can be added up, whether of loops or of trials; what nobody has counted (an older iobench) is not
 * known, and left out.
 */
function counted(all: readonly Counted[]) {
  const [reconnects, statuses] = [known(all, 'reconnects'), known(all, 'statuses')];
  const hits = known(all, 'cacheHits');
  return {
    completed: sumOf(all.map(({ completed }) => completed)),
    failed: sumOf(all.map(({ failed }) => failed)),
    errors: addCounts(all.map(({ errors }) => errors)),
    ...only('reconnects', reconnects.length === 0 ? undefined : sumOf(reconnects)),
    ...only('statuses', statuses.length === 0 ? undefined : addCounts(statuses)),
    ...only('cacheHits', hits.length === 0 ? undefined : sumOf(hits)),
    shed: sumOf(all.map(({ shed }) => shed)),
    unfinished: sumOf(all.map(({ unfinished }) => unfinished)),
  };
}

/** Each loop's account holds by itself, and so does their sum. */
function conserved(accounts: readonly Conservation[]): Conservation | undefined {
  if (accounts.length === 0) return undefined;
  const keys = Object.keys(CONSERVED) as (keyof Conservation)[];
  return Object.fromEntries(
    keys.map((key) => [key, sumOf(accounts.map((account) => account[key]))]),
  ) as Conservation;
}

/** Adds counts of the same error code, or the same status. */
export function addCounts(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total = new Map<string, number>();
  for (const part of parts) {
    for (const [code, times] of Object.entries(part)) total.set(code, (total.get(code) ?? 0) + times);
  }
  return Object.fromEntries(total);
}
