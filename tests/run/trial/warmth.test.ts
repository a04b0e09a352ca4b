import { expect, test } from 'vitest';
import type { LoadSpec } from '../../../src/result.ts';
import type { TrialPlan } from '../../../src/run/trial/cell.ts';
import { idleShare, needsBurst } from '../../../src/run/trial/warmth.ts';
import type { Workload } from '../../../src/workloads/workload.ts';

test('what V8 still does after the burst, on a busy machine, is not what the process uses while idle', () => {
  const slices = [1.067, 0.996, 0.992, 0.75, 0.012, 0.009, 0.01];
  expect(idleShare(() => slices.shift() as number)).toBe(0.009);
});
test('where V8 is still busy for longer than that, it is waited for; a process that is never idle is what it is', () => {
  let slices = 0;
  expect(idleShare(() => (++slices < 25 ? 0.9 : 0.004))).toBe(0.004);
  expect(slices).toBe(25);
  slices = 0;
  expect(idleShare(() => 0.5 + 1 / ++slices)).toBeCloseTo(0.525, 9);
  expect(slices).toBe(40);
});

test('a process that is idle uses next to nothing', () => {
  const share = idleShare();
  expect(share).toBeGreaterThanOrEqual(0);
  expect(share).toBeLessThan(1.5);
});

test('only loads that cannot warm their code themselves need a burst', () => {
  const plan = (load: LoadSpec, longestWarmupNs = 1e9) => ({ cell: { load }, longestWarmupNs }) as TrialPlan;
  const atOnce = {} as Workload;
  const delayed = { undelayed: (fixture: unknown) => fixture } as Workload;
  const closed: LoadSpec = { kind: 'closed', concurrency: 8 };
  expect(needsBurst(plan(closed), atOnce)).toBe(false);
  expect(needsBurst(plan(closed), delayed)).toBe(true);
  expect(needsBurst(plan({ ...closed, thinkNs: 1e6 }), atOnce)).toBe(true);
  expect(needsBurst(plan({ kind: 'open', ratePerSecond: 100, arrivals: 'poisson' }), atOnce)).toBe(true);
  // Who asks for no warm-up asks for cold code.
  expect(needsBurst(plan(closed, 0), delayed)).toBe(false);
});
