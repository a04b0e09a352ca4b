import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { levelsOf, spentBy, standingsAfter } from '../../src/stats/looks.ts';
import { openCells } from '../../src/stats/open-cells.ts';
import type { SectionFigures } from '../../src/stats/standings.ts';

const random = randomFrom(8);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const SHARES = [0.375, 0.5, 0.625, 0.75, 1];

function sectionOf(truths: readonly number[], rounds: number, deviation = 0.05): SectionFigures {
  const cells = truths.map((truth) =>
    Array.from({ length: rounds }, (_, index) => ({
      round: index + 1,
      figure: truth * Math.exp(deviation * normal()),
    })),
  );
  return { cells, better: 'more' };
}

describe('what looks cost', () => {
  test('the last is left with most of the level, and no look has more than all', () => {
    const levels = levelsOf(SHARES, 10);
    expect(levels[0]).toBeCloseTo(spentBy(0.375), 9);
    expect(levels.at(-1)).toBeGreaterThan(0.03);
    expect(levels.at(-1)).toBeLessThan(0.045);
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
  });
  test('a single look has all of it', () => {
    expect(levelsOf([1], 5)).toEqual([0.05]);
  });
  test.each([2, 11, 40])('a first look in a long run can be judged, of %i cells', (cells) => {
    // Three rounds of a few seconds, of a budget of hours.
    for (const share of [0.01, 0.001, 1e-9, Number.MIN_VALUE]) {
      const standings = standingsAfter(sectionOf([2, ...Array(cells - 1).fill(1)], 3), {
        shares: [share],
        afterRounds: [3],
      });
      expect(
        standings.every(({ behind }) => behind.low <= behind.value && Number.isFinite(behind.high)),
      ).toBe(true);
    }
  });
  test('the same plan costs the same each time', () => {
    // The second is no number that the first remembered.
    expect(levelsOf([0.5, 1], 3, 0.05)[1]).toBeCloseTo(levelsOf([0.5, 1], 3, 0.05 + 1e-12)[1] as number, 6);
  });
});

describe('several looks', () => {
  test('what one has shown stays shown', () => {
    const early = sectionOf([1, 1, 3, 3], 3, 0.02).cells;
    // From the fourth round on the first is the best, by luck.
    const late = early.map((figures, cell) => [
      ...figures,
      ...[4, 5, 6].map((round) => ({ round, figure: cell === 0 ? 60 : 1 + cell / 100 + round / 500 })),
    ]);
    const section = { cells: late, better: 'more' } as const;
    const both = standingsAfter(section, { shares: [0.5, 1], afterRounds: [3, 6] });
    expect(both[0]?.mayBeBest).toBe(false);
  });
  test('more looks than planned, or none, are an error', () => {
    const section = sectionOf([1, 2], 5);
    expect(() => standingsAfter(section, { shares: [1], afterRounds: [3, 5] })).toThrow(RangeError);
    expect(() => standingsAfter(section, { shares: [1], afterRounds: [] })).toThrow(RangeError);
    expect(() => standingsAfter(section, { shares: [1], afterRounds: [2] })).toThrow(RangeError);
  });
  test('equal models: looking five times calls them different in at most 5 % of sections', () => {
    const afterRounds = [3, 4, 5, 6, 8];
    const wrong = Array.from({ length: 150 }, () =>
      standingsAfter(sectionOf([1, 1, 1, 1, 1, 1], 8, 0.15), { shares: SHARES, afterRounds }).some(
        ({ mayBeBest }) => !mayBeBest,
      ),
    ).filter(Boolean).length;
    // 5 %, and three standard errors.
    expect(wrong / 150).toBeLessThan(0.105);
  });
});

describe('what is open', () => {
  const looks = { shares: [0.5, 1], afterRounds: [5] };
  test('nobody, where one is far ahead and nothing else is asked', () => {
    expect(openCells(sectionOf([10, 1, 1, 1], 5), looks)).toEqual([[], [], [], []]);
  });
  test('those that may be the best, as long as they are several', () => {
    const open = openCells(sectionOf([10, 10.5, 1, 1], 5, 0.1), looks);
    expect(open).toEqual([['may-be-best'], ['may-be-best'], [], []]);
  });
  test('nobody, where those that may be the best are known to be within a twentieth', () => {
    expect(openCells(sectionOf([10, 10.02, 1, 1], 5, 0.001), looks)).toEqual([[], [], [], []]);
  });
  test('who is not told apart from the base', () => {
    const open = openCells(sectionOf([10, 1, 1.05, 3], 5, 0.08), looks, { base: 1 });
    expect(open).toEqual([[], [], ['not-apart-from-base'], []]);
  });
  test('who has no percentile', () => {
    expect(openCells(sectionOf([10, 1], 5), looks, { hasPercentile: [true, false] })).toEqual([
      [],
      ['no-percentile'],
    ]);
  });
});
