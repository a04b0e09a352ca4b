/** What is said at each look of a run with a budget. */
import { describe, expect, it } from 'vitest';
import { inWords } from '../../src/commands/budget-progress.ts';
import type { CellSpec } from '../../src/result.ts';
import type { Prospect } from '../../src/run/budget.ts';
import type { OpenReason, Question } from '../../src/stats/open-cells.ts';
import { cellOf, closed } from '../report/sample.ts';

const names = {
  cell: ({ model }: CellSpec) => model,
  question: ({ workload, load }: CellSpec) =>
    `${workload} · ${load.kind === 'closed' ? load.concurrency : 0} clients`,
  model: ({ model }: CellSpec) => model,
};

function question(
  concurrency: number,
  reasons: Readonly<Record<string, readonly OpenReason[]>> = {},
): Question<CellSpec> {
  const cells = ['epoll', 'poll', 'io-uring'].map((model) => cellOf(model, closed(concurrency)));
  const open = cells.flatMap((cell) =>
    reasons[cell.model] ? [{ cell, reasons: reasons[cell.model] ?? [], trialsToPercentile: 0 }] : [],
  );
  return { cells, open, best: cells[0] };
}
const BOTH = { epoll: ['may-be-best'], poll: ['may-be-best'] } as const;

function prospect(questions: readonly Question<CellSpec>[], more: Partial<Prospect> = {}): Prospect {
  const open = questions.flatMap((each) =>
    each.open.filter(({ reasons }) => reasons.some((reason) => reason !== 'no-percentile')),
  );
  return {
    afterRound: 3,
    elapsedNs: 25.2e9,
    questions,
    open: open.map(({ cell }) => cell),
    ending: undefined,
    ...more,
  };
}

describe('a look', () => {
  it('says what is decided, and who is still open', () => {
    expect(inWords(prospect([question(1), question(8, BOTH), question(64)]), names)).toBe(
      'after 3 rounds, 25s: 2 of 3 questions are decided; still open: tcp-echo · 8 clients: epoll, poll',
    );
    expect(inWords(prospect([question(8, BOTH)]), names)).toMatch(/0 of 1 question is decided/);
  });
  it('names the first few in the order of the plan', () => {
    const open = [1, 2, 4, 8, 16].map((clients) => question(clients, BOTH));
    const { open: planned } = prospect(open);
    const text = inWords(prospect(open.toReversed(), { open: planned }), names);
    expect(text).toMatch(
      /still open: tcp-echo · 1 clients: epoll, poll; tcp-echo · 2 clients: .*; tcp-echo · 4 clients: [^;]*; 2 more$/,
    );
  });
  it('says at the end why it ended, and for whom the time was too short', () => {
    expect(inWords(prospect([question(1)], { ending: 'decided', afterRound: 5 }), names)).toBe(
      'decided after 5 rounds, 25s',
    );
    const slow = question(8, { epoll: ['no-percentile'] });
    expect(inWords(prospect([slow], { ending: 'decided' }), names)).toBe(
      'decided after 3 rounds, 25s; 1 cell would take longer to get a p99',
    );
    expect(inWords(prospect([question(8, BOTH), question(1)], { ending: 'out-of-time' }), names)).toBe(
      'the time is over after 3 rounds, 25s: 1 of 2 questions are decided; still open: tcp-echo · 8 clients: epoll, poll',
    );
    expect(inWords(prospect([question(8)], { ending: 'out-of-time', afterRound: 2 }), names)).toBe(
      'the time is too short for another round after 2 rounds, 25s: fewer than 3 rounds decide nothing',
    );
  });
  it('does not call decided what was never measured', () => {
    expect(inWords(prospect([], { ending: 'decided' }), names)).toBe(
      'after 3 rounds, 25s: nothing could be measured',
    );
  });
});
