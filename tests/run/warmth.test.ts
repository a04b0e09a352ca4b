import { expect, test } from 'vitest';
import { idleShare } from '../../src/run/warmth.ts';

test('what V8 still does after the burst, on a busy machine, is not what the process uses while idle', () => {
  const slices = [1.067, 0.996, 0.992, 0.75, 0.012, 0.009, 0.01];
  expect(idleShare(() => slices.shift() as number)).toBe(0.009);
});
test('a process that is idle uses next to nothing', () => {
  const share = idleShare();
  expect(share).toBeGreaterThanOrEqual(0);
  expect(share).toBeLessThan(1.5);
});
