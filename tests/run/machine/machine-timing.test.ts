/** How evenly this machine runs: that it is told, within its time, and that nobody is left behind. */
import { expect, test } from 'vitest';
import { load } from '../../compiled.ts';

test('the machine is timed over windows of two kinds, and the other process ends', async () => {
  const { measureMachineTiming } = await load<typeof import('../../../src/run/machine/machine-timing.ts')>(
    'run/machine/machine-timing.js',
  );
  const timing = await measureMachineTiming();
  expect(timing.windowNs * timing.windows * 2).toBeLessThan(2e9);
  expect(timing.workSpread).toBeGreaterThan(0);
  expect(timing.echoSpread).toBeGreaterThan(0);
  const processes = () => process.getActiveResourcesInfo().filter((resource) => resource === 'ProcessWrap');
  await expect.poll(processes).toEqual([]);
});
