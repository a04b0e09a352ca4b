/**
 * Runs with a budget: cells have had as many trials as their questions needed, and only what was looked at is
 * said.
 */
import { describe, expect, test } from 'vitest';
import { runPhrases } from '../../src/report/formats/heading.ts';
import { renderMarkdown } from '../../src/report/formats/markdown.ts';
import { renderText } from '../../src/report/formats/text.ts';
import { summarise } from '../../src/report/summary/document.ts';
import { verdictGap } from '../../src/report/verdicts/verdict.ts';
import type { LookRecord, MeasuredTrial } from '../../src/result.ts';
import * as sample from './sample.ts';

/** Two models that are alike, and have had more trials than one that is behind. */
const TRIALS: MeasuredTrial[] = [100, 104, 250].flatMap((medianUs, model) =>
  Array.from({ length: model === 2 ? 3 : 9 }, (_, round) =>
    sample.measured(sample.cellOf(['epoll', 'poll', 'sync-blocking'][model] as string), round + 1, {
      medianNs: medianUs * 1e3,
    }),
  ),
);
const LOOKS: LookRecord[] = [
  { kind: 'look', afterRound: 3, share: 0.4 },
  { kind: 'look', afterRound: 9, share: 1 },
];

const documentOf = (looks: LookRecord[], trials = TRIALS) => {
  const header = sample.headerOf(['sync-blocking', 'poll', 'epoll'], { trials: 3, budgetNs: 90e9 });
  return summarise({ ...sample.runOf(header, trials), looks });
};
const behindIn = (looks: LookRecord[]) =>
  documentOf(looks).cells.flatMap((cell) =>
    cell.status === 'measured' && cell.standing?.mayBeBest === false ? [cell.model] : [],
  );

describe('how the run was made', () => {
  test('says from how many trials to how many', () => {
    const document = documentOf(LOOKS);
    expect(runPhrases(document)).toContain('3 to 9 trials per cell');
    expect(runPhrases(document)).toContain('budget 1.5m, 2 looks');
    const unwrapped = (text: string) => text.replaceAll(/\s+/g, ' ');
    expect(unwrapped(renderText(document, { width: 80, color: false }))).toContain('3 to 9 trials per cell');
    expect(unwrapped(renderMarkdown(document, { charts: [] }))).toContain('3 to 9 trials per cell');
  });
  test('says one number where all have had as many, or none was measured', () => {
    const same = TRIALS.filter(({ trial }) => trial <= 3);
    expect(runPhrases(documentOf(LOOKS.slice(0, 1), same))).toContain('3 trials per cell');
    expect(runPhrases(documentOf([], []))).toContain('3 trials per cell');
  });
  test('without a budget says what was planned', () => {
    expect(runPhrases(summarise(sample.fiveModels()))).toContain('5 trials per cell');
  });
  test('no cell is warned of for having had fewer trials than another', () => {
    for (const { warnings } of documentOf(LOOKS).cells)
      expect(warnings.map(({ code }) => code)).not.toContain('trials-missing');
  });
});

describe('what is said', () => {
  test('is what the looks allow: nothing before the first, what it showed afterwards', () => {
    expect(behindIn([])).toEqual([]);
    expect(behindIn(LOOKS)).toEqual(['sync-blocking']);
    // Fewer than three rounds show nothing, whoever looks.
    expect(behindIn([{ kind: 'look', afterRound: 2, share: 1 }])).toEqual([]);
  });
  test('of more looks than a run takes the first are read: each costs time, and a file may have any number', () => {
    const looksUpTo = (most: number) =>
      Array.from({ length: most }, (_, look) => ({
        kind: 'look' as const,
        afterRound: 3,
        share: (look + 1) / 1e5,
      }));
    const standings = (looks: LookRecord[]) =>
      documentOf(looks).cells.map((cell) => 'standing' in cell && cell.standing);
    expect(standings(looksUpTo(1e5))).toEqual(standings(looksUpTo(20)));
  });
  test('is said with wider intervals the earlier the look', () => {
    const leastBehind = (share: number) =>
      documentOf([{ kind: 'look', afterRound: 3, share }]).cells.flatMap((cell) =>
        cell.status === 'measured' && cell.model === 'sync-blocking' ? [cell.standing?.behind.low ?? 0] : [],
      )[0] as number;
    expect(leastBehind(0.3)).toBeLessThan(leastBehind(0.6));
    expect(leastBehind(0.6)).toBeLessThan(leastBehind(1));
  });
  test('looks that are out of order, as in a file that was changed, are passed over', () => {
    const [first, last] = LOOKS as [LookRecord, LookRecord];
    expect(behindIn([first, { ...first, share: 0.1 }, last])).toEqual(behindIn(LOOKS));
    expect(behindIn([last, first])).toEqual(behindIn([last]));
  });
  test('why nothing is said, where nobody has looked', () => {
    expect(verdictGap(documentOf([]))).toMatch(/the run ended before its first look/);
    expect(
      verdictGap(
        documentOf(
          [],
          TRIALS.filter(({ trial }) => trial === 1),
        ),
      ),
    ).toMatch(/a longer --budget, or --trials 3/);
    expect(verdictGap(documentOf(LOOKS))).toBeUndefined();
  });
});
