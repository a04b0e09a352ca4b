import { expect, test } from 'vitest';
import { type ProcessAccounts, usedBetween } from '../../../src/run/machine/process-accounts.ts';
import { threadShares } from '../../../src/run/machine/thread-accounts.ts';

const NONE: ProcessAccounts = {
  userNs: 0,
  systemNs: 0,
  voluntarySwitches: 0,
  involuntarySwitches: 0,
  minorFaults: 0,
  majorFaults: 0,
  maxRssBytes: 0,
};

test('what a thread of the harness used is subtracted, from user and system time in their proportion', () => {
  const switches = (voluntary: number) => ({ voluntary, involuntary: 0 });
  // Before the window it had used everything: only what it used meanwhile counts.
  const before = {
    ...NONE,
    userNs: 500,
    systemNs: 500,
    voluntarySwitches: 40,
    apart: { cpuNs: 1000, contextSwitches: switches(40) },
  };
  const after = {
    ...NONE,
    userNs: 3500,
    systemNs: 1500,
    voluntarySwitches: 100,
    threads: 5,
    apart: { cpuNs: 1400, contextSwitches: switches(50) },
  };
  expect(usedBetween(before, after)).toMatchObject({
    cpu: { userNs: 2700, systemNs: 900 },
    apartCpuNs: 400,
    contextSwitches: { voluntary: 50, involuntary: 0 },
    threads: 5,
  });
  expect(usedBetween(before, after, 0.5)).toMatchObject({
    cpu: { userNs: 1350, systemNs: 450 },
    contextSwitches: { voluntary: 25, involuntary: 0 },
  });
});

test('the parts of a thread’s time are the whole of it, whatever the accounts report', () => {
  const sum = (
    used: readonly [wall: number, user: number, system: number, runnable?: number],
    waitingNs: number,
    idleNs: number,
  ) => {
    const [wallNs, userNs, systemNs, runnableNs] = used;
    const shares = threadShares({ wallNs, userNs, systemNs, runnableNs }, { waitingNs, idleNs });
    const parts = Object.values(shares) as number[];
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
    return parts.reduce((total, part) => total + part, 0);
  };
  expect(sum([100, 20, 10, 5], 30, 10)).toBeCloseTo(1);
  expect(sum([100, 80, 30, 5], 30, 10)).toBeCloseTo(1);
  expect(sum([100, 20, 10], Number.POSITIVE_INFINITY, 10)).toBeCloseTo(1);
  expect(sum([100, 60, 30, 20], 30, 10)).toBeCloseTo(1);
  expect(
    threadShares({ wallNs: 100, userNs: 20, systemNs: 10, runnableNs: 5 }, { waitingNs: 30, idleNs: 10 }),
  ).toEqual({
    user: 0.2,
    system: 0.1,
    runnable: 0.05,
    blocked: expect.closeTo(0.25),
    waiting: 0.3,
    idle: 0.1,
  });
});
