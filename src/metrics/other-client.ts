import { z } from 'zod';
import { sumOf } from '../stats/moments.ts';
import { count, nonNegative } from './fields.ts';
import { defineMetric, known, only, type TrialBase } from './metric.ts';

const shared = {
  program: z.string().describe('Its name.'),
  version: z.string().describe('As it reports that itself.'),
  connections: count.describe('Connections, each of which waits for its answer.'),
  threads: count.optional().describe('Its threads, which share the connections.'),
  seconds: nonNegative.describe(
    'For how long it loaded the server, in seconds: a program may only know whole ones.',
  ),
};

const loaded = z
  .object({
    ...shared,
    throughputPerSecond: nonNegative.describe('As it reports that.'),
    p50Ns: nonNegative.optional().describe('Half of its requests took no longer, as it reports that.'),
    p99Ns: nonNegative.optional().describe('99 of 100 took no longer, as it reports that.'),
    errors: count.describe('Connections and requests of it that failed.'),
    cpuShare: nonNegative.optional().describe('CPU time that it used, over the time: 1 is one core.'),
    serverCpuShare: nonNegative.optional().describe('What the server used meanwhile, in the same way.'),
  })
  .meta({
    id: 'otherClient',
    description: 'The same load on the same server, sent by another program after the window.',
  });
/** The same load on the same server, sent by another program after the window. */
export type OtherClient = z.infer<typeof loaded>;

/** A server whose requests another program has sent, too. */
export const otherClient = defineMetric({
  trial: {
    otherClient: loaded
      .optional()
      .describe('What another program measured of the server, where that was asked for.'),
  },
  cell: {
    otherClient: z
      .object({
        ...shared,
        throughputPerSecond: nonNegative.describe('The middle one of the trials.'),
        ofOurs: nonNegative
          .optional()
          .describe(
            'Its throughput over that of iobench’s clients: the middle one of the trials without errors; left out if there is none.',
          ),
        p50Ns: nonNegative.optional().describe('Its p50, the middle one of the trials.'),
        p99Ns: nonNegative.optional().describe('Its p99, the middle one of the trials.'),
        errors: count.describe('Connections and requests of it that failed, in all trials.'),
        cpuShare: nonNegative.optional().describe('Its share of one core, the middle one of the trials.'),
        serverCpuShare: nonNegative
          .optional()
          .describe('The server’s share of one core meanwhile, the middle one of the trials.'),
      })
      .optional()
      .describe('What another program measured of the server, over all trials.'),
  },
  // It loads the server after all loops have measured.
  merge: () => ({}),
  summarise(trials) {
    const both = trials.flatMap(({ otherClient, ...trial }) =>
      otherClient ? [{ otherClient, ...trial }] : [],
    );
    const all = known(trials, 'otherClient');
    const [first] = all;
    if (first === undefined) return {};
    const { program, version, connections, threads, seconds } = first;
    const middleOf = (key: 'p50Ns' | 'p99Ns' | 'cpuShare' | 'serverCpuShare') =>
      only(key, middle(known(all, key)));
    return {
      otherClient: {
        ...{ program, version, connections, ...only('threads', threads), seconds },
        throughputPerSecond: middle(known(all, 'throughputPerSecond')) ?? 0,
        ...only('ofOurs', middle(both.flatMap(ratioOf))),
        ...middleOf('p50Ns'),
        ...middleOf('p99Ns'),
        errors: sumOf(known(all, 'errors')),
        ...middleOf('cpuShare'),
        ...middleOf('serverCpuShare'),
      },
    };
  },
  columns: {
    other_client: ({ otherClient }) => otherClient && `${otherClient.program} ${otherClient.version}`,
    other_client_throughput_per_second: ({ otherClient }) => otherClient?.throughputPerSecond,
    other_client_ratio_to_ours: ({ otherClient }) => otherClient?.ofOurs,
    other_client_p50_ns: ({ otherClient }) => otherClient?.p50Ns,
    other_client_p99_ns: ({ otherClient }) => otherClient?.p99Ns,
    other_client_errors: ({ otherClient }) => otherClient?.errors,
    other_client_cpu_share: ({ otherClient }) => otherClient?.cpuShare,
  },
});

/** Its throughput over ours; none where some failed, since a program may count answers that are errors. */
const ratioOf = ({
  otherClient,
  completed,
  windowNs,
}: Pick<TrialBase, 'completed' | 'windowNs'> & { readonly otherClient: OtherClient }): number[] =>
  completed === 0 || otherClient.errors > 0
    ? []
    : [otherClient.throughputPerSecond / ((completed / windowNs) * 1e9)];

/** The lower one of the two in the middle of an even number. */
function middle(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];
}
