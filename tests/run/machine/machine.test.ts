/** What is read of the machine around a trial. */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sentenceOf } from '../../../src/reasons.ts';
import type { MeasuredTrial } from '../../../src/result.ts';
import { clockStepNs } from '../../../src/run/machine/clock-step.ts';
import { type CpuAccounts, parseCpuAccounts, shareCpuTime } from '../../../src/run/machine/cpu-accounts.ts';
import { debuggingOf } from '../../../src/run/machine/debugging.ts';
import { readFastestHz, readGovernors } from '../../../src/run/machine/frequency.ts';
import { type MachineReading, machineBetween } from '../../../src/run/machine/machine-usage.ts';
import { createFixtures, measured, models, workloads } from '../../measuring.ts';
import { workspace } from '../../workspace.ts';

const STAT = 'cpu  100 20 30 400 50 6 7 8 90 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n';

describe('the CPUs’ accounts', () => {
  test('are read from the line of all CPUs, in ticks of 10 ms; guests are not counted twice', () => {
    expect(parseCpuAccounts(STAT)).toEqual({
      processesNs: 1500e6,
      interruptsNs: 130e6,
      stolenNs: 80e6,
      totalNs: 6210e6,
    });
    expect(parseCpuAccounts('intr 1 2 3')).toBeUndefined();
  });

  test('shares are of all CPU time between two readings', () => {
    const before: CpuAccounts = { processesNs: 0, interruptsNs: 0, stolenNs: 0, totalNs: 0 };
    const after: CpuAccounts = { processesNs: 600e6, interruptsNs: 100e6, stolenNs: 50e6, totalNs: 1000e6 };
    expect(shareCpuTime(before, after, 400e6)).toEqual({
      cpuTimeNs: 1000e6,
      busyShare: 0.7,
      stealShare: 0.05,
      otherShare: 0.2,
    });
    expect(shareCpuTime(before, after, 700e6)?.otherShare).toBe(0);
    expect(shareCpuTime(after, after, 0)).toBeUndefined();
  });
});

describe('the machine over a window', () => {
  const reading = (
    seconds: number,
    processesNs: number,
    more: Partial<MachineReading> = {},
  ): MachineReading => ({
    cpus: { processesNs, interruptsNs: 0, stolenNs: 0, totalNs: seconds * 2e9 },
    ownNs: 0,
    nowNs: seconds * 1e9,
    fastestHz: undefined,
    ...more,
  });
  const account = {
    windowNs: 1e9,
    cpu: { userNs: 0.3e9, systemNs: 0.2e9 },
    peers: [{ name: 'echo', cpuNs: 0.1e9, wallNs: 0.5e9 }],
  };

  test('other load is what neither the measured process, its peers nor the runner used', () => {
    // 1.5 s of CPU in all: 0.5 measured, 0.2 by a peer that was asked for half of the time, 0.1 by the runner
    // itself.
    const usage = machineBetween(reading(1, 0), reading(2, 1.5e9, { ownNs: 0.1e9 }), account);
    expect(usage?.otherShare).toBeCloseTo(0.7 / 2);
    expect(usage).toMatchObject({ cpuTimeNs: 2e9, busyShare: 0.75 });
    expect(usage).not.toHaveProperty('frequencyHz');
  });

  test('frequencies at both ends are told as a range', () => {
    const usage = machineBetween(
      reading(1, 0, { fastestHz: 3e9 }),
      reading(2, 1e9, { fastestHz: 2e9 }),
      account,
    );
    expect(usage?.frequencyHz).toEqual({ low: 2e9, high: 3e9 });
  });

  test('without accounts nothing is said', () => {
    expect(machineBetween(reading(1, 0, { cpus: undefined }), reading(2, 1e9), account)).toBeUndefined();
  });
});

test('governors and the fastest frequency are read of each CPU', () => {
  const folder = workspace();
  for (const [cpu, governor, kHz] of [
    ['cpu0', 'powersave', 1_200_000],
    ['cpu1', 'performance', 3_400_000],
    ['cpu10', 'powersave', 800_000],
  ] as const) {
    mkdirSync(path.join(folder, cpu, 'cpufreq'), { recursive: true });
    writeFileSync(path.join(folder, cpu, 'cpufreq', 'scaling_governor'), `${governor}\n`);
    writeFileSync(path.join(folder, cpu, 'cpufreq', 'scaling_cur_freq'), `${kHz}\n`);
  }
  mkdirSync(path.join(folder, 'cpuidle'));
  expect(readGovernors(folder)).toEqual(['performance', 'powersave']);
  expect(readFastestHz(folder)).toBe(3.4e9);
  expect(readGovernors(path.join(folder, 'none'))).toEqual([]);
  expect(readFastestHz(path.join(folder, 'none'))).toBeUndefined();
});

test('a clock’s step is the smallest there is, whatever the readings cost', () => {
  let reading = 0;
  expect(clockStepNs(() => Math.floor(++reading / 7) * 1000)).toBe(1000);
  expect(clockStepNs()).toBeGreaterThan(0);
  expect(clockStepNs()).toBeLessThan(1e6);
});

test('what slows Node down is named, and nothing else', () => {
  expect(
    debuggingOf({
      isDebugBuild: false,
      execArgv: ['--enable-source-maps'],
      env: { NODE_OPTIONS: '--max-old-space-size=100 --inspector-x' },
    }),
  ).toEqual([]);
  expect(
    debuggingOf({
      isDebugBuild: true,
      execArgv: ['--cpu-prof'],
      env: { NODE_OPTIONS: '--no-warnings --inspect=127.0.0.1:0', NODE_V8_COVERAGE: 'x' },
    }),
  ).toEqual([
    'Node is a debug build',
    'node was started with --cpu-prof',
    'NODE_OPTIONS has --inspect=127.0.0.1:0',
    'NODE_V8_COVERAGE counts what is run',
  ]);
});

describe('a trial', () => {
  const fixtures = createFixtures();
  afterAll(() => fixtures.remove());
  const sleepUnder = async (name: string): Promise<MeasuredTrial> => {
    const [model, workload] = [
      models.find((each) => each.name === name),
      workloads.find((each) => each.name === 'sleep'),
    ];
    if (!model || !workload) throw new Error('there is no such cell');
    const [trial] = await measured({
      model,
      workload,
      fixtures,
      concurrencies: [4],
      plan: { durationNs: 350e6 },
    });
    if (trial?.status !== 'measured') throw new Error(trial && sentenceOf(trial.reason));
    return trial;
  };

  test('has those that wait in line in its timeline', async () => {
    const { timeline = [] } = await sleepUnder('sync-blocking');
    expect(timeline.length).toBeGreaterThanOrEqual(2);
    for (const { inFlight } of timeline) expect(inFlight).toBe(4);
  });

  test.runIf(process.platform === 'linux')('has the machine’s shares', async () => {
    const { machine, windowNs } = await sleepUnder('epoll');
    expect(machine?.cpuTimeNs).toBeGreaterThan(0.5 * windowNs);
    for (const share of [machine?.busyShare, machine?.stealShare, machine?.otherShare])
      expect(share).toBeGreaterThanOrEqual(0);
    expect(machine?.otherShare).toBeLessThanOrEqual(machine?.busyShare as number);
  });
});
