import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { moderated } from '../../src/stats/moderate.ts';
import { processMeans } from '../../src/stats/process-means.ts';
import { fitRounds } from '../../src/stats/rounds.ts';
import { centresOf, differencesFrom, type SectionFigures, standingsOf } from '../../src/stats/standings.ts';

const random = randomFrom(5);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * A section of models with these throughputs; each trial differs from its model's, and each round from the
 * others.
 */
function sectionOf(
  truths: readonly number[],
  { rounds = 5, deviation = 0.1, shared = 0.05 } = {},
): SectionFigures {
  const common = Array.from({ length: rounds }, () => shared * normal());
  const cells = truths.map((truth) =>
    common.map((log, round) => ({ round, figure: truth * Math.exp(log + deviation * normal()) })),
  );
  return { cells, better: 'more' };
}
const plain = (figures: readonly number[]) => figures.map((figure, round) => ({ round, figure }));

describe('variances', () => {
  test('three trials are drawn towards what is usual, and gain degrees of freedom', () => {
    const own = [0.5, 1, 1.5, 2, 0.8, 1.2].map((value) => ({ value, freedom: 2 }));
    const drawn = moderated(own);
    expect(drawn[0]?.value).toBeGreaterThan(0.6);
    expect(drawn[3]?.value).toBeLessThan(1.8);
    for (const { freedom } of drawn) expect(freedom).toBeGreaterThan(2.5);
  });
  test('one that stands out is not', () => {
    const own = [1, 1, 1, 1, 1, 1000].map((value) => ({ value, freedom: 4 }));
    expect(moderated(own)[5]?.value).toBeGreaterThan(900);
  });
  test('a cell that is alone keeps its own', () => {
    expect(moderated([{ value: 3, freedom: 2 }])).toEqual([{ value: 3, freedom: 2 }]);
  });
});

describe('rounds', () => {
  test('what a round did to all cells does not blur their differences', () => {
    const { cells } = sectionOf([1, 1, 1, 1, 1, 1], { deviation: 0.02, shared: 0.5, rounds: 6 });
    const fit = fitRounds(
      cells.map((figures) => figures.map(({ round, figure }) => ({ round, log: Math.log(figure) }))),
    );
    expect(Math.sqrt(fit.difference(0, 1).variance.value)).toBeLessThan(0.03);
    expect(Math.sqrt(fit.centre(0).variance.value)).toBeGreaterThan(0.05);
  });
  test('cells that were in other rounds are compared with what rounds do', () => {
    const logs = [0, 0.3, -0.2, 0.25, -0.3, 0.1];
    const cell = (from: number, to: number, offset: number) =>
      logs
        .slice(from, to)
        .map((log, index) => ({ round: from + index, log: log + offset + 0.01 * ((index * 7) % 3) }));
    const fit = fitRounds([cell(0, 6, 0), cell(0, 6, 1), cell(0, 6, 2), cell(0, 3, 3), cell(3, 6, 3)]);
    // The plain means of the last two are apart by what their rounds were.
    expect(fit.difference(3, 4).value).toBeCloseTo(0, 1);
    expect(fit.difference(3, 0).value).toBeCloseTo(3, 1);
  });
});

describe('one criterion', () => {
  test('who is far behind is shown to be, by how much, and who is equal is not', () => {
    const standings = standingsOf(sectionOf([10, 10, 10, 5, 1]));
    expect(standings.map(({ mayBeBest }) => mayBeBest)).toEqual([true, true, true, false, false]);
    const { low, high } = (standings[4] as (typeof standings)[number]).behind;
    expect([low < 10, high > 10, low > 7, high < 14]).toEqual([true, true, true, true]);
  });
  test('three trials tell ten models apart from one that is three times as fast', () => {
    const standings = standingsOf(sectionOf([3, 1, 1, 1, 1, 1, 1, 1, 1, 1], { rounds: 3 }));
    expect(standings.filter(({ mayBeBest }) => mayBeBest)).toHaveLength(1);
  });
  test('less is better for latencies', () => {
    const { cells } = sectionOf([1, 4, 4]);
    expect(standingsOf({ cells, better: 'less' }).map(({ mayBeBest }) => mayBeBest)).toEqual([
      true,
      false,
      false,
    ]);
  });
  test('less than a hundredth is no difference, however sure', () => {
    const still = [100, 100.5].map((figure) => plain([figure, figure, figure * 1.00001, figure]));
    expect(standingsOf({ cells: still, better: 'more' }).every(({ mayBeBest }) => mayBeBest)).toBe(true);
  });
  test('figures that are all the same are no error', () => {
    const [slow, fast] = standingsOf({ cells: [plain([1, 1, 1]), plain([2, 2, 2])], better: 'more' });
    expect([slow?.mayBeBest, fast?.mayBeBest]).toEqual([false, true]);
    expect(slow?.behind.value).toBeCloseTo(2, 9);
  });
  test('two trials show nothing, and zero has no logarithm', () => {
    expect(() => standingsOf({ cells: [plain([1, 2])], better: 'more' })).toThrow(RangeError);
    expect(() => centresOf({ cells: [plain([1, 2, 0])] })).toThrow(RangeError);
  });
  test('equal models are called different in at most 5 % of sections, and whiskers hold the truth', () => {
    let [wrong, covered] = [0, 0];
    for (let section = 0; section < 300; section++) {
      const standings = standingsOf(sectionOf([1, 1, 1, 1, 1, 1, 1, 1], { rounds: 3 }));
      if (standings.some(({ mayBeBest }) => !mayBeBest)) wrong++;
      covered += standings.filter(({ centre }) => centre.low <= 1 && centre.high >= 1).length / 8;
    }
    // 5 %, and three standard errors.
    expect(wrong / 300).toBeLessThan(0.09);
    expect(covered / 300).toBeGreaterThan(0.92);
  });
  test('against a cell that was chosen beforehand', () => {
    const [base, same, faster] = differencesFrom(sectionOf([1, 1, 3, 3], { deviation: 0.03 }), 0);
    expect([base?.isShown, same?.isShown, faster?.isShown]).toEqual([false, false, true]);
    expect(faster?.value).toBeCloseTo(3, 0);
  });
});

describe('windows of a process', () => {
  test('are one figure, weighted by their lengths on the scale of logarithms', () => {
    const windows = [
      { round: 1, figure: 100, windowNs: 1e8 },
      { round: 1, figure: 400, windowNs: 1e8 },
      { round: 2, figure: 100, windowNs: 3e8 },
      { round: 2, figure: 1600, windowNs: 1e8 },
    ];
    const means = processMeans(windows);
    expect(means.map(({ round }) => round)).toEqual([1, 2]);
    for (const { figure } of means) expect(figure).toBeCloseTo(200, 9);
  });
  test('count as one, however many they are', () => {
    const windows = [1, 2, 3].flatMap((round) =>
      Array.from({ length: 20 }, () => ({ round, figure: 100 * Math.exp(round / 10), windowNs: 1e8 })),
    );
    const [many] = centresOf({ cells: [processMeans(windows)] });
    const [few] = centresOf({ cells: [processMeans(windows.filter((_, index) => index % 20 === 0))] });
    expect(many?.high).toBeCloseTo(few?.high as number, 6);
  });
  test('of nothing have no figure', () => {
    expect(() => processMeans([{ round: 1, figure: 0, windowNs: 1e8 }])).toThrow(RangeError);
  });
});
