/** Values of a parameter of words beside each other: which answers soonest, and who gets more with another. */
import { expect, test } from 'vitest';
import { summarise } from '../../../src/report/summary/document.ts';
import { sentenceText } from '../../../src/report/verdicts/sentence.ts';
import { verdictsOf } from '../../../src/report/verdicts/verdict.ts';
import type { TrialRecord } from '../../../src/result.ts';
import * as sample from '../sample.ts';

interface Shape {
  readonly medianNs: number;
  readonly model?: string;
  readonly layer?: string;
  readonly trials?: number;
  readonly count?: number;
  /** Requests that the second of two peers got, of 3000. */
  readonly second?: number;
}

const header = sample.headerOf(['epoll', 'poll'], {
  workloads: [{ name: 'balance', summary: 'balance', units: {} }],
});

function trialsOf(algorithm: string | number, shape: Shape): TrialRecord[] {
  const { medianNs, model = 'epoll', layer = '7', trials = 3, count, second } = shape;
  const params = { algorithm, layer };
  return Array.from({ length: trials }, (_, index) =>
    sample.measured(sample.cellOf(model, sample.closed(8), { workload: 'balance', params }), index + 1, {
      medianNs,
      ...(count === undefined ? {} : { count }),
      ...(second === undefined ? {} : { peers: [peer('b0', 3000 - second), peer('b1', second)] }),
    }),
  );
}
const peer = (name: string, requests: number) => ({ name, cpuNs: 1e6, wallNs: 1e9, requests });

const sentences = (...trials: readonly TrialRecord[][]) =>
  verdictsOf(summarise(sample.runOf(header, trials.flat())))
    .flatMap(({ besides }) => besides.map((sentence) => sentenceText(sentence)))
    .filter(
      (text) => / with (?:algorithm|layer) /.test(text) || text.startsWith('No difference is shown between'),
    );

test('the soonest beside the latest, under the model that answers soonest', () => {
  const found = sentences(
    trialsOf('turns', { medianNs: 900e3, second: 1500 }),
    trialsOf('turns', { medianNs: 2900e3, model: 'poll' }),
    trialsOf('least', { medianNs: 100e3, second: 300 }),
    trialsOf('least', { medianNs: 1100e3, model: 'poll' }),
  );
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(
    /^At 8 clients balance under epoll answers 99 % of the requests within [\d.]+ \S+ with algorithm least, and within [\d.]+ \S+ with turns, where b1 gets 50 % of the requests instead of 10 %\.$/,
  );
});

test('trials that are too short for a p99 are compared by what they complete', () => {
  const short = (algorithm: string, medianNs: number) =>
    trialsOf(algorithm, { medianNs, second: 1500, count: 60 });
  const found = sentences(short('turns', 900e3), short('least', 100e3));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(
    /^At 8 clients balance under epoll completes [\d.]+ \S+ with algorithm least, and [\d.]+ \S+ with turns\.$/,
  );
});

test('those that may be as soon are named, too; a share that hardly differs is not', () => {
  const found = sentences(
    trialsOf('turns', { medianNs: 900e3, second: 350 }),
    trialsOf('least', { medianNs: 100e3, second: 300 }),
    trialsOf('two', { medianNs: 101e3 }),
  );
  expect(found[0]).toMatch(/with turns\.$/);
  expect(found[1]).toBe('No difference is shown between least and two.');
});

test('two parameters: a sentence for each, at the first section', () => {
  const found = sentences(
    ...['7', '4'].flatMap((layer) => [
      trialsOf('turns', { medianNs: layer === '7' ? 900e3 : 90e3, layer }),
      trialsOf('least', { medianNs: layer === '7' ? 100e3 : 10e3, layer }),
    ]),
  );
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(/^At 8 clients balance \(layer \d\) under .* with algorithm least/);
  expect(found[1]).toMatch(/^At 8 clients balance \(algorithm \w+\) under .* with layer 4/);
});

test('what a model with starved clients, or with failed requests, answers is no measure', () => {
  const odd = (shape: object) =>
    trialsOf('least', { medianNs: 100e3 }).map((trial) => ({ ...trial, ...shape }) as TrialRecord);
  const failed = odd({ failed: 100 });
  expect(sentences(trialsOf('turns', { medianNs: 900e3 }), failed)).toEqual([]);
  const starved = odd({ unfinished: 7 }).map((trial) => ({
    ...trial,
    cell: { ...trial.cell, generator: 'epoll' },
  }));
  const served = trialsOf('turns', { medianNs: 900e3 }).map((trial) => ({
    ...trial,
    cell: { ...trial.cell, generator: 'epoll' },
  }));
  expect(sentences(served as TrialRecord[], starved as TrialRecord[])).toEqual([]);
});

test('a peer that only one value has is no shift', () => {
  const alone = trialsOf('turns', { medianNs: 900e3 }).map(
    (trial) => ({ ...trial, peers: [peer('b0', 1500), peer('b2', 1500)] }) as TrialRecord,
  );
  const [found] = sentences(alone, trialsOf('least', { medianNs: 100e3, second: 300 }));
  expect(found).toMatch(/with turns\.$/);
});

test.each([
  ['as soon', trialsOf('least', { medianNs: 900e3 })],
  ['with too few trials', trialsOf('least', { medianNs: 100e3, trials: 2 })],
  ['under another model', trialsOf('least', { medianNs: 100e3, model: 'poll' })],
])('nothing is said of one %s', (_, least) => {
  expect(sentences(trialsOf('turns', { medianNs: 900e3 }), least)).toEqual([]);
});

test('numbers are no choices', () => {
  expect(sentences(trialsOf(1, { medianNs: 900e3 }), trialsOf(2, { medianNs: 100e3 }))).toEqual([]);
});
