/**
 * Workloads that exist only as a function: who runs them, who says why not, and what is said of an emulation.
 */

import process from 'node:process';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { sentenceOf } from '../src/reasons.ts';
import { createFixtures, measured, models, workloadFile } from './measuring.ts';
import { workspace } from './workspace.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());
afterEach(() => void vi.unstubAllEnvs());

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
      expect(records[0]).toMatchObject({
        status: 'unsupported',
        reason: {
          code:
            form === 'async' || model.name !== 'async-promise' ? 'written-as-function' : 'would-block-loop',
        },
      });
      const [refused] = records;
      expect(refused?.status === 'unsupported' && sentenceOf(refused.reason)).toContain(`${form} function`);
      return;
    }
    expect(records[0]).toMatchObject({
      status: 'measured',
      completed: 45,
      failed: 5,
      errors: { EMINE: 5 },
      firstFailure: 'refused by the test',
    });
    const notes = records[0]?.status === 'measured' ? records[0].notes.map(sentenceOf) : [];
    if (model.name === 'sync-blocking' && form === 'async')
      expect(notes.join()).toContain('emulated: the thread blocks in Atomics.wait');
    else expect(notes.join()).not.toContain('emulated');
  });
});

test('an async function under a pool of threads runs on as many at once as there are threads', async () => {
  const model = models.find(({ name }) => name === 'thread-per-request');
  if (!model) return expect.unreachable();
  const file = await workloadFile(workspace(), 'mine.mjs', ASYNC);
  const [trial] = await measured({
    model,
    fixtures,
    ...file,
    concurrencies: [6],
    threads: 2,
    plan: { requests: 60, durationNs: 20e9 },
  });
  expect(trial).toMatchObject({ status: 'measured', cell: { threads: 2 }, dispatch: { threads: 2 } });
});

const NOTHING = (form: string) => `
  import { defineWorkload, sleep } from 'iobench';
  export default defineWorkload({ name: 'nothing', summary: 'Throws nothing at all', ${form}request() { ${form === '*' ? 'yield* sleep(1e5);' : ''} throw undefined; } });`;

describe.each([
  { form: '*', runners: models.map(({ name }) => name) },
  { form: 'async ', runners: ['sync-blocking', 'thread-per-request', 'async-promise'] },
  { form: '', runners: ['sync-blocking', 'thread-per-request'] },
])('$form request that throws nothing at all fails', ({ form, runners }) => {
  test.each(models.filter(({ name }) => runners.includes(name)))('under $name', async (model) => {
    const file = await workloadFile(workspace(), 'nothing.mjs', NOTHING(form));
    const [record] = await measured({ model, fixtures, ...file, plan: { requests: 20, durationNs: 20e9 } });
    if (record?.status === 'unsupported') return;
    expect(record).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('none of 21 requests ended well (21 x Error), the first: '),
    });
  });
});

test('a request that fails says what it said, in a line', async () => {
  const text = `
    import { defineWorkload, sleep } from 'iobench';
    export default defineWorkload({ name: 'no-order', summary: 'x', *request() { yield* sleep(1e5); throw new Error('no such\\n order: ' + 'x'.repeat(1000)); } });`;
  for (const model of models.filter(({ name }) =>
    ['epoll', 'thread-per-request', 'multi-reactor'].includes(name),
  )) {
    const [record] = await measured({
      model,
      fixtures,
      ...(await workloadFile(workspace(), 'no-order.mjs', text)),
      plan: { requests: 20, durationNs: 20e9 },
    });
    expect(record).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/the first: no such order: x{180,190}…$/),
    });
  }
});

describe('what our own workloads do, a workload of a user can do', () => {
  const named = (...names: string[]) => models.filter(({ name }) => names.includes(name));
  const WATCHING = `
    import { close, connect, defineWorkload, receive, send, watch } from 'iobench';
    export default defineWorkload({
      name: 'watching', summary: 'x', uses: ['sockets'],
      async prepare({ startPeer }) { return startPeer('echo'); },
      *background({ host, port }) { for (let open = 0; open < 5; open++) yield* watch(yield* connect(host, port)); },
      *connect({ host, port }) { return yield* connect(host, port); },
      *request(connection) { yield* send(connection, Buffer.of(1)); yield* receive(connection, Buffer.alloc(1)); },
      *disconnect(connection) { yield* close(connection); },
    });`;
  const UNCACHING = `
    import { writeFileSync } from 'node:fs';
    import { close, defineWorkload, open, read, uncache } from 'iobench';
    export default defineWorkload({
      name: 'uncaching', summary: 'x', uses: ['files'],
      prepare({ directory }) { writeFileSync(directory + '/data', Buffer.alloc(4096)); return directory + '/data'; },
      *connect(file) { return yield* open(file); },
      *request(file) { yield* uncache(file, 0, 4096); yield* read(file, Buffer.alloc(4096), 0); },
      *disconnect(file) { yield* close(file); },
    });`;

  test('watch connections that are silent, and drop what the page cache holds', async () => {
    for (const model of named('epoll', 'async-callback')) {
      const watching = await workloadFile(workspace(), 'watching.mjs', WATCHING);
      expect(
        await measured({ model, fixtures, ...watching, plan: { requests: 20, durationNs: 20e9 } }),
      ).toMatchObject([{ failed: 0, completed: 20 }]);
    }
    for (const model of process.platform === 'linux' ? named('epoll') : []) {
      const uncaching = await workloadFile(workspace(), 'uncaching.mjs', UNCACHING);
      expect(
        await measured({ model, fixtures, ...uncaching, plan: { requests: 20, durationNs: 20e9 } }),
      ).toMatchObject([{ failed: 0, completed: 20 }]);
    }
  });

  test.each(['prepare', 'connect', 'request'])(
    'say that something is not there, in %s: the cell is unsupported, and not failed',
    async (where) => {
      const thrown = (part: string) =>
        part === where ? "throw new UnsupportedError('not on this planet');" : '';
      const text = `
      import { defineWorkload, sleep, UnsupportedError } from 'iobench';
      export default defineWorkload({
        name: 'missing-in-${where}', summary: 'x',
        async prepare() { ${thrown('prepare')} },
        *connect() { ${thrown('connect')} },
        *request() { yield* sleep(1e5); ${thrown('request')} },
      });`;
      for (const model of named('epoll', 'thread-per-request', 'multi-reactor')) {
        const [record] = await measured({
          model,
          fixtures,
          ...(await workloadFile(workspace(), 'missing.mjs', text)),
          plan: { requests: 20, durationNs: 20e9 },
        });
        expect(record).toMatchObject({ status: 'unsupported', reason: 'not on this planet' });
      }
    },
  );
});

test('what requests count besides comes back from wherever they are performed', async () => {
  const text = `
    import { defineWorkload } from 'iobench';
    export default defineWorkload({
      name: 'counts',
      summary: 'Counts a reconnect and a redirect a request, and fails every tenth',
      async connect(fixture, tally) { return { tally, requests: 0 }; },
      async request(client) {
        client.tally.reconnected();
        client.tally.answered(302);
        client.tally.answered(204);
        if (++client.requests % 10 === 0) throw new Error('refused by the test');
      },
      async disconnect() {},
    });`;
  for (const name of ['sync-blocking', 'thread-per-request', 'async-promise']) {
    const model = models.find((each) => each.name === name);
    if (!model) return expect.unreachable();
    const file = await workloadFile(workspace(), 'counts.mjs', text);
    const [trial] = await measured({
      model,
      fixtures,
      ...file,
      concurrencies: [2],
      plan: { requests: 60, durationNs: 20e9, warmupNs: 0 },
    });
    if (trial?.status !== 'measured') return expect.unreachable(JSON.stringify(trial));
    const ended = trial.completed + trial.failed;
    expect({ name, reconnects: trial.reconnects, statuses: trial.statuses }).toEqual({
      name,
      reconnects: ended,
      statuses: { 302: ended },
    });
  }
});
const ENDS = {
  'ends itself': 'process.exit(5);',
  'ends itself a little later': 'setTimeout(() => process.exit(5), 5);',
  'leaves an error to nobody': `setTimeout(() => { throw new Error('out of nowhere'); }, 5);`,
  'runs out of memory': 'const all = []; for (;;) all.push(new Array(1e4).fill(all.length + 0.5));',
} as const;
const SAID = {
  'ends itself': /exit(ed with)? code:? 5/,
  'ends itself a little later': /exit(ed with)? code:? 5/,
  'leaves an error to nobody': /out of nowhere/,
  'runs out of memory': /memory/,
} as const;

describe.each(['sync-blocking', 'thread-per-request'])('under %s, a thread that', (name) => {
  test.each(Object.keys(ENDS) as (keyof typeof ENDS)[])(
    '%s fails the trial, with the reason',
    async (end) => {
      // Little, so that it is full soon.
      vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=64');
      const model = models.find((each) => each.name === name) ?? expect.unreachable();
      const text = `import { defineWorkload } from 'iobench';
      let requests = 0;
      export default defineWorkload({ name: 'mine', summary: 'x', async request() {
        if (++requests === 20) { ${ENDS[end]} }
        await new Promise((resolve) => setTimeout(resolve, requests > 20 ? 3_600_000 : 1));
      } });`;
      const file = await workloadFile(workspace(), 'mine.mjs', text);
      const [trial] = await measured({
        model,
        fixtures,
        ...file,
        plan: { warmupNs: 0, durationNs: 60e9, timeLimitNs: 50e9 },
      });
      expect(trial).toMatchObject({ status: 'failed', reason: expect.stringMatching(SAID[end]) });
    },
  );
});
