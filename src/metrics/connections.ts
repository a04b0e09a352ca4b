import { z } from 'zod';
import { sumOf } from '../stats/moments.ts';
import { count, nonNegative } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

const fates = {
  accepted: count.describe('Since the server began: each is in exactly one of the three that follow.'),
  served: count.describe('`serve` has returned.'),
  failed: count.describe('`serve` has thrown an error.'),
  open: count.describe('Not over when the clients had left.'),
  refused: count.describe('Calls of `accept` that failed.'),
  firstFailure: z.string().optional().describe('Why the first of those failed.'),
};

/** What became of the connections of a server. */
export const connections = defineMetric({
  trial: {
    connections: z
      .object({
        ...fates,
        acceptedInWindow: count.describe('In the window.'),
        openAtClose: count.describe('Open as the window closed.'),
        listenOverflows: count.describe(
          'In the window: dropped by the kernel, as a queue of connections was full (all servers of this machine).',
        ),
      })
      .optional()
      .describe('Of a server: what became of its connections.'),
    connectionsMade: count
      .optional()
      .describe('Connections that clients of a server made, from their start on.'),
  },
  cell: {
    connections: z
      .object({
        ...fates,
        acceptedPerSecond: nonNegative.describe('In the windows.'),
        mostOpen: count.describe('Open as a window closed: the most of all trials.'),
        listenOverflows: count.describe(
          'In the windows: dropped by the kernel, as a queue of connections was full (all servers of this machine).',
        ),
      })
      .optional()
      .describe('Of a server: what became of its connections, over all trials.'),
  },
  // A server is never one of several loops here: it is measured as a whole.
  merge: (loops) => only('connectionsMade', sumOf(known(loops, 'connectionsMade')) || undefined),
  summarise(trials) {
    const all = known(trials, 'connections');
    const sum = (key: Exclude<keyof (typeof all)[number], 'firstFailure'>) =>
      sumOf(all.map((each) => each[key]));
    const windowsNs = sumOf(trials.map(({ windowNs }) => windowNs));
    return only(
      'connections',
      all.length === 0
        ? undefined
        : {
            accepted: sum('accepted'),
            served: sum('served'),
            failed: sum('failed'),
            open: sum('open'),
            refused: sum('refused'),
            ...only('firstFailure', known(all, 'firstFailure')[0]),
            acceptedPerSecond: (sum('acceptedInWindow') / windowsNs) * 1e9,
            mostOpen: Math.max(...all.map(({ openAtClose }) => openAtClose)),
            listenOverflows: sum('listenOverflows'),
          },
    );
  },
  columns: {
    connections_accepted: ({ connections }) => connections?.accepted,
    connections_served: ({ connections }) => connections?.served,
    connections_failed: ({ connections }) => connections?.failed,
    connections_left_open: ({ connections }) => connections?.open,
    connections_accepted_per_second: ({ connections }) => connections?.acceptedPerSecond,
    connections_most_open: ({ connections }) => connections?.mostOpen,
    listen_overflows: ({ connections }) => connections?.listenOverflows,
  },
});
