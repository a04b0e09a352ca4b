/**
 * The bytes that requests move, under every model: counted where operations end, whichever thread they end
 * in.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createFixtures, measured, models, workloadFile, workloads } from '../../measuring.ts';
import { workspace } from '../../workspace.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const CLIENTS = 3;
type Measuring = Pick<Parameters<typeof measured>[0], 'workload' | 'reference'>;
const named = (name: string): Measuring => ({
  workload: workloads.find((workload) => workload.name === name) as (typeof workloads)[number],
});

/** It imports the operations from another file than the measured process does. */
const OWN = `
  import { close, connect, defineWorkload, receive, send } from 'iobench';
  export default defineWorkload({
    name: 'mine', summary: 'Echo', uses: ['sockets'],
    prepare: ({ startPeer }) => startPeer('echo'),
    *connect({ host, port }) { return yield* connect(host, port); },
    *request(connection) {
      const buffer = Buffer.alloc(100);
      yield* send(connection, buffer);
      for (let received = 0; received < 100; ) received += yield* receive(connection, buffer, received);
    },
    *disconnect(connection) { yield* close(connection); },
  });`;

describe.each(models.map((model) => ({ model, name: model.name })))('$name', ({ model }) => {
  test.each([
    { name: 'tcp-echo', params: { messageSize: '100B' }, per: { in: 100, out: 100 } },
    { name: 'file-read', params: { blockSize: '4KiB' }, per: { in: 4096, out: 0 } },
    { name: 'one of the user’s own', params: {}, per: { in: 100, out: 100 }, text: OWN },
  ])('$name', async ({ name, params, per, text }) => {
    const found = text ? await workloadFile(workspace(), 'mine.mjs', text) : named(name);
    const [trial] = await measured({ model, fixtures, params, ...found, concurrencies: [CLIENTS] });
    if (trial?.status === 'unsupported')
      return expect(
        model.refuses({
          form: 'operations',
          uses: found.workload.uses ?? [],
          concurrency: CLIENTS,
          threads: undefined,
        }),
      ).toBeDefined();
    if (trial?.status !== 'measured' || trial.bytes === undefined) throw new Error(JSON.stringify(trial));
    // A request that is in flight as the window turns has moved a part of its bytes on either side.
    expect(trial.completed).toBeGreaterThan(CLIENTS);
    for (const way of ['in', 'out'] as const) {
      expect(Math.abs(trial.bytes[way] - trial.completed * per[way])).toBeLessThanOrEqual(CLIENTS * per[way]);
    }
  });
});
