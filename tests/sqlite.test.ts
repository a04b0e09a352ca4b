/** SQLite as a library: the same rows as PostgreSQL's, and what is said where there is none. */
import { afterAll, expect, test } from 'vitest';
import { createFixtures, fixtureOrSkip, measured, models, workloads } from './measuring.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());
const workload = workloads.find(({ name }) => name === 'sqlite-query') ?? expect.unreachable();

test.for([
  { prepared: 'true', rows: '1' },
  { prepared: 'false', rows: '10' },
  { prepared: 'true', rows: '2000' },
])('queries block, and have their rows: %j', async (params, { skip }) => {
  await fixtureOrSkip({ workload, params, fixtures }, skip);
  for (const name of ['sync-blocking', 'thread-per-request']) {
    const model = models.find((each) => each.name === name) ?? expect.unreachable();
    const plan = { requests: 20, durationNs: 10e9 };
    const [record] = await measured({ model, workload, fixtures, params, plan, concurrencies: [2] });
    expect(record).toMatchObject({ status: 'measured', failed: 0, errors: {} });
  }
});

test('a loop does not run what blocks', async () => {
  const model = models.find(({ name }) => name === 'epoll') ?? expect.unreachable();
  const [record] = await measured({ model, workload, fixtures });
  expect(record).toMatchObject({ status: 'unsupported' });
});
