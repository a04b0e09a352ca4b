/** Memory does not grow with the number of requests. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Piscina } from 'piscina';
import { afterAll, describe, expect, test } from 'vitest';
import { freeThread } from '../src/models/free-thread.ts';
import { createFixtures, measured, models, workloads } from './measuring.ts';
import { workspace } from './workspace.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());

/** The measured process's peak after so many requests. */
async function peakBytes(modelName: string, workloadName: string, requests: number): Promise<number> {
  const model = models.find(({ name }) => name === modelName);
  const workload = workloads.find(({ name }) => name === workloadName);
  if (!model || !workload) return expect.unreachable();
  const [trial] = await measured({
    model,
    workload,
    fixtures,
    concurrencies: [4],
    plan: { requests, durationNs: 300e9, timeLimitNs: 300e9, warmupNs: 50e6 },
  });
  expect(trial).toMatchObject({ status: 'measured', completed: requests });
  return trial?.status === 'measured' ? trial.maxRssBytes : Number.NaN;
}

/**
 * Five heaps grow to their usual size before they are collected, the main one with what a task leaves in it;
 * the others hardly grow.
 */
const MOST_GROWTH: Readonly<Record<string, number>> = { 'thread-per-request': 1.25 };

describe.each([
  ['noop', 30_000],
  ['tcp-echo', 10_000],
])('ten times the requests of %s', (workload, requests) => {
  // When the collector runs is the engine's own business, and moves a peak by more than 5 % now and then.
  test.each(['sync-blocking', 'thread-per-request', 'async-callback', 'async-promise'])(
    '%s',
    { retry: 2, timeout: 230_000 },
    async (model) => {
      const few = await peakBytes(model, workload, requests);
      const many = await peakBytes(model, workload, 10 * requests);
      expect(many / few).toBeLessThan(MOST_GROWTH[model] ?? 1.05);
    },
  );
});

test('piscina is not asked for its view of a thread anew for each task', async () => {
  const seen: unknown[] = [];
  const balance = freeThread();
  const filename = path.join(workspace(), 'task.mjs');
  writeFileSync(filename, 'export default () => 1;');
  const pool = new Piscina({
    filename,
    maxThreads: 1,
    loadBalancer(task, threads) {
      seen.push(threads[0]);
      return balance(task, threads);
    },
  });
  for (let task = 0; task < 3; task++) await pool.run(task);
  await pool.destroy();
  expect(seen).toHaveLength(3);
  expect(seen[2]).toBe(seen[1]);
});
