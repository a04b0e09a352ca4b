/** Back ends that the run kills, freezes and slows while it measures a load balancer. */
import { afterAll, expect, test } from 'vitest';
import { measuredCell } from '../src/report/summary/cell.ts';
import type { MeasuredTrial, TrialRecord } from '../src/result.ts';
import { createFixtures, measured, models, workloads } from './measuring.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());
const epoll = models.find(({ name }) => name === 'epoll') ?? expect.unreachable();
const workload = workloads.find(({ name }) => name === 'load-balance') ?? expect.unreachable();
const CLIENTS = 6;
const WINDOW_NS = 1.2e9;

async function balanced(params: Readonly<Record<string, string>>): Promise<MeasuredTrial> {
  const plan = { durationNs: WINDOW_NS };
  const [trial] = await measured({
    model: epoll,
    workload,
    fixtures,
    concurrencies: [CLIENTS],
    params,
    plan,
  });
  return asMeasured(trial);
}

function asMeasured(trial: TrialRecord | undefined): MeasuredTrial {
  if (trial?.status !== 'measured') throw new Error(`not measured: ${JSON.stringify(trial)}`);
  return trial;
}

/** The moments at which things were done, in shares of the window. */
const momentsOf = ({ disturbances = [] }: MeasuredTrial) =>
  disturbances.map(({ act, whom, atNs = Number.NaN }) => ({ act, whom, at: atNs / WINDOW_NS }));

test('a killed back end: at most one failure per request that it had, and its share when it is back', async () => {
  const trial = await balanced({
    backends: '1ms+1ms',
    ejectAfter: '1',
    ejectFor: '50ms',
    disturb: 'kill:1@20%+start:1@40%',
  });
  const [killed, started] = momentsOf(trial);
  expect(killed).toMatchObject({ act: 'kill', whom: 'backend 1' });
  expect(started).toMatchObject({ act: 'start', whom: 'backend 1' });
  // Timers end late, never early; a process takes its time to listen.
  expect(killed?.at).toBeGreaterThanOrEqual(0.2);
  expect(started?.at).toBeGreaterThan(0.4);
  expect(trial.failed).toBeLessThanOrEqual(CLIENTS);
  const [first = 0, second = 0] = trial.peers.flatMap(({ requests }) => requests ?? []);
  expect(trial.peers.map(({ name }) => name)).toContain('backend 1 (node)');
  // Before it was killed it got half of all, and afterwards again: without its return it would have a fifth.
  expect(second).toBeGreaterThan(
    (first + second) * 0.5 * (0.2 + 0.5 * Math.max(0, 0.9 - (started?.at ?? 0))),
  );
  expect(second).toBeLessThan(first);
}, 20_000);

test('a frozen back end: requests that it had fail in time, those after its ejection do not', async () => {
  const trial = await balanced({
    backends: '1ms+1ms',
    ejectAfter: '1',
    ejectFor: '10s',
    timeout: '50ms',
    disturb: 'freeze:1@30%',
  });
  expect(momentsOf(trial)).toMatchObject([{ act: 'freeze', whom: 'backend 1' }]);
  expect(trial.failed).toBeGreaterThan(0);
  // Each client waits for one request at most; what they ask while they wait goes elsewhere.
  expect(trial.failed).toBeLessThanOrEqual(CLIENTS);
  expect(trial.errors).toEqual({ 'HTTP 504': trial.failed });
  const [frozen] = measuredCell([trial]).disturbances ?? [];
  expect(frozen).toMatchObject({ failed: trial.failed });
  expect(frozen?.calmAfterNs).toBeGreaterThan(20e6);
  expect(trial.peers.flatMap(({ requests }) => requests ?? [])).toHaveLength(2);
}, 20_000);

test('a frozen back end that nobody gives up holds its clients until the window is over, and no longer', async () => {
  const trial = await balanced({ backends: '1ms', disturb: 'freeze:0@70%' });
  expect(trial.failed).toBe(0);
  expect(trial.windowNs).toBeGreaterThanOrEqual(WINDOW_NS);
  // The last third of the window is empty.
  expect(trial.timeline?.slice(9, 12).map(({ throughputPerSecond }) => throughputPerSecond)).toEqual([
    0, 0, 0,
  ]);
}, 20_000);
