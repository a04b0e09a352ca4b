import { z } from 'zod';
import { count, histogram, nonNegative, percentiles } from './fields.ts';
import { mergeStored } from './merge-stored.ts';
import { type Columns, defineMetric, known, only } from './metric.ts';
import { mergeTrials, percentilesOf } from './percentiles.ts';

const name = z
  .string()
  .describe(
    'As the workload names it; `dispatch` is from the start until another thread began the request, `rest` is after its last mark.',
  );
const storedPhase = histogram
  .extend({ name })
  .meta({ id: 'storedPhase', description: 'A phase of requests: its times, stored whole.' });
type StoredPhase = z.infer<typeof storedPhase>;

const phase = z
  .object({
    name,
    requests: count.describe('Requests that went through it.'),
    perRequestNs: nonNegative.describe(
      'Its part of the mean service time, over all requests: those of all phases add up to it.',
    ),
    ns: percentiles.describe('How long it took those that went through it.'),
  })
  .meta({ id: 'phase', description: 'A phase of requests.' });
/** A phase of a cell's requests. */
export type Phase = z.infer<typeof phase>;

/** The parts of a request whose ends the workload marks. */
export const phases = defineMetric({
  trial: {
    phases: z
      .array(storedPhase)
      .optional()
      .describe(
        'Where the workload marks phases: the parts of completed requests, in their order. Those of one request add up to its service time.',
      ),
  },
  cell: {
    phases: z
      .array(phase)
      .optional()
      .describe('Where the workload marks phases: the parts of completed requests, in their order.'),
  },
  merge: (loops) => only('phases', merged(known(loops, 'phases'))),
  summarise(trials) {
    const all = merged(known(trials, 'phases'));
    const requests = all?.find(({ name }) => name === 'rest')?.count ?? 0;
    return only(
      'phases',
      all?.map((stored) => summarised(stored, requests)),
    );
  },
  columns: {
    // `dns:81000 connect:120000`: mean times per request.
    phases_per_request_ns: ({ phases }) =>
      phases?.map(({ name, perRequestNs }) => `${name}:${Math.round(perRequestNs)}`).join(' '),
  } as Columns<{ phases?: readonly Phase[] | undefined }>,
});

/** Those of the same name as one, in the order in which they follow each other. */
function merged(parts: readonly (readonly StoredPhase[])[]): StoredPhase[] | undefined {
  if (parts.length === 0) return undefined;
  const longest = parts.toSorted((a, b) => b.length - a.length)[0] as readonly StoredPhase[];
  const names = new Set([...longest, ...parts.flat()].map(({ name }) => name));
  return [...names].sort(restLast).map((name) => ({
    name,
    ...mergeStored(parts.flatMap((part) => part.filter((stored) => stored.name === name))),
  }));
}

const restLast = (a: string, b: string): number => Number(a === 'rest') - Number(b === 'rest');

function summarised({ name, ...stored }: StoredPhase, requests: number): Phase {
  const { count: own = 0, meanNs } = stored;
  return {
    name,
    requests: own,
    perRequestNs: requests === 0 ? 0 : (meanNs * own) / requests,
    ns: percentilesOf(mergeTrials([{ histogram: stored, count: own }])),
  };
}
