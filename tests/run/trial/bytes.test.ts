/**
 * The bytes that requests move, under every model: counted where operations end, whichever thread they end
 * in.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createFixtures, measured, models, workloads } from '../../measuring.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const CLIENTS = 3;
const named = (name: string) =>
  workloads.find((workload) => workload.name === name) as (typeof workloads)[number];

describe.each(models.map((model) => ({ model, name: model.name })))('$name', ({ model }) => {
  test.each([
    { name: 'tcp-echo', params: { messageSize: '100B' }, per: { in: 100, out: 100 } },
    { name: 'file-read', params: { blockSize: '4KiB' }, per: { in: 4096, out: 0 } },
  ])('$name', async ({ name, params, per }) => {
    const [trial] = await measured({
      model,
      workload: named(name),
      fixtures,
      params,
      concurrencies: [CLIENTS],
    });
    if (trial?.status === 'unsupported')
      return expect(
        model.refuses({
          form: 'operations',
          uses: named(name).uses ?? [],
          concurrency: CLIENTS,
          threads: undefined,
        }),
      ).toBeDefined();
    if (trial?.status !== 'measured' || trial.bytes === undefined) throw new Error(JSON.stringify(trial));
    // A request that is in flight as the window turns has moved a part of its bytes on either side.
    for (const way of ['in', 'out'] as const) {
      expect(Math.abs(trial.bytes[way] - trial.completed * per[way])).toBeLessThanOrEqual(CLIENTS * per[way]);
    }
  });
});
