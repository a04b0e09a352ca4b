/** Memory does not grow with the number of requests. */
import { afterAll, describe, expect, test } from 'vitest';
import { createFixtures, measured, models, workloads } from './measuring.ts';

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

describe.each([
  ['noop', 60_000],
  ['tcp-echo', 15_000],
])('ten times the requests of %s', (workload, requests) => {
  // When the collector runs is the engine's own business, and moves a peak by more than 5 % now and then.
  test.each(['sync-blocking', 'thread-per-request', 'async-callback', 'async-promise'])('%s', { retry: 2, timeout: 240_000 }, async (model) => {
    const few = await peakBytes(model, workload, requests);
    const many = await peakBytes(model, workload, 10 * requests);
    expect(many / few).toBeLessThan(1.05);
  });
});
