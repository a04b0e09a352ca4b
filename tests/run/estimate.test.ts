/**
 * How long a run will take: by its plan and what a process takes to start here, then by what its trials have
 * taken.
 */
import { describe, expect, test } from 'vitest';
import type { LoadSpec, TrialRecord } from '../../src/result.ts';
import { createPace, processNs, type RunShape } from '../../src/run/estimate.ts';
import type { PlannedCell } from '../../src/run/plan.ts';
import * as sample from '../report/sample.ts';

const START_NS = 0.25e9;
const DURATIONS = {
  warmupNs: 100e6,
  longestWarmupNs: 0,
  durationNs: 400e6,
  requests: undefined,
  maxInFlight: 1,
};

const NOT_HERE = { code: 'no-epoll-pwait2', values: {} } as const;

function cellsOf(
  workload: string,
  loads: readonly LoadSpec[],
  { models = ['epoll'], prepare = true, serve = false, refusal = undefined as PlannedCell['refusal'] } = {},
): PlannedCell[] {
  const described = { name: workload, summary: 'x', form: 'operations' as const, prepare, serve };
  return loads.flatMap((load) =>
    models.map((model) => ({
      cell: { model, workload, params: {}, load },
      planned: { workload: described, reference: { name: workload }, params: [{}] },
      params: {},
      refusal,
    })),
  );
}
const shapeOf = (cells: readonly PlannedCell[], trials: number, more: Partial<RunShape> = {}): RunShape => ({
  ...DURATIONS,
  cells,
  trials,
  ...more,
});
const ended = (planned: PlannedCell): TrialRecord => sample.refused(planned.cell, 'failed', 'x');

describe('before anything is known', () => {
  test('a run takes the starts of its processes and what it prepares, besides its windows', () => {
    const [one, two] = [sample.closed(1), sample.closed(8)];
    const least = (trials: number, cells: PlannedCell[]) =>
      createPace(shapeOf(cells, trials), START_NS).leftNs();
    // Two loads of one model are measured in one process, of two models in two.
    expect(least(3, cellsOf('a', [one, two])) / 1e9).toBeCloseTo(3 * (0.25 + 2 * 0.55) + 0.5, 5);
    expect(least(3, cellsOf('a', [one], { models: ['epoll', 'poll'] })) / 1e9).toBeCloseTo(
      3 * 2 * (0.25 + 0.55) + 0.5,
      5,
    );
    expect(least(3, cellsOf('a', [one, two], { prepare: false })) / 1e9).toBeCloseTo(
      3 * (0.25 + 2 * 0.55),
      5,
    );
    expect(least(3, cellsOf('a', [one, two], { refusal: NOT_HERE }))).toBe(0);
  });

  test('a server is a process for each of its loads, and who sends its requests another one', () => {
    const loads = [sample.closed(1), sample.closed(8)];
    const [server, client] = [true, false].map((serve) => cellsOf(serve ? 'b' : 'a', loads, { serve }));
    const least = (cells: readonly PlannedCell[] = []) =>
      createPace(shapeOf(cells, 3), START_NS).leftNs() / 1e9;
    expect(least(server)).toBeCloseTo(3 * 2 * (2 * 0.25 + 0.55) + 0.5, 5);
    expect(least([...(server ?? []), ...(client ?? [])])).toBeCloseTo(least(server) + least(client), 5);
    expect(processNs(DURATIONS, server?.slice(0, 1) ?? [], START_NS)).toBeCloseTo(2 * 0.25e9 + 0.55e9, 0);
  });

  test('short windows take most of their time besides', () => {
    const cells = cellsOf('a', [sample.closed(1)], { models: ['epoll', 'poll', 'io-uring'] });
    const short = createPace(shapeOf(cells, 10, { durationNs: 20e6, warmupNs: 0 }), START_NS);
    expect(short.leftNs()).toBeGreaterThan(30 * START_NS);
    // A slower machine is known to be one.
    expect(createPace(shapeOf(cells, 10), 2e9).leftNs()).toBeGreaterThan(30 * 2e9);
  });

  test('and warming code takes its time where it is waited for', () => {
    const cells = cellsOf('a', [sample.closed(1)]);
    const [cold, warm] = [0, 2e9].map((longestWarmupNs) =>
      createPace(shapeOf(cells, 1, { longestWarmupNs }), START_NS).leftNs(),
    );
    expect(warm).toBeGreaterThan((cold ?? 0) + 0.3e9);
  });
});

describe('from then on', () => {
  const [quick] = cellsOf('quick', [sample.closed(1)]) as [PlannedCell];
  const [slow] = cellsOf('slow', [sample.closed(1)]) as [PlannedCell];

  test('each workload takes what its trials have taken, and what was prepared once is not prepared again', () => {
    const pace = createPace(shapeOf([quick, slow], 4), START_NS);
    let nowMs = 0;
    const trial = (planned: PlannedCell, prepareMs: number, trialMs: number) => {
      pace.began(planned, nowMs);
      pace.prepared(nowMs + prepareMs);
      nowMs += prepareMs + trialMs;
      pace.measured(ended(planned), nowMs);
    };
    trial(quick, 3000, 500);
    expect(pace.isKnown).toBe(false);
    // Nothing is known of the other: it is taken for one like this.
    expect(pace.leftNs() / 1e6).toBeCloseTo(3 * 500 + 4 * 500 + 3000, 3);
    trial(slow, 0, 20_000);
    expect(pace.isKnown).toBe(true);
    expect(pace.leftNs() / 1e6).toBeCloseTo(3 * 500 + 3 * 20_000, 3);
    trial(slow, 0, 40_000);
    expect(pace.leftNs() / 1e6).toBeCloseTo(3 * 500 + 2 * 30_000, 3);
    for (let left = 0; left < 3; left++) trial(quick, 0, 500);
    for (let left = 0; left < 2; left++) trial(slow, 0, 30_000);
    expect([pace.landed, pace.total, pace.leftNs()]).toEqual([8, 8, 0]);
  });

  test('trials of one process follow each other, and what cannot be measured takes no time', () => {
    const [first, second] = cellsOf('a', [sample.closed(1), sample.closed(8)], { prepare: false }) as [
      PlannedCell,
      PlannedCell,
    ];
    const [never] = cellsOf('a', [sample.closed(9)], { refusal: NOT_HERE }) as [PlannedCell];
    const pace = createPace(shapeOf([first, second, never], 2), START_NS);
    pace.measured(sample.refused(never.cell, 'unsupported', 'not here'), 5);
    pace.began(first, 100);
    pace.prepared(100);
    pace.measured(ended(first), 1100);
    pace.began(second, 1100);
    pace.measured(ended(second), 1600);
    expect([pace.landed, pace.total, pace.leftNs() / 1e6]).toEqual([2, 4, 2 * 750]);
  });
});
