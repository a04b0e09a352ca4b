/** What a message costs beside one of the same size by another protocol. */
import { expect, test } from 'vitest';
import { summarise } from '../../../src/report/summary/document.ts';
import { sentenceText } from '../../../src/report/verdicts/sentence.ts';
import { verdictsOf } from '../../../src/report/verdicts/verdict.ts';
import type { TrialRecord } from '../../../src/result.ts';
import * as sample from '../sample.ts';

const header = sample.headerOf(['epoll', 'poll'], {
  workloads: ['plain', 'framed', 'other'].map((name) => ({
    name,
    summary: name,
    units: { size: 'bytes' },
    ...(name === 'other' ? {} : { message: 'size' }),
  })),
});

function trialsOf(workload: string, model: string, cpuNs: number, size = 64, trials = 3): TrialRecord[] {
  return Array.from({ length: trials }, (_, index) => {
    const cell = sample.cellOf(model, sample.closed(8), { workload, params: { size } });
    return sample.measured(cell, index + 1, { cpu: { userNs: 3000 * cpuNs, systemNs: 0 } });
  });
}
const verdicts = (...trials: readonly TrialRecord[][]) =>
  verdictsOf(summarise(sample.runOf(header, trials.flat()))).map(({ workload, besides }) => [
    workload,
    besides
      .map((sentence) => sentenceText(sentence))
      .filter((text) => text.includes('a request with messages of')),
  ]);

test('the dearer one is compared with the cheapest, under the model that takes least for both', () => {
  expect(
    verdicts(
      trialsOf('plain', 'epoll', 10e3),
      trialsOf('plain', 'poll', 20e3),
      trialsOf('framed', 'epoll', 12e3),
      trialsOf('framed', 'poll', 80e3),
      trialsOf('other', 'epoll', 1e3),
      trialsOf('other', 'poll', 1e3),
    ).flatMap(([workload, texts]) => (texts?.length === 0 ? [] : [[workload, ...(texts ?? [])]])),
  ).toEqual([
    [
      'framed',
      'At 8 clients a request with messages of 64 B takes 1.20 × the CPU time of one of plain, under epoll.',
    ],
  ]);
});

test.each([
  ['of another size', trialsOf('framed', 'epoll', 30e3, 128)],
  ['with too few trials', trialsOf('framed', 'epoll', 30e3, 64, 2)],
  ['about as dear', trialsOf('framed', 'epoll', 10.5e3)],
  ['under another model', trialsOf('framed', 'poll', 30e3)],
])('nothing is said of one %s', (_, framed) => {
  expect(verdicts(trialsOf('plain', 'epoll', 10e3), framed).flatMap(([, texts]) => texts)).toEqual([]);
});
