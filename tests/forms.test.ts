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
    expect(records[0]).toMatchObject({ status: 'measured', completed: 45, failed: 5, errors: { EMINE: 5 }, firstFailure: 'refused by the test' });
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

const NOTHING = (form: string) => `
  import { defineWorkload, sleep } from 'iobench';
  export default defineWorkload({ name: 'nothing', summary: 'Throws nothing at all', ${form}request() { ${form === '*' ? 'yield* sleep(1e5);' : ''} throw undefined; } });`;

describe.each(['*', 'async ', ''])('%srequest that throws nothing at all fails', (form) => {
  test.each(models)('under $name', async (model) => {
    const file = await workloadFile(workspace(), 'nothing.mjs', NOTHING(form));
    const [record] = await measured({ model, fixtures, ...file, plan: { requests: 20, durationNs: 20e9 } });
    if (record?.status === 'unsupported') return;
    expect(record).toMatchObject({ status: 'failed', reason: expect.stringContaining('none of 20 requests ended well (20 x Error), the first: ') });
  });
});

test('a request that fails says what it said, in a line', async () => {
  const text = `
    import { defineWorkload, sleep } from 'iobench';
    export default defineWorkload({ name: 'no-order', summary: 'x', *request() { yield* sleep(1e5); throw new Error('no such\\n order: ' + 'x'.repeat(1000)); } });`;
  for (const model of models.filter(({ name }) => ['epoll', 'thread-per-request', 'multi-reactor'].includes(name))) {
    const [record] = await measured({
      model,
      fixtures,
      ...(await workloadFile(workspace(), 'no-order.mjs', text)),
      plan: { requests: 20, durationNs: 20e9 },
    });
    expect(record).toMatchObject({ status: 'failed', reason: expect.stringMatching(/the first: no such order: x{180,190}…$/) });
  }
});
