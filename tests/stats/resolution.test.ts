/** What a run can tell apart, before it: held against what sections made by chance show. */
import { describe, expect, test } from 'vitest';
import { factorToldApart, spreadOf } from '../../src/stats/resolution.ts';
import { seeded } from '../../src/stats/seeded.ts';
import { differencesFrom } from '../../src/stats/standings.ts';

const quick = { deviation: 0.2, models: 10, rounds: 3 };

describe('the factor that is told apart', () => {
  test('is 1 where nothing spreads, and grows with the spread', () => {
    expect(factorToldApart({ ...quick, deviation: 0 })).toBe(1);
    // Of logarithms: twice the spread is the factor squared.
    expect(factorToldApart({ ...quick, deviation: 0.4 })).toBeCloseTo(factorToldApart(quick) ** 2, 9);
  });

  test('falls with rounds, a little more than by their square root; more models ask for more', () => {
    const log = (section: Parameters<typeof factorToldApart>[0]) => Math.log(factorToldApart(section));
    expect(log({ ...quick, rounds: 12 })).toBeLessThan(log(quick) / 2);
    expect(log({ ...quick, rounds: 12 })).toBeGreaterThan(log(quick) / 3);
    expect(log({ ...quick, models: 20 })).toBeGreaterThan(log({ ...quick, models: 5 }));
  });

  test('is shown by about four of five sections that are made by chance', () => {
    const factor = factorToldApart(quick);
    const random = seeded(7);
    const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const sections = Array.from({ length: 300 }, () =>
      Array.from({ length: quick.models }, (_, model) =>
        [1, 2, 3].map((round) => ({
          round,
          figure: (model === 1 ? factor : 1) * Math.exp(quick.deviation * normal()),
        })),
      ),
    );
    const shown =
      sections.filter((cells) => differencesFrom({ cells, better: 'more' }, 0)[1]?.isShown).length /
      sections.length;
    expect(shown).toBeGreaterThan(0.65);
    expect(shown).toBeLessThan(0.92);
  });

  test('takes two models and two rounds', () => {
    expect(() => factorToldApart({ ...quick, models: 1 })).toThrow(RangeError);
    expect(() => factorToldApart({ ...quick, rounds: 1 })).toThrow(RangeError);
  });
});

test('a spread is of logarithms: the unit of the speeds does not matter', () => {
  expect(spreadOf([5, 5, 5])).toBe(0);
  expect(spreadOf([1, Math.exp(0.2)])).toBeCloseTo(0.2 / Math.SQRT2, 12);
  expect(spreadOf([1000, 1100, 900])).toBeCloseTo(spreadOf([1, 1.1, 0.9]), 12);
});
