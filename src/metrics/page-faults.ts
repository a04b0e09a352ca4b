import { z } from 'zod';
import { meanOf, sumOf } from '../stats/moments.ts';
import { count, nonNegative } from './fields.ts';
import { defineMetric, known, only, perRequest } from './metric.ts';

/** Page faults of the measured process over the window (getrusage(2)). */
export const pageFaults = defineMetric({
  trial: {
    pageFaults: z
      .object({ minor: count.describe('Served without I/O.'), major: count.describe('Served with I/O.') })
      .optional()
      .describe('Page faults of the measured process over the window (getrusage(2)).'),
  },
  cell: {
    pageFaultsPerRequest: nonNegative.optional().describe('Both, of all requests that ended in the windows.'),
  },
  merge(loops) {
    const faults = known(loops, 'pageFaults');
    const mean = (kind: 'minor' | 'major') => Math.round(meanOf(faults.map((each) => each[kind])));
    return only(
      'pageFaults',
      faults.length === 0 ? undefined : { minor: mean('minor'), major: mean('major') },
    );
  },
  summarise(trials) {
    const counted = trials.filter(({ pageFaults }) => pageFaults !== undefined);
    const faults = sumOf(known(counted, 'pageFaults').map(({ minor, major }) => minor + major));
    return only('pageFaultsPerRequest', counted.length === 0 ? undefined : perRequest(faults, counted));
  },
  columns: { page_faults_per_request: ({ pageFaultsPerRequest }) => pageFaultsPerRequest },
});
