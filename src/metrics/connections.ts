import { z } from 'zod';
import { sumOf } from '../stats/moments.ts';
import { count, nonNegative } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

const fates = {
  /** By `accept`, from the server's start to its end: each is in exactly one of the three that follow. */
  accepted: count,
  served: count,
  failed: count,
  /** Not over as the clients had left. */
  open: count,
  /** Calls of `accept` that failed. */
  refused: count,
};

/** What became of the connections of a server. */
export const connections = defineMetric({
  trial: {
    connections: z
      .object({
        ...fates,
        /** In the window. */
        acceptedInWindow: count,
        /** Open as the window closed. */
        openAtClose: count,
        /**
         * In the window: dropped by the kernel, as a queue of connections was full (all servers of this
         * machine).
         */
        listenOverflows: count,
      })
      .optional(),
    /** By the clients, from their start on. */
    connectionsMade: count.optional(),
  },
  cell: {
    connections: z
      .object({
        ...fates,
        acceptedPerSecond: nonNegative,
        /** The most of all trials. */
        mostOpen: count,
        listenOverflows: count,
      })
      .optional(),
  },
  // A server is never one of several loops here: it is measured as a whole.
  merge: (loops) => only('connectionsMade', sumOf(known(loops, 'connectionsMade')) || undefined),
  summarise(trials) {
    const all = known(trials, 'connections');
    const sum = (key: keyof (typeof all)[number]) => sumOf(all.map((each) => each[key]));
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
