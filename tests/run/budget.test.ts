/**
 * Who is measured within a budget: real scheduling, looks and judging, over models that are made up and a
 * clock that they move.
 */
import { describe, expect, test } from 'vitest';
import { falseClaims } from '../../scripts/validate/peeking.ts';
import {
  placeOf,
  roundNs,
  runVirtually,
  type VirtualModels,
  type VirtualRun,
} from '../../scripts/validate/virtual-run.ts';
import { questionsOf, summarise } from '../../src/report/index.ts';
import { documentSchema } from '../../src/result.ts';
import * as sample from '../report/sample.ts';

const FAR = [10, 1, 1, 1, 1];
const NEAR = [10, 10, 10, 1, 1, 1];
const quiet = (speeds: readonly (readonly number[])[], more: Partial<VirtualModels> = {}): VirtualModels => ({
  speeds,
  deviation: 0.05,
  ...more,
});

/** How many trials each model has had, a list a workload. */
function trialsIn({ trials }: VirtualRun, { speeds }: VirtualModels): number[][] {
  return speeds.map((models, workload) =>
    models.map(
      (_, model) =>
        trials.filter(({ cell }) => placeOf(cell).workload === workload && placeOf(cell).model === model)
          .length,
    ),
  );
}

const documentOf = ({ trials, looks }: VirtualRun, budgetNs = 60e9) =>
  documentSchema.parse(
    JSON.parse(
      JSON.stringify(
        summarise({
          header: sample.headerOf([], { trials: 3, budgetNs }),
          trials: withLatencies(trials),
          looks,
          warnings: [],
        }),
      ),
    ),
  );
/** A report decodes histograms. */
const withLatencies = (trials: VirtualRun['trials']) => {
  const histogram = sample.histogramOf([1e6]);
  return trials.map((trial) => ({ ...trial, latency: histogram, service: histogram, lag: histogram }));
};

describe('what is decided', () => {
  test('is not measured again, and a run of which all is decided ends', async () => {
    const models = quiet([FAR]);
    const run = await runVirtually(models, { budgetNs: 100 * roundNs(models) });
    expect(trialsIn(run, models)).toEqual([[3, 3, 3, 3, 3]]);
    expect(run.looks).toHaveLength(1);
    expect(run.prospects.at(-1)).toMatchObject({ ending: 'decided', open: [], afterRound: 3 });
  });

  test('leaves its time to what is open', async () => {
    const models = quiet([FAR, NEAR]);
    const run = await runVirtually(models, { budgetNs: 6 * roundNs(models) });
    const [far, near] = trialsIn(run, models) as [number[], number[]];
    expect(far).toEqual([3, 3, 3, 3, 3]);
    expect(Math.min(...near.slice(0, 3))).toBeGreaterThanOrEqual(12);
    expect(near.slice(3)).toEqual([3, 3, 3]);
    expect(run.prospects.at(-1)).toMatchObject({ ending: 'out-of-time' });
    expect(run.prospects.at(-1)?.open.map(({ model }) => model)).toEqual(['0', '1', '2']);
  });
});

describe('percentiles', () => {
  // 300 requests a trial: a p99 after four of them; 10 a trial: after a hundred.
  const models = quiet([FAR, FAR], {
    requestsOf: (workload, model) => (model === 1 ? (workload === 0 ? 300 : 10) : 5000),
  });
  test('a cell is measured until it has its p99, the best beside it; one that cannot get it in time is not', async () => {
    const run = await runVirtually(models, { budgetNs: 8 * roundNs(models) });
    const [possible, hopeless] = trialsIn(run, models) as [number[], number[]];
    expect(possible[1]).toBeGreaterThanOrEqual(4);
    expect(possible[0]).toBe(possible[1]);
    expect(possible.slice(2)).toEqual([3, 3, 3]);
    expect(hopeless).toEqual([3, 3, 3, 3, 3]);
    expect(run.prospects.at(-1)?.ending).toBe('decided');
  });
});

describe('the budget', () => {
  test.each([0.5, 1.2, 2.9, 3.1, 4, 6.3, 20])('of %d rounds is never exceeded', async (rounds) => {
    const models = quiet([NEAR, NEAR], { deviation: 0.3 });
    const budgetNs = rounds * roundNs(models);
    const run = await runVirtually(models, { budgetNs });
    expect(run.elapsedNs).toBeLessThanOrEqual(budgetNs);
    expect(run.elapsedNs).toBeGreaterThan(Math.min(0.4, rounds / 2) * budgetNs);
    expect(run.looks.length).toBeLessThanOrEqual(5);
  });

  test('is not exceeded by a round that takes longer than was to be expected, but for its last process', async () => {
    const models = quiet([NEAR, NEAR], { deviation: 0.3, slownessOf: (round) => 1 + round / 4 });
    const budgetNs = 8 * roundNs(models);
    expect((await runVirtually(models, { budgetNs })).elapsedNs).toBeLessThanOrEqual(budgetNs + 3e9);
  });

  test('that has no room for three rounds measures whole rounds, and nothing is judged', async () => {
    const models = quiet([FAR]);
    const run = await runVirtually(models, { budgetNs: 2.5 * roundNs(models) });
    expect(trialsIn(run, models)).toEqual([[2, 2, 2, 2, 2]]);
    expect(run.looks).toEqual([]);
    expect(run.prospects).toMatchObject([{ ending: 'out-of-time', afterRound: 2 }]);
    expect(documentOf(run).cells.flatMap((cell) => ('standing' in cell ? [cell.standing] : []))).toEqual([]);
  });

  test('of a run in which nothing can be measured is not said to be over', async () => {
    expect(await runVirtually({ speeds: [], deviation: 0 }, { budgetNs: 9e9 })).toEqual({
      trials: [],
      looks: [],
      prospects: [],
      elapsedNs: 0,
    });
  });

  test('that nobody asked for has three rounds in any case, and then a look with all there is', async () => {
    const models = quiet([NEAR]);
    const run = await runVirtually(models, { budgetNs: roundNs(models), isStrict: false });
    expect(trialsIn(run, models)).toEqual([[3, 3, 3, 3, 3, 3]]);
    expect(run.looks).toEqual([{ kind: 'look', afterRound: 3, share: 1 }]);
  });

  test('has room for more rounds of all cells where they were wanted', async () => {
    const models = quiet([FAR]);
    const trials = async (rounds: number) =>
      trialsIn(await runVirtually(models, { budgetNs: rounds * roundNs(models), trials: 5 }), models);
    expect(await trials(20)).toEqual([[5, 5, 5, 5, 5]]);
    expect(await trials(8.2)).toEqual([[4, 4, 4, 4, 4]]);
  });
});

describe('looks', () => {
  const models = quiet([NEAR, [1, 1.02, 0.5]], { deviation: 0.2 });
  const plan = { budgetNs: 12 * roundNs(models), seed: 3 };

  test('are five at most, the first after three rounds, the last with all that there is', async () => {
    const { looks } = await runVirtually(models, plan);
    expect(looks).toHaveLength(5);
    expect(looks[0]).toMatchObject({ afterRound: 3, share: 0.25 });
    expect(looks.at(-1)?.share).toBe(1);
    for (const [index, { share }] of looks.entries())
      expect(share).toBeGreaterThan(looks[index - 1]?.share ?? 0);
  });

  test('say in the report what they said while the run went on', async () => {
    const run = await runVirtually(models, plan);
    const { cells, run: header } = documentOf(run);
    expect(header.looks).toHaveLength(run.looks.length);
    const front = cells.filter((cell) => cell.status === 'measured' && cell.standing?.mayBeBest === true);
    const { open } = run.prospects.at(-1) ?? { open: [] };
    for (const cell of open)
      expect(front.some(({ model, workload }) => model === cell.model && workload === cell.workload)).toBe(
        true,
      );
    // Judged again from what is stored, the same is open.
    const taken = {
      shares: run.looks.map(({ share }) => share),
      afterRounds: run.looks.map(({ afterRound }) => afterRound),
    };
    expect(questionsOf(run.trials, taken)).toEqual(run.prospects.at(-1)?.questions);
  });

  test('a run that was broken off says what its last look said', async () => {
    const run = await runVirtually(models, plan);
    const [first, second] = run.looks.slice(0, 2) as [
      VirtualRun['looks'][number],
      VirtualRun['looks'][number],
    ];
    const until = (round: number, looks: VirtualRun['looks']) => {
      const { cells } = documentOf({
        ...run,
        trials: run.trials.filter(({ trial }) => trial <= round),
        looks,
      });
      return cells.map((cell) => (cell.status === 'measured' ? cell.standing : undefined));
    };
    expect(until(second.afterRound, [first])).toEqual(until(first.afterRound, [first]));
    expect(until(first.afterRound, []).every((standing) => standing === undefined)).toBe(true);
  });

  test('an interrupted run takes no look any more', async () => {
    const controller = new AbortController();
    const slow = quiet([NEAR], {
      signal: controller.signal,
      slownessOf(round) {
        if (round === 5) controller.abort();
        return 1;
      },
    });
    const run = await runVirtually(slow, { budgetNs: 30 * roundNs(slow) });
    expect(run.looks).toHaveLength(1);
    expect(run.prospects.at(-1)?.ending).toBeUndefined();
  });

  test('the same seed and the same figures give the same run', async () => {
    const [one, two] = [await runVirtually(models, plan), await runVirtually(models, plan)];
    expect(one).toEqual(two);
  });
});

describe('until intervals are narrow', () => {
  const models = quiet(
    [
      [10, 1, 1],
      [1, 1, 1],
    ],
    { deviation: 0.08 },
  );
  test('those that are wide are measured, whoever is the best, and a look is taken at the end', async () => {
    const run = await runVirtually(models, { budgetNs: 100 * roundNs(models), narrowShare: 0.05 });
    expect(run.prospects.at(-1)).toMatchObject({ ending: 'decided', open: [] });
    expect(run.looks.at(-1)?.afterRound).toBe(Math.max(...run.trials.map(({ trial }) => trial)));
    expect(run.looks.at(-1)?.share).toBeLessThan(1);
    for (const { cell } of run.trials) expect(cell.workload).toMatch(/[01]/);
    for (const cell of documentOf(run).cells) {
      if (cell.status !== 'measured') throw new Error('all were measured');
      const { low, high, median } = cell.throughputPerSecond;
      expect(Math.max(high - median, median - low) / median).toBeLessThan(0.06);
    }
  });
  test('or the time is over', async () => {
    const run = await runVirtually(
      { ...models, deviation: 0.5 },
      { budgetNs: 5 * roundNs(models), narrowShare: 0.01 },
    );
    expect(run.prospects.at(-1)).toMatchObject({ ending: 'out-of-time' });
    expect(run.looks.at(-1)?.share).toBe(1);
  });
});

test('looking early, and measuring on where it is open, says no more that is false', async () => {
  for (const { wrong, families } of await falseClaims({ families: 180, rounds: 6 })) {
    // 5 %, and three standard errors.
    expect(wrong / families).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / families));
  }
}, 60_000);
