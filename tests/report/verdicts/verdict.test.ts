import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/report/formats/markdown.ts';
import { summarise } from '../../../src/report/summary/document.ts';
import { sentenceText } from '../../../src/report/verdicts/sentence.ts';
import { verdictGap, verdictsOf } from '../../../src/report/verdicts/verdict.ts';
import type { StoredRun, TrialRecord } from '../../../src/result.ts';
import * as sample from '../sample.ts';

const TRIALS = [1, 2, 3, 4, 5];
const said = (run: StoredRun) =>
  verdictsOf(summarise(run)).map(({ sentences }) =>
    sentences.map((sentence) => sentenceText(sentence)).join(' '),
  );
const runOf = (trials: TrialRecord[]) => sample.runOf(sample.headerOf(sample.ALL_MODELS), trials);

/** All trials of a model; every request takes `ns`, give or take what differs from trial to trial. */
function trialsOf(
  model: string,
  ns: number,
  more: Parameters<typeof sample.measured>[2] = {},
  load = sample.closed(64),
): TrialRecord[] {
  const values = Array.from({ length: 2000 }, () => ns);
  return TRIALS.map((trial) => sample.measured(sample.cellOf(model, load), trial, { values, ...more }));
}
const STILL = { user: 0.01, system: 0.01, blocked: 0.98, waiting: 0, idle: 0 };

describe('who leads', () => {
  test('by how much, with its interval, and why', () => {
    const [text] = said(
      runOf([...trialsOf('sync-blocking', 12e6, { threadTime: STILL }), ...trialsOf('epoll', 1e6)]),
    );
    expect(text).toMatch(
      /^On tcp-echo at 64 clients epoll completes 12\.0 × \(11\.\d to 12\.\d\) as many requests as sync-blocking, /,
    );
    expect(text).toContain(
      'because the thread of sync-blocking is blocked 98 % of the time, waiting for one answer.',
    );
  });

  test('no reason where no figure shows one', () => {
    const [text] = said(runOf([...trialsOf('poll', 3e6), ...trialsOf('epoll', 1e6)]));
    expect(text).toMatch(/as many requests as poll\.$/);
  });

  test('ties are said as ties', () => {
    const [text] = said(
      runOf([
        ...trialsOf('sync-blocking', 9e6),
        ...trialsOf('epoll', 1e6),
        ...trialsOf('poll', 1.001e6),
        ...trialsOf('io-uring', 1.002e6),
      ]),
    );
    expect(text).toMatch(
      /^On tcp-echo at 64 clients the best complete 9\.00 × \(8\.\d+ to 9\.\d+\) as many requests as sync-blocking\./,
    );
    expect(text).toContain('No difference is shown between epoll, poll and io-uring.');
  });

  test('no winner where nothing is shown', () => {
    expect(said(runOf([...trialsOf('epoll', 1e6), ...trialsOf('poll', 1.001e6)]))).toEqual([
      'On tcp-echo at 64 clients no difference is shown between epoll and poll.',
    ]);
  });

  test('from which load on', () => {
    const [text] = said(
      runOf([
        ...trialsOf('sync-blocking', 1e6, {}, sample.closed(1)),
        ...trialsOf('epoll', 1e6, {}, sample.closed(1)),
        ...trialsOf('sync-blocking', 8e6, {}, sample.closed(8)),
        ...trialsOf('epoll', 1e6, {}, sample.closed(8)),
        ...trialsOf('sync-blocking', 64e6),
        ...trialsOf('epoll', 1e6),
      ]),
    );
    expect(text).toContain(
      'sync-blocking is behind from 8 clients on; at 1 client it may be as good as any.',
    );
  });

  test('a peer at its limit is said', () => {
    const saturated = { peers: [{ name: 'echo-server', cpuNs: 0.98e9, wallNs: 1e9 }] };
    const [tied] = said(
      runOf([...trialsOf('epoll', 1e6, saturated), ...trialsOf('poll', 1.001e6, saturated)]),
    );
    expect(tied).toContain('because the peer was at its limit');
    const [ahead] = said(runOf([...trialsOf('epoll', 1e6, saturated), ...trialsOf('poll', 2e6)]));
    expect(ahead).toContain('The peer was at its limit there');
  });
});

describe('many models', () => {
  test('where most are alike, those that are not are told', () => {
    const alike = ['async-callback', 'async-promise', 'event-loop', 'poll', 'epoll', 'io-uring'].flatMap(
      (model, index) => trialsOf(model, 1e6 + index),
    );
    const [one] = said(runOf([...trialsOf('sync-blocking', 9e6), ...alike]));
    expect(one).toContain('Among the other 6 no difference is shown.');
    const [two] = said(
      runOf([...trialsOf('sync-blocking', 9e6), ...trialsOf('sync-nonblocking', 5e6), ...alike]),
    );
    expect(two).toContain(
      'Only sync-nonblocking and sync-blocking are shown to be behind; among the other 6 no difference is shown.',
    );
  });
  test('an interval too wide to mean much tells its lower end', () => {
    const wild = TRIALS.map(
      (trial) =>
        ({
          ...sample.measured(sample.cellOf('poll'), trial, { values: [1e8] }),
          windowNs: 10 ** (8 + (trial % 3)),
        }) as TrialRecord,
    );
    const [text] = said(runOf([...wild, ...trialsOf('epoll', 1e6)]));
    expect(text).toMatch(/epoll completes at least [\d.,]+ k? ?× as many requests as poll/);
  });
});

describe('what cannot be said', () => {
  test('too few trials', () => {
    const document = summarise(
      runOf([...trialsOf('epoll', 1e6).slice(0, 2), ...trialsOf('poll', 9e6).slice(0, 2)]),
    );
    expect(verdictsOf(document)).toEqual([]);
    expect(verdictGap(document)).toContain('fewer than 3 trials');
  });
  test('one model', () => {
    expect(verdictGap(summarise(sample.oneModel()))).toContain('Only one model');
  });
  test('nothing was measured, or nothing at all was there', () => {
    const document = summarise(runOf([sample.refused(sample.cellOf('epoll'), 'failed', 'No.')]));
    expect([verdictsOf(document), verdictGap(document)]).toEqual([
      [],
      'No cell could be measured; the reasons are below.',
    ]);
    expect(verdictGap(summarise(runOf([])))).toBeUndefined();
  });
  test('several models, and no two with trials enough', () => {
    const [all, one] = [trialsOf('epoll', 1e6), trialsOf('poll', 1e6).slice(0, 1)];
    expect(verdictGap(summarise(runOf([...all, ...one])))).toMatch(/at no load do two models have 3 trials/);
  });
});

test('under an open load it is told who does not keep up', () => {
  const load = sample.open(5000);
  const late = trialsOf('sync-blocking', 1e6, { shed: 900 }, load).map(
    (trial) => ({ ...trial, windowNs: 1e9 }) as TrialRecord,
  );
  const [text] = said(runOf([...late, ...trialsOf('epoll', 1e6, {}, load)]));
  expect(text).toBe('On tcp-echo at 5,000/s poisson sync-blocking does not keep up: it completes 2.00 k/s.');
});

test('capacities are told where they are apart', () => {
  expect(said(sample.everyFigure())[0]).toContain(
    'epoll keeps p99 below 20 ms up to 12.0 k/s, and sync-blocking up to 180/s.',
  );
});

test('in Markdown a name is code, and never markup', () => {
  const trials = ['a`b*c*', '<b>'].flatMap((model, index) => trialsOf(model, 1e6 * (1 + 4 * index)));
  const line = renderMarkdown(summarise(runOf(trials)))
    .split('\n')
    .find((each) => each.startsWith('  - At 64'));
  expect(line).toContain('At 64 clients a\\`b\\*c\\* completes');
  expect(line).toContain('as many requests as `<b>`');
});
