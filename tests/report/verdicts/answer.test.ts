/** What a reader sees first: which model to take, how sure that is, and the warnings in brief. */
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/report/formats/markdown.ts';
import { renderText } from '../../../src/report/formats/text.ts';
import { summarise } from '../../../src/report/summary/document.ts';
import { answersOf } from '../../../src/report/verdicts/answer.ts';
import { type Sentence, sentenceText } from '../../../src/report/verdicts/sentence.ts';
import { warningsInBrief } from '../../../src/report/warnings/in-brief.ts';
import { isInFigures } from '../../../src/report/warnings/warning-rule.ts';
import { warningRules } from '../../../src/report/warnings/warnings.ts';
import type { RunDocument } from '../../../src/result.ts';
import * as sample from '../sample.ts';

const TRIALS = [1, 2, 3];
const texts = (sentences: readonly Sentence[]) => sentences.map((sentence) => sentenceText(sentence));

/** Three trials a model; a trial's requests take the model's time, times the trial's factor. */
function documentOf(
  models: Readonly<Record<string, number>>,
  {
    factors = [1, 1.01, 0.99],
    shape = {},
    environment = {},
  }: { factors?: readonly number[]; shape?: object; environment?: object } = {},
): RunDocument {
  const header = sample.headerOf(Object.keys(models), { trials: 3 });
  const trials = Object.entries(models).flatMap(([model, ns]) =>
    TRIALS.map((trial, index) =>
      sample.measured(sample.cellOf(model), trial, {
        values: Array.from({ length: 2000 }, () => ns * (factors[index] ?? 1)),
        ...shape,
      }),
    ),
  );
  return summarise(
    sample.runOf({ ...header, environment: { ...header.environment, ...environment } }, trials),
  );
}

describe('an answer', () => {
  test('names the model to take, who is behind by how much, and why, and says each once', () => {
    const [answer] = answersOf(documentOf({ 'sync-blocking': 9e6, poll: 4e6, epoll: 1e6 }));
    expect(answer && sentenceText(answer.take ?? [])).toMatch(
      /^At 64 clients, take epoll: it completes the most requests/,
    );
    expect(texts(answer?.others ?? [])).toEqual([
      'All others are shown to be behind: poll by 4.00 × and sync-blocking by 9.00 ×.',
    ]);
    expect(texts(answer?.why ?? [])[0]).toMatch(
      /^At 64 clients epoll completes 9\.00 × \(.* as many requests as sync-blocking/,
    );
    expect(texts(answer?.why ?? []).join(' ')).not.toContain('No difference is shown between');
  });

  test('of a workload of which nothing could be measured is that, beside those of others', () => {
    const header = sample.headerOf(['poll', 'epoll'], { trials: 3 });
    const trials = TRIALS.flatMap((trial) => [
      sample.measured(sample.cellOf('poll'), trial, { values: [4e6] }),
      sample.measured(sample.cellOf('epoll'), trial, { values: [1e6] }),
      {
        kind: 'trial',
        cell: { ...sample.cellOf('poll'), workload: 'broken' },
        trial,
        status: 'failed',
        reason: 'prepare failed',
      } as const,
    ]);
    const answers = answersOf(summarise(sample.runOf(header, trials)));
    expect(
      answers.map(({ workload, why }) => [
        workload,
        texts(why).includes('No cell could be measured; the reasons are below.'),
      ]),
    ).toEqual([
      [sample.cellOf('poll').workload, false],
      ['broken', true],
    ]);
  });

  test('of many that are behind the nearest are named, and the furthest is told', () => {
    const [answer] = answersOf(documentOf({ a: 1e6, b: 2e6, c: 3e6, d: 4e6, e: 5e6, f: 6e6 }));
    expect(texts(answer?.others ?? [])).toEqual([
      'All others are shown to be behind: b by 2.00 ×, c by 3.00 ×, d by 4.00 × and 2 more by up to 6.00 ×.',
    ]);
  });

  test('whoever is advised is not called behind, however sure those few percent are', () => {
    const [answer] = answersOf(
      documentOf(
        { 'sync-blocking': 9e6, 'event-loop': 8e6, poll: 1.03e6, epoll: 1e6 },
        { factors: [1, 1, 1] },
      ),
    );
    expect(answer && sentenceText(answer.take ?? [])).toContain('either of epoll and poll');
    expect(texts(answer?.others ?? [])).toEqual([
      'Shown to be behind: event-loop by 8.00 × and sync-blocking by 9.00 ×.',
    ]);
  });

  test('where nothing is shown, that is the answer, and it is said once; but for a peer that was at its limit', () => {
    const [answer] = answersOf(documentOf({ poll: 1e6, epoll: 1e6 }));
    expect(sentenceText(answer?.take ?? [])).toMatch(/^At 64 clients, throughput does not decide/);
    expect([answer?.others, answer?.why]).toEqual([[], []]);
    const [bound] = answersOf(
      documentOf(
        { poll: 1e6, epoll: 1e6 },
        { shape: { peers: [{ name: 'echo-server', cpuNs: 0.98e9, wallNs: 1e9 }] } },
      ),
    );
    expect(texts(bound?.why ?? [])).toEqual([
      'At 64 clients no difference is shown between any two of them, because the peer was at its limit: this measures the peer.',
    ]);
  });

  test('under an open load there is no model to take: all is said', () => {
    const trials = TRIALS.flatMap((trial) =>
      ['poll', 'epoll'].map((model) => sample.measured(sample.cellOf(model, sample.open(100)), trial)),
    );
    const [answer] = answersOf(summarise(sample.runOf(sample.headerOf(['poll', 'epoll']), trials)));
    expect(answer).toMatchObject({ take: undefined, others: [] });
    expect(texts(answer?.why ?? [])[0]).toMatch(/^On tcp-echo at .* both models keep up\.$/);
  });
});

describe('warnings in brief', () => {
  test('are none where there are none', () => {
    expect(warningsInBrief(documentOf({ poll: 1e6, epoll: 2e6 }))).toEqual([]);
  });

  test('say how far trials spread, and what would make it surer', () => {
    const [spread, ...others] = warningsInBrief(
      documentOf({ poll: 1e6, epoll: 2e6 }, { factors: [1, 1.5, 0.7] }),
    );
    expect(spread).toMatch(
      /^Trials spread by \d\d % here: models that differ by less than \d\.\d\d × can hardly be distinguished; --trials 12 would make intervals half as wide\.$/,
    );
    expect(others).toEqual([]);
  });

  test('of a run with a budget: a longer one', () => {
    const spread = documentOf({ poll: 1e6, epoll: 2e6 }, { factors: [1, 1.5, 0.7] });
    const [warning] = warningsInBrief({ ...spread, run: { ...spread.run, budgetNs: 90e9 } });
    expect(warning).toContain('; --budget 6m would make');
  });

  test('say how much of that is the machine’s, where the run has timed it', () => {
    const timing = { windowNs: 50e6, windows: 15, workSpread: 0.04, echoSpread: 0.12 };
    const [spread] = warningsInBrief(
      documentOf({ poll: 1e6, epoll: 2e6 }, { factors: [1, 1.5, 0.7], environment: { timing } }),
    );
    expect(spread).toContain(
      'here (before them fixed work and an echo spread by 4.0 % and 12 % from one 50 ms to the next)',
    );
  });

  test('name every other kind before the numbers, and cold code before all', () => {
    const shape = {
      isCold: true,
      failed: 3,
      errors: { EPIPE: 3 },
      machine: { cpuTimeNs: 4e9, busyShare: 0.6, stealShare: 0, otherShare: 0.4 },
    };
    const document = documentOf({ poll: 1e6, epoll: 2e6 }, { shape });
    expect(warningsInBrief(document, 'below')).toEqual([
      '3 kinds of warning, explained below: not-warm (all 2 cells), requests-failed (2), other-load (2).',
    ]);
    for (const text of [renderText(document, { width: 200, color: false }), renderMarkdown(document)]) {
      expect(text.indexOf('not-warm')).toBeGreaterThan(0);
      expect(text.indexOf('not-warm')).toBeLessThan(text.indexOf('CPU/req'));
      expect(text.indexOf('code was still being compiled')).toBeGreaterThan(text.indexOf('CPU/req'));
    }
  });

  test('a cell that failed is counted among those that were tried', () => {
    const failed = { ...sample.refused(sample.cellOf('poll'), 'failed', 'No.'), errors: { EPIPE: 7 } };
    expect(warningsInBrief(summarise(sample.runOf(sample.headerOf(['poll']), [failed])))).toEqual([
      '1 kind of warning: requests-failed (1 of 1 cell).',
    ]);
  });

  test('warnings that only repeat what the figures show are those of the list, and take no explanation in a text', () => {
    expect(warningRules.map(({ code }) => code).filter(isInFigures)).toEqual([
      'wide-interval',
      'few-requests',
    ]);
    const text = renderText(documentOf({ poll: 1e6, epoll: 2e6 }, { factors: [1, 1.5, 0.7] }), {
      width: 80,
      color: false,
    });
    expect(text).not.toContain('wide-interval');
    expect(text.match(/Trials spread/g)).toHaveLength(1);
  });
});
