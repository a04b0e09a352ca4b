import { expect, test } from 'vitest';
import { type LoopResult, measuredBy } from '../../../src/run/loop-result.ts';
import { togetherOf } from '../../../src/run/server/generators.ts';
import type { Outcome } from '../../../src/run/trial-record.ts';
import { Histogram } from '../../../src/stats/histogram.ts';

const histogramOf = (...valuesNs: number[]) => {
  const histogram = new Histogram();
  for (const ns of valuesNs) histogram.record(ns);
  return histogram.toCounts();
};
const nothing = histogramOf();

/** What one process measured; `counted` is how many requests came to each of its figures. */
function measured(completed: number, latency: LoopResult['result']['latency']): Outcome {
  const result = {
    startedAt: '',
    windowNs: 1e9,
    warmupNs: 1e8,
    completed,
    failed: 1,
    errors: { ECONNRESET: 1 },
    shed: 2,
    unfinished: 3,
    conservation: {
      atOpening: 1,
      due: completed + 9,
      completed,
      failed: 1,
      shed: 2,
      atClose: 7,
      drained: 3,
      failedDraining: 1,
      unfinished: 3,
    },
    connectionsMade: 4,
    latency,
    service: latency,
    lag: nothing,
    reorderedShare: 0,
    cpu: { userNs: 0, systemNs: 0 },
    contextSwitches: { voluntary: 0, involuntary: 0 },
    maxRssBytes: 0,
    notes: [],
  } as unknown as LoopResult['result'];
  return { kind: 'measured', loops: [{ result, slots: [latency] }], notes: [] };
}

test('what several processes measured is one measurement: no request is lost, none is counted twice', () => {
  const together = togetherOf([measured(2, histogramOf(10, 30)), measured(3, histogramOf(10, 20, 5e9))]);
  if (together?.kind !== 'measured') throw new Error('not measured');
  const whole = measuredBy(together.loops);
  expect(whole).toMatchObject({ completed: 5, failed: 2, shed: 4, unfinished: 6, connectionsMade: 8 });
  expect(whole.errors).toEqual({ ECONNRESET: 2 });
  expect(whole.conservation).toMatchObject({ due: 23, completed: 5, atClose: 14, drained: 6 });
  const result = firstOf(measured(5, histogramOf(10, 30, 10, 20, 5e9)));
  expect(whole.latency).toEqual(measuredBy([{ result, slots: [] }]).latency);
});

const firstOf = (outcome: Outcome) =>
  (outcome.kind === 'measured' ? outcome.loops[0]?.result : undefined) as LoopResult['result'];

test('one that failed is why all have, whatever became of the others', () => {
  const failed: Outcome = { kind: 'failed', reason: 'it ended' };
  expect(togetherOf([measured(2, nothing), undefined, failed])).toBe(failed);
  expect(togetherOf([measured(2, nothing), undefined])).toBeUndefined();
});
