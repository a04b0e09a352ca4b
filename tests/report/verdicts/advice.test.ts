import { expect, test } from 'vitest';
import { summarise } from '../../../src/report/summary/document.ts';
import { sectionsOf } from '../../../src/report/summary/sections.ts';
import { adviceOf } from '../../../src/report/verdicts/advice.ts';
import { sentenceText } from '../../../src/report/verdicts/sentence.ts';
import type { LoadSpec, TrialRecord } from '../../../src/result.ts';
import * as sample from '../sample.ts';

/** What each model's median latency (one, or one a trial) and CPU time a request are, in nanoseconds. */
type Models = Readonly<Record<string, readonly [medianNs: number | readonly number[], cpuNs: number]>>;

function adviceFor(models: Models, load: LoadSpec = sample.closed(64), trials = [1, 2, 3, 4, 5]): string {
  const records = Object.entries(models).flatMap(([model, [medianNs, cpuNs]]) =>
    trials.map((trial): TrialRecord => {
      const cell = sample.cellOf(model, load);
      const ns = typeof medianNs === 'number' ? medianNs : (medianNs[trial - 1] as number);
      const values = sample.latencies(ns, 3000, trial);
      return sample.measured(cell, trial, { values, cpu: { userNs: values.length * cpuNs, systemNs: 0 } });
    }),
  );
  const document = summarise(sample.runOf(sample.headerOf(Object.keys(models)), records));
  return sectionsOf(document)
    .flatMap(({ parts }) => parts.flatMap(adviceOf))
    .map((sentence) => sentenceText(sentence))
    .join(' ');
}

test('the one that completes the most is named, with its figure', () => {
  expect(adviceFor({ 'sync-blocking': [5e6, 9000], epoll: [1e6, 9000] })).toMatch(
    /^At 64 clients, take epoll: it completes the most requests, \d+(\.\d+)? k\/s\.$/,
  );
});

test('those between which no difference is shown are named together, and their cost tells them apart', () => {
  const text = adviceFor({ 'sync-blocking': [5e6, 1], epoll: [1e6, 20_000], poll: [1e6, 90_000] });
  expect(text).toMatch(
    /^At 64 clients, take either of (epoll and poll|poll and epoll): they complete the most requests, up to/,
  );
  // The cheapest of all is too slow to be taken.
  expect(text).toContain(
    'Among them epoll took the least CPU time, 20.0 µs per request; poll took the most, 90.0 µs.',
  );
});

test('who is far behind is not advised, though its trials are too spread to show it', () => {
  const spread = [0.3, 0.6, 1.6, 2.2, 3].map((factor) => factor * 2e6);
  const text = adviceFor({ epoll: [1e6, 9000], poll: [1.01e6, 9000], 'sync-blocking': [spread, 9000] });
  expect(text).toMatch(/^At 64 clients, take either of (epoll and poll|poll and epoll): .* may be chance\. /);
  expect(text).toMatch(/Behind by \d(\.\d+)? ×, though that may be chance: sync-blocking\.$/);
});

test('a cost that is nearly the same is not told', () => {
  expect(adviceFor({ 'sync-blocking': [5e6, 1], epoll: [1e6, 20_000], poll: [1e6, 22_000] })).not.toContain(
    'CPU time',
  );
});

test('where most are as good, those that are not are named', () => {
  const equals = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((model) => [model, [1e6, 9000] as const]),
  );
  expect(adviceFor({ slow: [5e6, 9000], ...equals })).toContain('take any but slow: the others complete');
  expect(adviceFor(equals)).toContain(
    'throughput does not decide: the difference between the 6 measured models may be chance',
  );
});

test('who is behind by a few percent is not advised against, however sure that is', () => {
  const text = adviceFor({ 'sync-blocking': [5e6, 9000], epoll: [1e6, 9000], poll: [1.045e6, 9000] });
  expect(text).toMatch(
    /take either of epoll and poll: .* and the difference between them is less than 5 %, or may be chance\.$/,
  );
  expect(adviceFor({ epoll: [1e6, 9000], poll: [1.045e6, 9000] })).toContain(
    'throughput does not decide: the difference between the 2 measured models is less than 5 %, or may be chance',
  );
  expect(adviceFor({ epoll: [1e6, 9000], poll: [1.1e6, 9000] })).toContain('take epoll');
});

test('nothing is advised where trials are few, where there is one model, and where the load sets the rate', () => {
  const two: Models = { 'sync-blocking': [5e6, 9000], epoll: [1e6, 9000] };
  expect(adviceFor(two, sample.closed(64), [1, 2])).toBe('');
  expect(adviceFor({ epoll: [1e6, 9000] })).toBe('');
  expect(adviceFor(two, sample.open(500))).toBe('');
});
