import { describe, expect, test } from 'vitest';
import { models } from '../../../src/models/index.ts';
import { usedBetween } from '../../../src/run/machine/process-accounts.ts';
import type { ServerAccounts } from '../../../src/run/server/accounts.ts';
import { connectionsFailure, mainThreadOf, servedTrial } from '../../../src/run/server/served-trial.ts';
import * as sample from '../../report/sample.ts';

const NOTHING: ServerAccounts = {
  wallNs: 0,
  userNs: 0,
  systemNs: 0,
  voluntarySwitches: 0,
  involuntarySwitches: 0,
  minorFaults: 0,
  majorFaults: 0,
  maxRssBytes: 0,
  threads: 0,
  mainThread: { onCpuNs: 0, runnableNs: 0, waitedNs: 0 },
  connections: { accepted: 0, served: 0, failed: 0, open: 0, refused: 0 },
  listenOverflows: 0,
};
const record = sample.measured(sample.cellOf('epoll'), 1);
const cell = { ...sample.cellOf('poll'), generator: 'epoll' };

describe('a trial of a server', () => {
  const { windowNs } = record;
  // The closing was noticed late: twice the window lies between both readings.
  const closed: ServerAccounts = {
    ...NOTHING,
    wallNs: 2 * windowNs,
    userNs: windowNs,
    systemNs: windowNs / 2,
    voluntarySwitches: 100,
    maxRssBytes: 7e6,
    threads: 3,
    mainThread: { onCpuNs: 1.5 * windowNs, runnableNs: 0, waitedNs: windowNs / 4 },
    connections: { accepted: 9, served: 2, failed: 1, open: 6, refused: 0 },
  };
  const last = { ...closed, connections: { accepted: 9, served: 8, failed: 1, open: 0, refused: 0 } };
  const readings = { open: NOTHING, closed, last };
  const generators = [{ name: 'generator', cpuNs: 0.4 * windowNs, wallNs: windowNs }];
  const served = { cell, record, generators, readings, mainThread: 'reports' } as const;
  const trial = servedTrial(served);

  test('has the requests of its clients, and what the server used in a window of that length', () => {
    expect(trial).toMatchObject({
      cell,
      completed: record.completed,
      latency: record.latency,
      cpu: { userNs: expect.closeTo(windowNs / 2, 3), systemNs: expect.closeTo(windowNs / 4, 3) },
      contextSwitches: { voluntary: 50, involuntary: 0 },
      maxRssBytes: 7e6,
      threads: 3,
      connections: { accepted: 9, served: 8, failed: 1, open: 0, acceptedInWindow: 9, openAtClose: 6 },
    });
  });

  test('what its clients used is that of peers', () => {
    expect(trial.peers).toEqual([...record.peers, ...generators]);
  });

  test('how the process that sends spends its time is in no figure of the server', () => {
    const senders = {
      threadTime: { user: 0.9, system: 0.1, runnable: 0, blocked: 0, waiting: 0, idle: 0 },
      ...{
        submit: record.latency,
        dispatch: { threads: 1, meanNs: 5, p99Ns: 9 },
        threads: 77,
        idleCpuShare: 0.5,
        pacingCpuNs: 5,
      },
    };
    const mainThread = 'serves-nobody';
    const elsewhere = servedTrial({ ...served, record: { ...record, ...senders }, mainThread });
    for (const field of ['threadTime', 'submit', 'dispatch', 'idleCpuShare', 'pacingCpuNs'])
      expect(elsewhere).not.toHaveProperty(field);
    expect(elsewhere.threads).toBe(3);
  });

  test('what it used, and who sent its requests, is no other load of the machine', () => {
    const machine = { cpuTimeNs: 4 * windowNs, busyShare: 0.9, stealShare: 0, otherShare: 0.5 };
    // One of two that sent: the record knows of half of what they used.
    const half = { ...record, machine, cpu: { userNs: 0.1 * windowNs, systemNs: 0.1 * windowNs } };
    const shareOf = (more: object) => servedTrial({ ...served, record: half, ...more }).machine?.otherShare;
    expect(shareOf({})).toBeCloseTo(0.5 - (0.75 + 0.2) / 4);
    expect(shareOf({ generators: [{ name: 'generator', cpuNs: 4 * windowNs, wallNs: windowNs }] })).toBe(0);
  });

  test('the time of the main thread adds up', () => {
    const {
      user,
      system,
      runnable = 0,
      blocked,
      waiting,
      idle,
    } = trial.threadTime ?? {
      user: 0,
      system: 0,
      blocked: 0,
      waiting: 0,
      idle: 0,
    };
    expect(user + system + runnable + blocked + waiting + idle).toBeCloseTo(1);
    for (const [share, expected] of [
      [user, 0.5],
      [system, 0.25],
      [waiting, 0.125],
      [blocked, 0.125],
    ] as const)
      expect(share).toBeCloseTo(expected);
  });

  test('the time of the main thread has no part below nothing, whatever was subtracted for the accounts', () => {
    const before = { ...NOTHING, systemNs: windowNs / 100 };
    const after = { ...closed, systemNs: windowNs / 200 };
    const { threadTime } = servedTrial({ ...served, readings: { open: before, closed: after, last } });
    expect(threadTime?.user).toBeCloseTo(0.75);
    expect(threadTime?.system).toBe(0);
  });

  test('a loop that has no call that blocks waits while it has no CPU; who serves nobody has no such time', () => {
    const waits = servedTrial({ ...served, mainThread: 'waits' }).threadTime;
    expect(waits?.waiting).toBeCloseTo(0.25);
    expect(waits?.blocked).toBe(0);
    const measured = { ...record, threadTime: waits };
    expect(servedTrial({ ...served, record: measured, mainThread: 'serves-nobody' })).not.toHaveProperty(
      'threadTime',
    );
  });

  test.each([
    ['sync-blocking', 'reports'],
    ['epoll', 'reports'],
    ['io-uring', 'reports'],
    ['event-loop', 'reports'],
    ['async-callback', 'waits'],
    ['async-promise', 'waits'],
    ['thread-per-request', 'serves-nobody'],
    ['multi-reactor', 'serves-nobody'],
  ])('the main thread of %s %s', (name, expected) => {
    const model = models.find((each) => each.name === name) ?? expect.unreachable(name);
    expect(mainThreadOf(model)).toBe(expected);
  });
});

describe('connections', () => {
  const failure = (connections: Partial<ServerAccounts['connections']>, made: number, unfinished = 0) =>
    connectionsFailure(
      { ...record, connectionsMade: made, unfinished },
      { last: { ...NOTHING, connections: { ...NOTHING.connections, ...connections } } },
    );

  test('that were all accepted, and are each in one figure, add up', () => {
    expect(failure({ accepted: 5, served: 3, failed: 1, open: 1 }, 5)).toBeUndefined();
  });

  test.each([
    ['one that is in no figure', { accepted: 5, served: 4 }, 5],
    ['one that is in two', { accepted: 5, served: 5, failed: 1, open: -1 }, 5],
    ['one that was never accepted', { accepted: 4, served: 4 }, 5],
    ['one that nobody made', { accepted: 6, served: 6 }, 5],
  ])('%s is a fault', (_what, connections, made) => {
    expect(failure(connections, made)).toMatch(/^connections do not add up, which is a fault of iobench/);
  });

  test('clients that were never served may not have been accepted', () => {
    expect(failure({ accepted: 1, served: 1 }, 8, 7)).toBeUndefined();
  });
});

test('CPU time of a program is exact, although its parts are known by ticks and one seems to shrink', () => {
  // 15 ms of which one tick was the program's; then 23 ms, of which one of two was the kernel's.
  const [before, after] = [
    { ...NOTHING, userNs: 15e6, systemNs: 0 },
    { ...NOTHING, userNs: 11.5e6, systemNs: 11.5e6 },
  ];
  const { userNs, systemNs } = usedBetween(before, after).cpu;
  expect(userNs + systemNs).toBeCloseTo(8e6, 3);
  expect(Math.min(userNs, systemNs)).toBeGreaterThanOrEqual(0);
});
