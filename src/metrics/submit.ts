import { histogram, percentiles } from './fields.ts';
import { mergeStored } from './merge-stored.ts';
import { defineMetric, known, only } from './metric.ts';
import { mergeTrials, percentilesOf } from './percentiles.ts';

/**
 * How long a submit keeps control before it returns: from a request's start until it first waits, or ends. Of
 * a sample of requests.
 */
export const submit = defineMetric({
  trial: {
    submit: histogram
      .optional()
      .describe(
        'How long a submit keeps control before it returns: from a start until the request first waits, or ends. Of a sample of requests.',
      ),
  },
  cell: {
    submitNs: percentiles
      .optional()
      .describe(
        'How long a submit keeps control before it returns: from a start until the request first waits, or ends. Of a sample of requests.',
      ),
  },
  merge: (loops) =>
    only('submit', known(loops, 'submit').length === 0 ? undefined : mergeStored(known(loops, 'submit'))),
  summarise(trials) {
    const parts = trials.flatMap(({ submit, completed }) =>
      submit === undefined ? [] : [{ histogram: submit, count: completed }],
    );
    return only('submitNs', parts.length === 0 ? undefined : percentilesOf(mergeTrials(parts)));
  },
  columns: {
    submit_p50_ns: ({ submitNs }) => submitNs?.p50,
    submit_p99_ns: ({ submitNs }) => submitNs?.p99,
  },
});
