import { z } from 'zod';
import { sumOf } from '../stats/moments.ts';
import { nonNegative } from './fields.ts';
import { defineMetric, known, only } from './metric.ts';

const inAndOut = z.object({
  in: nonNegative.describe('Read and received.'),
  out: nonNegative.describe('Written and sent.'),
});
type InAndOut = z.infer<typeof inAndOut>;

/** What requests that are written as operations move over the window; of functions it is not known. */
export const bytes = defineMetric({
  trial: {
    bytes: inAndOut
      .optional()
      .describe(
        'What requests that are written as operations moved over the window; of functions it is not known.',
      ),
  },
  cell: {
    bytesPerSecond: inAndOut
      .optional()
      .describe('What requests that are written as operations moved; of functions it is not known.'),
  },
  merge: (loops) => only('bytes', sum(known(loops, 'bytes'))),
  summarise(trials) {
    const counted = trials.filter(({ bytes }) => bytes !== undefined);
    const total = sum(known(counted, 'bytes'));
    const seconds = sumOf(counted.map(({ windowNs }) => windowNs)) / 1e9;
    return only('bytesPerSecond', total && { in: total.in / seconds, out: total.out / seconds });
  },
  columns: {
    bytes_in_per_second: ({ bytesPerSecond }) => bytesPerSecond?.in,
    bytes_out_per_second: ({ bytesPerSecond }) => bytesPerSecond?.out,
  },
});

const sum = (parts: readonly InAndOut[]): InAndOut | undefined =>
  parts.length === 0
    ? undefined
    : { in: sumOf(parts.map((part) => part.in)), out: sumOf(parts.map((part) => part.out)) };
