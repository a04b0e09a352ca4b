import { expect, test } from 'vitest';
import { isLoopResult, type LoopResult, measuredBy } from '../../src/run/loop-result.ts';
import { BINS } from '../../src/stats/bins.ts';
import { type Counts, Histogram } from '../../src/stats/histogram.ts';

function counted(...valuesNs: number[]): Counts {
  const histogram = new Histogram();
  for (const ns of valuesNs) histogram.record(ns);
  return histogram.toCounts();
}

const result = {
  completed: 2,
  failed: 0,
  windowNs: 1e9,
  errors: {},
  notes: [],
  latency: counted(10, 30),
  service: counted(10, 30),
  lag: counted(),
  submit: undefined,
  unfinishedAge: counted(5e9),
} as unknown as LoopResult['result'];

test('histograms are stored with the exact mean and how many values they have; those that a trial has not are left out', () => {
  const stored = measuredBy([{ result, slots: [] }]);
  expect(stored.latency).toMatchObject({ meanNs: 20, count: 2 });
  expect(stored.lag).toMatchObject({ meanNs: 0, count: 0 });
  expect(stored.unfinishedAge).toMatchObject({ meanNs: 5e9, count: 1 });
  expect(stored).not.toHaveProperty('submit');
});

test('what a workload sends in the shape of a result is none if its histograms cannot be encoded', () => {
  expect(isLoopResult(structuredClone({ result, slots: [] }))).toBe(true);
  const { counts } = counted(10);
  const forged: unknown[] = [
    undefined,
    'text',
    null,
    { lowestBin: 0, counts: [1, 2], sumNs: 1 },
    { lowestBin: -1, counts, sumNs: 1 },
    { lowestBin: 0.5, counts, sumNs: 1 },
    { lowestBin: BINS, counts, sumNs: 1 },
    { lowestBin: 0, counts, sumNs: Number.NaN },
    { lowestBin: 0, counts, sumNs: -1 },
  ];
  for (const latency of forged)
    expect(isLoopResult({ result: { ...result, latency }, slots: [] })).toBe(false);
  expect(isLoopResult({ result: { ...result, submit: 'text' }, slots: [] })).toBe(false);
  for (const other of [
    undefined,
    null,
    'text',
    { ...result, completed: Number.NaN },
    { ...result, notes: {} },
  ]) {
    expect(isLoopResult({ result: other, slots: [] })).toBe(false);
  }
  for (const slots of [undefined, 'text', [undefined], [{ ...result.latency, counts: [] }]])
    expect(isLoopResult({ result, slots })).toBe(false);
  expect(isLoopResult(undefined)).toBe(false);
});
