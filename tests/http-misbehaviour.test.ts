/**
 * Every model against HTTP servers that end their connections, break off or say more than they were asked:
 * what is counted was done, and reported.
 */
import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../src/models/model.ts';
import type { MeasuredTrial, TrialRecord } from '../src/result.ts';
import { createFixtures, measured, models, workloads } from './measuring.ts';
import { misbehavingServer } from './misbehaving-http.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());
const server = misbehavingServer();

const CLIENTS = 4;
const possible = models.filter(
  (model) =>
    model.refuses({ form: 'operations', uses: ['sockets'], concurrency: CLIENTS, threads: undefined }) ===
    undefined,
);

describe.each(possible as Model[])('$name', (model) => {
  async function getAll(path: string): Promise<TrialRecord> {
    const workload = workloads.find(({ name }) => name === 'http-get');
    if (!workload) return expect.unreachable();
    const params = { url: `http://127.0.0.1:${server.port}${path}` };
    const plan = { requests: 40, durationNs: 20e9, warmupNs: 0 };
    const [record] = await measured({ model, workload, fixtures, params, concurrencies: [CLIENTS], plan });
    return record as TrialRecord;
  }
  async function getWell(path: string): Promise<MeasuredTrial> {
    const trial = await getAll(path);
    expect(trial).toMatchObject({ status: 'measured', failed: 0, errors: {}, unfinished: 0 });
    return trial as MeasuredTrial;
  }

  test.each(['/until-end', '/until-half-end', '/close'])(
    '%s: as many are completed as were answered, and all but the first connected anew',
    async (path) => {
      const before = (await server.counts(path)).answers;
      const { completed, reconnects } = await getWell(path);
      // Some answers came before the window, or after it.
      expect(completed).toBeLessThanOrEqual((await server.counts(path)).answers - before);
      expect(reconnects).toBeLessThanOrEqual(completed);
      expect(reconnects).toBeGreaterThanOrEqual(completed - CLIENTS);
    },
  );

  test('a server that resets a connection at its third request: nothing fails, and each is made anew', async () => {
    const { completed, reconnects } = await getWell('/third-reset');
    expect(reconnects).toBeLessThanOrEqual(completed);
    expect(reconnects).toBeGreaterThan(completed / 4);
  });

  test('redirects are counted by their status', async () => {
    const { completed, statuses, reconnects } = await getWell('/moved');
    expect({ statuses, reconnects }).toEqual({ statuses: { 301: completed }, reconnects: 0 });
  });

  test.each([
    ['/middle-reset', /^none of (\d+) requests? ended well \(\1 x ECONNRESET\)/],
    [
      '/middle-of-body',
      /^none of (\d+) requests? ended well \(\1 x EOF\), the first: .*closed in the middle of an answer/,
    ],
    ['/twice', /^none of (\d+) requests? ended well \(\1 x EUNASKED\)/],
  ])('%s: no request is completed', async (path, reason) => {
    expect(await getAll(path)).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) });
  });
});
