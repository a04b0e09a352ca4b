import { z } from 'zod';
import { fairnessOf } from '../stats/fairness.ts';
import { sumOf } from '../stats/moments.ts';
import { nonNegative, recordOf, share } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

/** What each peer says it used over the window. */
export const peers = defineMetric({
  trial: {
    peers: z
      .array(
        z.object({
          name: z.string().describe('Its name.'),
          cpuNs: nonNegative.describe('CPU time that it used.'),
          wallNs: nonNegative.describe('Time over which it used that.'),
          requests: nonNegative.optional().describe('Requests that it got, of a peer that counts them.'),
          expected: z
            .object({
              share: share.describe('The share of all requests that it should get.'),
              isByChance: z
                .boolean()
                .describe(
                  'Each request is given to it by chance; otherwise in turns, and the share is exact.',
                ),
            })
            .optional()
            .describe('Of a peer that counts its requests, where its workload knows that beforehand.'),
        }),
      )
      .describe('What each peer reports that it used over the window.'),
    peerStickiness: share
      .optional()
      .describe(
        'Of requests whose address sent several in the window: the share that went to the peer that got most of that address, by the counts of peers that know addresses.',
      ),
  },
  cell: {
    peerCpuShare: recordOf(nonNegative).describe("The busiest trial's share of one core, for each peer."),
    peerRequests: recordOf(nonNegative)
      .optional()
      .describe('Requests that each peer got in all trials, by its own count, of peers that count them.'),
    peerExpectedShares: recordOf(
      z.object({
        share: share.describe('The share of the requests that it should get.'),
        deviation: nonNegative.describe('By how much chance makes the share of this many requests differ.'),
      }),
    )
      .optional()
      .describe('What each of these peers should have got, where that is known; standard deviations.'),
    peerStickiness: share
      .optional()
      .describe(
        'The share of requests that went to the peer that got most of their address: the mean of the trials.',
      ),
  },
  // All loops have the same ones.
  merge: ([first]) => ({
    peers: [...(first?.peers ?? [])],
    ...only('peerStickiness', first?.peerStickiness),
  }),
  summarise(trials) {
    const shares = new Map<string, number>();
    const counts = new Map<string, number>();
    for (const { name, cpuNs, wallNs, requests } of trials.flatMap(({ peers }) => peers)) {
      shares.set(name, Math.max(shares.get(name) ?? 0, wallNs === 0 ? 0 : cpuNs / wallNs));
      if (requests !== undefined) counts.set(name, (counts.get(name) ?? 0) + requests);
    }
    const expected = expectedOf(trials.at(-1)?.peers ?? [], counts);
    const sticky = known(trials, 'peerStickiness');
    return {
      peerCpuShare: Object.fromEntries(shares),
      ...only('peerRequests', counts.size > 0 ? Object.fromEntries(counts) : undefined),
      ...only('peerExpectedShares', expected.length > 0 ? Object.fromEntries(expected) : undefined),
      ...only('peerStickiness', sticky.length > 0 ? sumOf(sticky) / sticky.length : undefined),
    };
  },
  columns: {
    busiest_peer_cpu_share: ({ peerCpuShare }) => Object.values(peerCpuShare).sort((a, b) => b - a)[0],
    peer_fairness: ({ peerRequests }) => peerRequests && fairnessOf(Object.values(peerRequests)),
    peer_stickiness: ({ peerStickiness }) => peerStickiness,
  },
});

interface CountingPeer {
  readonly name: string;
  readonly expected?: { readonly share: number; readonly isByChance: boolean } | undefined;
}

/** The deviation is that of a binomial share. */
function expectedOf(peers: readonly CountingPeer[], counts: ReadonlyMap<string, number>) {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return peers.flatMap(({ name, expected }) => {
    if (expected === undefined || total === 0) return [];
    const { share, isByChance } = expected;
    const deviation = isByChance ? Math.sqrt((share * (1 - share)) / total) : 0;
    return [[name, { share, deviation }] as const];
  });
}
