/** Workloads that exist only as a function: who runs them, who says why not, and what is said of an emulation. */
import { afterAll, describe, expect, test } from 'vitest';
import { createFixtures, measured, models, workloadFile } from './measuring.ts';
import { workspace } from './workspace.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const body = `
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (++client.requests % 10 === 0) throw Object.assign(new Error('refused by the test'), { code: 'EMINE' });`;
const ASYNC = `
  import { defineWorkload } from 'iobench';
  const client = { requests: 0 };
  export default defineWorkload({
    name: 'by-await',
    summary: 'An async function',
    async connect() { return client; },
    async request(client) {${body}},
    async disconnect() {},
  });`;
const BLOCKING = `
  import { defineWorkload } from 'iobench';
  const client = { requests: 0 };
  export default defineWorkload({
    name: 'in-place',
    summary: 'A blocking function',
    connect() { return client; },
    request(client) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      if (++client.requests % 10 === 0) throw Object.assign(new Error('refused by the test'), { code: 'EMINE' });
    },
    disconnect() {},
  });`;

describe.each([
  { form: 'async', text: ASYNC, runners: ['sync-blocking', 'thread-per-request', 'async-promise'] },
  { form: 'blocking', text: BLOCKING, runners: ['sync-blocking', 'thread-per-request'] },
])('a workload in $form form', ({ form, text, runners }) => {
  test.each(models)('under $name', async (model) => {
    const file = await workloadFile(workspace(), 'mine.mjs', text);
    expect(file.workload.form).toBe(form);
    const records = await measured({ model, fixtures, ...file, plan: { requests: 50, durationNs: 20e9 } });
    expect(records).toHaveLength(1);
    if (!runners.includes(model.name)) {
      expect(records[0]).toMatchObject({ status: 'unsupported', reason: expect.stringContaining(`${form} function`) });
      return;
    }
    expect(records[0]).toMatchObject({ status: 'measured', completed: 45, failed: 5, errors: { EMINE: 5 } });
    const notes = records[0]?.status === 'measured' ? records[0].notes : [];
    if (model.name === 'sync-blocking' && form === 'async') expect(notes.join()).toContain('emulated: the thread stands still in Atomics.wait');
    else expect(notes.join()).not.toContain('emulated');
  });
});

test('an async function under a pool of threads runs on as many at once as there are threads', async () => {
  const model = models.find(({ name }) => name === 'thread-per-request');
  if (!model) return expect.unreachable();
  const file = await workloadFile(workspace(), 'mine.mjs', ASYNC);
  const [trial] = await measured({ model, fixtures, ...file, concurrencies: [6], threads: 2, plan: { requests: 60, durationNs: 20e9 } });
  expect(trial).toMatchObject({ status: 'measured', cell: { threads: 2 }, dispatch: { threads: 2 } });
});
