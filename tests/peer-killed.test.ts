/** A peer that is killed in mid-run: the trial says so, the next one has another peer, and nothing is left. */

import process from 'node:process';
import { setTimeout as later } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFixtures, fixtureOrSkip, measured, models, workloads } from './measuring.ts';
import { peerProcesses } from './peer-at-work.ts';

const whyNot = process.platform === 'linux' ? undefined : 'processes are found in /proc, which is of Linux';
if (whyNot) console.log(`skipped: ${whyNot}`);
const spoken = workloads.filter(
  ({ form, uses, serve }) => form === 'operations' && uses?.includes('sockets') && !serve,
);
const [model] = models.filter(({ name }) => name === 'epoll');

/** Kills the process that serves: the peer itself, or the program of the system that it has started. */
async function killServing(): Promise<void> {
  for (let time = 0; time < 500 && peerProcesses().length === 0; time++) await later(10);
  await later(300);
  const found = peerProcesses();
  const [peer] = found;
  const serving = found.find(({ parent }) => parent === peer?.pid) ?? peer;
  if (serving === undefined) throw new Error('no peer is running');
  process.kill(serving.pid, 'SIGKILL');
}

describe.skipIf(whyNot !== undefined)('killed in mid-run', () => {
  test.for(spoken)('the peer of $name', async (workload, { skip }) => {
    const fixtures = createFixtures();
    onTestFinished(() => fixtures.remove());
    if (!model) return expect.unreachable();
    await fixtureOrSkip({ workload, fixtures }, skip);
    const trial = measured({ model, workload, fixtures, concurrencies: [4], plan: { durationNs: 1e9 } });
    await killServing();
    const [struck] = await trial;
    expect(struck).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/its peer .+ ended \(SIGKILL\)/),
    });
    const [next] = await measured({ model, workload, fixtures, plan: { durationNs: 50e6 } });
    expect(next).toMatchObject({ status: 'measured', failed: 0 });
    await fixtures.remove();
    expect(peerProcesses()).toEqual([]);
  });
});
