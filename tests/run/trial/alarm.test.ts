/** The thread that wakes Node's loop on time, as it ships. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nowNs } from '../../../src/load/clock.ts';
import type { Alarm } from '../../../src/run/trial/alarm.ts';
import { load } from '../../compiled.ts';

const { createAlarm } = await load<typeof import('../../../src/run/trial/alarm.ts')>('run/trial/alarm.js');

describe('an alarm', () => {
  let alarm: Alarm;
  beforeAll(async () => {
    alarm = await createAlarm();
  });
  afterAll(() => alarm.stop());

  /** When each ring came, after the time that it was set for. */
  async function ringsOf(setFor: readonly number[], waitMs: number): Promise<number[]> {
    const lateNs: number[] = [];
    for (const afterNs of setFor) {
      const dueNs = nowNs() + afterNs;
      alarm.set(dueNs, () => lateNs.push(nowNs() - dueNs));
    }
    await pause(waitMs);
    return lateNs;
  }

  test('rings once, and not before its time', async () => {
    const late = await ringsOf([3.3e6], 200);
    expect(late).toHaveLength(1);
    expect(late[0]).toBeGreaterThanOrEqual(0);
  });

  test('rings at once if its time is over', async () => {
    expect(await ringsOf([-1e6], 100)).toHaveLength(1);
  });

  test('set again, it rings for the last time only, earlier or later', async () => {
    expect(await ringsOf([60e6, 5e6], 200)).toHaveLength(1);
    const late = await ringsOf([20e6, 60e6], 300);
    expect(late).toHaveLength(1);
    expect(late[0]).toBeGreaterThanOrEqual(0);
  });

  test('set again for the same time after it has rung, it rings again; before that, it rings once', async () => {
    const dueNs = nowNs() + 5e6;
    const rings: number[] = [];
    const again = () => {
      rings.push(nowNs());
      if (rings.length < 3) alarm.set(dueNs, again);
    };
    alarm.set(dueNs, again);
    alarm.set(dueNs, again);
    await pause(200);
    expect(rings).toHaveLength(3);
  });

  test.skipIf(process.platform !== 'linux')('says what its thread has used', async () => {
    const before = alarm.used();
    await ringsOf([1e6], 50);
    const after = alarm.used();
    expect(after?.contextSwitches.voluntary).toBeGreaterThan(before?.contextSwitches.voluntary ?? Number.NaN);
    expect(after?.cpuNs).toBeGreaterThan(before?.cpuNs ?? Number.NaN);
  });
});
