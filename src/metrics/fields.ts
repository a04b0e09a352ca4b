/** The kinds of fields that results are made of. */
import { z } from 'zod';

export const count = z.int().nonnegative();
export const nonNegative = z.number().nonnegative();
export const share = z.number().min(0).max(1);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A value for each key, where the keys come from outside (error codes, parameters, names of peers). Every key
 * is kept: `z.record` leaves out `__proto__`. Look such keys up with `Object.hasOwn`: `constructor` is there
 * in every object.
 */
export const recordOf = <Value extends z.ZodType>(value: Value) =>
  z
    .custom<Record<string, z.output<Value>>>(isRecord, 'expected an object')
    .meta({ type: 'object', additionalProperties: true })
    .check((context) => {
      for (const [key, entry] of isRecord(context.value) ? Object.entries(context.value) : []) {
        const issue = value.safeParse(entry).error?.issues[0];
        if (issue) context.issues.push({ code: 'custom', message: issue.message, path: [key], input: entry });
      }
    });

/** Earlier versions stored a sentence. */
export const reason = z.union([
  z.string(),
  z
    .object({
      code: z.string().describe('Which reason it is.'),
      values: recordOf(z.union([z.string(), z.number(), z.boolean()])).describe(
        'What its sentence says of this case, by name; what comes from outside is a value.',
      ),
    })
    .meta({ id: 'reason', description: 'Why, or how: a code that stands for a sentence, with its values.' }),
]);

export const histogram = z
  .object({
    hdr: z.string().describe('HdrHistogram V2, compressed, base64; three significant digits; nanoseconds.'),
    meanNs: nonNegative.describe("The exact mean, which the histogram's buckets would round."),
    count: count
      .optional()
      .describe('How many values it has; in older results, as many as requests were completed.'),
  })
  .meta({
    id: 'histogram',
    description:
      'Values with their numbers, stored whole, so that runs can be merged: percentiles never are.',
  });
export type StoredHistogram = z.infer<typeof histogram>;

export const interval = z
  .object({
    median: nonNegative.describe('The typical trial: the geometric mean of all trials.'),
    low: nonNegative.describe('The lower end of its 95 % interval.'),
    high: nonNegative.describe('The upper end of its 95 % interval.'),
  })
  .meta({
    id: 'interval',
    description:
      'The typical trial, and where it lies with 95 % certainty, in the unit of its field. Low and high equal the median where there are fewer than three trials.',
  });
/**
 * The typical trial, and where it lies with 95 % certainty. `median` estimates the median over all trials
 * that could be made, by the geometric mean of those that were; a Student interval of the logarithms, whose
 * variance the cells of one workload and load lend each other. `low` and `high` equal `median` where there
 * are fewer than three trials.
 */
export type Interval = z.infer<typeof interval>;

export const percentiles = z
  .object({
    mean: nonNegative.describe('The mean.'),
    p50: nonNegative
      .nullable()
      .describe('Half of them are at most this. Null where too few requests support it.'),
    p90: nonNegative
      .nullable()
      .describe('90 % of them are at most this. Null where too few requests support it.'),
    p99: nonNegative
      .nullable()
      .describe('99 % of them are at most this. Null where too few requests support it.'),
    p999: nonNegative
      .nullable()
      .describe('99.9 % of them are at most this. Null where too few requests support it.'),
    max: nonNegative.describe('The longest.'),
    atLeast: z
      .array(z.enum(['mean', 'p50', 'p90', 'p99', 'p999', 'max']))
      .optional()
      .describe(
        'Those that are at least as long as given: requests that had not ended when they were given up took longer than is known.',
      ),
  })
  .meta({ id: 'percentiles', description: 'Times, in the unit of its field.' });
/** Nanoseconds. `null` where too few requests support the percentile. */
export type Percentiles = z.infer<typeof percentiles>;
export type PercentileName = Exclude<keyof Percentiles, 'atLeast'>;
