import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import { compareSection, compareTrials, type TrialSets } from '../../src/stats/compare-trials.ts';

type Noise = () => number;

function normalFrom(seed: number): Noise {
  const random = randomFrom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
/** Most trials are quiet, one in ten is three times as noisy. */
function disturbedFrom(seed: number): Noise {
  const [normal, random] = [normalFrom(seed), randomFrom(seed, 1)];
  return () => normal() * (random() < 0.1 ? 3 : 1);
}
/** Disturbances only ever slow down. */
function skewedFrom(seed: number): Noise {
  const random = randomFrom(seed);
  return () => 1 + Math.log(1 - random());
}

const trialsOf = (count: number, throughput: number, share: number, noise: Noise) =>
  Array.from({ length: count }, () => throughput * Math.exp(share * noise()));
const throughputs = (base: readonly number[], next: readonly number[]): TrialSets => ({
  base,
  next,
  better: 'more',
});

describe('a cell compared with itself, five trials against five, at the 5 % level', () => {
  const isAlarm = (noise: Noise, share = 0.02, [a, b] = [5, 5]) => {
    const { verdict } = compareTrials(
      throughputs(trialsOf(a, 5e4, share, noise), trialsOf(b, 5e4, share, noise)),
    );
    return verdict === 'faster' || verdict === 'slower';
  };

  test('100 comparisons give at most 8 false alarms', () => {
    const noise = normalFrom(1);
    expect(Array.from({ length: 100 }, () => isAlarm(noise)).filter(Boolean).length).toBeLessThanOrEqual(8);
  });

  test.each([
    ['normal', normalFrom],
    ['disturbed', disturbedFrom],
    ['skewed', skewedFrom],
  ] as const)('over many comparisons with %s noise, the share of alarms is at most the level', (_, from) => {
    const noise = from(2);
    const alarms = Array.from({ length: 4000 }, () => isAlarm(noise)).filter(Boolean).length / 4000;
    expect(alarms).toBeLessThanOrEqual(0.055);
    expect(alarms).toBeGreaterThan(0.01);
  });

  test.each([
    [3, 3, 0.055, 4000],
    [5, 8, 0.055, 4000],
    [10, 10, 0.065, 500],
    // Welch's own weakness: few against many.
    [3, 10, 0.08, 4000],
  ])('%i trials against %i: a share of %d at most', (a, b, share, comparisons) => {
    const noise = normalFrom(a * b);
    const alarms = Array.from({ length: comparisons }, () => isAlarm(noise, 0.02, [a, b])).filter(
      Boolean,
    ).length;
    expect(alarms / comparisons).toBeLessThanOrEqual(share);
  });

  test('a run of 30 such cells has a false alarm in at most 6 % of the runs, because the level is corrected', () => {
    const noise = normalFrom(3);
    const isAlarmed = () =>
      Array.from({ length: 30 }, () =>
        compareTrials(throughputs(trialsOf(5, 5e4, 0.02, noise), trialsOf(5, 5e4, 0.02, noise)), {
          comparisons: 30,
        }),
      ).some(({ verdict }) => verdict !== 'no difference shown');
    expect(Array.from({ length: 400 }, isAlarmed).filter(Boolean).length / 400).toBeLessThanOrEqual(0.06);
  });

  test('where a percentile bootstrap of the means would give twice as many', () => {
    const noise = normalFrom(4);
    const random = randomFrom(4, 1);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const resampled = (values: readonly number[]) =>
      mean(values.map(() => values[Math.floor(random() * values.length)] as number));
    const isMissed = () => {
      const [a, b] = [0, 0].map(() => trialsOf(5, 1, 0.02, noise)) as [number[], number[]];
      const above =
        Array.from({ length: 400 }, () => resampled(a) > resampled(b)).filter(Boolean).length / 400;
      return above < 0.025 || above > 0.975;
    };
    expect(Array.from({ length: 1000 }, isMissed).filter(Boolean).length / 1000).toBeGreaterThan(0.1);
  });
});

describe('a difference', () => {
  test.each([1, 6, 30])(
    'a slowdown of 10 percent with 2 percent noise is found 19 of 20 times, %i cells compared at once',
    (comparisons) => {
      const noise = normalFrom(5);
      const find = () =>
        compareTrials(throughputs(trialsOf(5, 5e4, 0.02, noise), trialsOf(5, 4.5e4, 0.02, noise)), {
          comparisons,
        }).verdict;
      const found = Array.from({ length: 400 }, find).filter((verdict) => verdict === 'slower').length / 400;
      expect(found).toBeGreaterThanOrEqual(comparisons === 30 ? 0.85 : 0.95);
    },
  );

  test('the interval holds the true ratio about as often as it says', () => {
    const noise = normalFrom(6);
    const isCovered = () => {
      const { interval } = compareTrials(
        throughputs(trialsOf(5, 100, 0.05, noise), trialsOf(5, 127, 0.03, noise)),
      );
      return interval !== undefined && interval.low <= 1.27 && interval.high >= 1.27;
    };
    const covered = Array.from({ length: 4000 }, isCovered).filter(Boolean).length / 4000;
    expect(covered).toBeGreaterThan(0.94);
    expect(covered).toBeLessThan(0.97);
  });

  const base = [100, 101, 99, 100.5, 99.5];
  const half = base.map((value) => value / 2);

  test('throughput that doubles is faster, and so is latency that halves', () => {
    expect(compareTrials(throughputs(half, base))).toMatchObject({
      verdict: 'faster',
      trialsNeeded: undefined,
      confidence: 0.95,
    });
    expect(compareTrials({ base, next: half, better: 'less' }).ratio).toBeCloseTo(2, 9);
    expect(compareTrials({ base: half, next: base, better: 'less' }).verdict).toBe('slower');
    expect(compareTrials({ base, next: half, better: 'less' }).pValue).toBeCloseTo(2 / 252, 9);
  });

  test('the other way round, it is the other way round', () => {
    const there = compareTrials(throughputs(base, half));
    const back = compareTrials(throughputs(half, base));
    expect(there.ratio * back.ratio).toBeCloseTo(1, 12);
    expect((there.interval?.low as number) * (back.interval?.high as number)).toBeCloseTo(1, 12);
  });

  test('below 1 % is not called one, however sure', () => {
    const still = [100, 100, 100, 100, 100];
    expect(
      compareTrials(
        throughputs(
          still,
          still.map((value) => value * 1.005),
        ),
      ).verdict,
    ).toBe('no difference shown');
    expect(
      compareTrials(
        throughputs(
          still,
          still.map((value) => value * 1.02),
        ),
      ).verdict,
    ).toBe('faster');
    const same = compareTrials(throughputs(still, still));
    expect(same).toMatchObject({ ratio: 1, pValue: 1 });
    expect(same.interval?.low).toBeCloseTo(1, 5);
    expect(same.interval?.high).toBeCloseTo(1, 5);
  });
});

describe('too few trials', () => {
  test('one against one has a ratio and nothing else', () => {
    expect(compareTrials(throughputs([100], [150]))).toMatchObject({
      verdict: 'too few trials',
      interval: undefined,
      pValue: 1,
      trialsNeeded: 4,
    });
  });

  test('the more cells are compared, the more it takes', () => {
    expect(compareTrials(throughputs([100, 101], [150, 151]), { comparisons: 33 }).trialsNeeded).toBe(7);
  });

  test('where the noise would hide what is looked for, it says how many it would take', () => {
    const noisy = compareTrials(throughputs([80, 100, 120], [85, 100, 115]));
    expect(noisy.verdict).toBe('no difference shown');
    expect(noisy.trialsNeeded).toBeGreaterThan(30);
    expect(
      compareTrials(throughputs([80, 100, 120], [85, 100, 115]), { wantedShare: 0.3 }).trialsNeeded,
    ).toBeLessThan(12);
    expect(compareTrials(throughputs([99, 100, 101, 100], [100, 101, 99, 100])).trialsNeeded).toBeUndefined();
  });
});

test.each([
  [[], [1]],
  [[1], []],
  [
    [0, 1],
    [1, 2],
  ],
  [
    [1, 2],
    [Number.NaN, 1],
  ],
])('%j against %j is refused', (base, next) => {
  expect(() => compareTrials(throughputs(base, next))).toThrow(RangeError);
});

describe('a section of a run beside the same section of another', () => {
  const noise = normalFrom(8);
  const rounds = (perSecond: number, share: number) =>
    trialsOf(3, perSecond, share, noise).map((figure, round) => ({ figure, round: round + 1 }));
  const pairOf = (change: number) => ({ base: rounds(5e4, 0.03), next: rounds(5e4 * change, 0.03) });

  test('says more of each cell than the cell alone, because its neighbours are as noisy', () => {
    const found = { together: 0, alone: 0 };
    for (let run = 0; run < 100; run++) {
      const pairs = [pairOf(0.87), ...Array.from({ length: 9 }, () => pairOf(1))];
      const [together] = compareSection({ pairs, better: 'more' }, { comparisons: 10 });
      const [{ base, next }] = pairs as [(typeof pairs)[number]];
      const figures = (all: typeof base) => all.map(({ figure }) => figure);
      const alone = compareTrials(throughputs(figures(base), figures(next)), { comparisons: 10 });
      if (together?.verdict === 'slower') found.together++;
      if (alone.verdict === 'slower') found.alone++;
    }
    expect(found.together).toBeGreaterThan(90);
    expect(found.alone).toBeLessThan(60);
  });

  test('of the same code is called different in at most 5 % of runs, and what chance adds', () => {
    const isAlarmed = () => {
      const pairs = Array.from({ length: 10 }, () => pairOf(1));
      return compareSection({ pairs, better: 'more' }, { comparisons: 10 }).some(
        ({ verdict }) => verdict !== 'no difference shown',
      );
    };
    expect(Array.from({ length: 400 }, isAlarmed).filter(Boolean).length / 400).toBeLessThanOrEqual(0.075);
  });
});
