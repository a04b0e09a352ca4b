/** Phases of requests under every model, in every form: where they are recorded, and what they add up to. */
import { afterAll, describe, expect, test } from 'vitest';
import type { MeasuredTrial } from '../src/result.ts';
import { createFixtures, measured, models, workloadFile } from './measuring.ts';
import { workspace } from './workspace.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const OPERATIONS = `
  import { close, compute, connect, defineWorkload, receive, send, sleep } from 'iobench';
  export default defineWorkload({
    name: 'in-parts',
    summary: 'An exchange, a wait and some work, twice in part',
    uses: ['sockets'],
    phases: ['ask', 'think', 'never'],
    prepare: ({ startPeer }) => startPeer('echo'),
    *connect({ host, port }) {
      return { connection: yield* connect(host, port), buffer: Buffer.alloc(64), requests: 0 };
    },
    *request(client, random, mark) {
      yield* send(client.connection, client.buffer);
      for (let bytes = 0; bytes < 64; ) bytes += yield* receive(client.connection, client.buffer, bytes);
      mark('ask');
      yield* compute(4096);
      mark('think');
      if (++client.requests % 4 === 0) throw Object.assign(new Error('refused by the test'), { code: 'EMINE' });
      yield* sleep(1e6);
    },
    *disconnect({ connection }) { yield* close(connection); },
  });`;
const ASYNC = `
  import { defineWorkload } from 'iobench';
  export default defineWorkload({
    name: 'by-await',
    summary: 'Two waits',
    phases: ['first', 'second'],
    async request(client, random, mark) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      mark('first');
      await new Promise((resolve) => setTimeout(resolve, 3));
      mark('second');
    },
  });`;
const BLOCKING = `
  import { defineWorkload } from 'iobench';
  const still = new Int32Array(new SharedArrayBuffer(4));
  export default defineWorkload({
    name: 'in-place',
    summary: 'Two waits',
    phases: ['first', 'second'],
    request(client, random, mark) {
      Atomics.wait(still, 0, 0, 1);
      mark('first');
      Atomics.wait(still, 0, 0, 3);
      mark('second');
    },
  });`;

const phasesOf = ({ phases = [] }: MeasuredTrial) =>
  new Map(phases.map(({ name, count = 0, meanNs }) => [name, { count, sumNs: count * meanNs }]));
const sumOf = (values: Iterable<{ readonly sumNs: number }>) =>
  [...values].reduce((sum, { sumNs }) => sum + sumNs, 0);

describe.each([
  { form: 'operations', text: OPERATIONS, names: ['ask', 'think', 'rest'] },
  { form: 'async', text: ASYNC, names: ['first', 'second', 'rest'] },
  { form: 'blocking', text: BLOCKING, names: ['first', 'second', 'rest'] },
])('phases of a workload in $form form', ({ form, text, names }) => {
  test.each(models)('add up to the service time under $name', async (model) => {
    const file = await workloadFile(workspace(), 'mine.mjs', text);
    const [record] = await measured({ model, fixtures, ...file, concurrencies: [4] });
    if (record?.status === 'unsupported' && form !== 'operations') return;
    if (record?.status !== 'measured') return expect.unreachable(JSON.stringify(record));
    const phases = phasesOf(record);
    // Another thread may begin a request later than this one starts it.
    expect([...phases.keys()].filter((name) => name !== 'dispatch')).toEqual(names);
    const { count = 0, meanNs } = record.service;
    expect(sumOf(phases.values()) / (count * meanNs)).toBeCloseTo(1, 9);
    for (const name of names) expect(phases.get(name)?.count).toBe(count);
    if (form !== 'operations')
      expect(phases.get('second')?.sumNs).toBeGreaterThan(
        2 * (phases.get('first')?.sumNs ?? 0) - 1e6 * count,
      );
    else expect(record.failed).toBeGreaterThan(0);
  });
});

test('a phase that was not declared fails the request, and names those that were', async () => {
  const text = OPERATIONS.replace("mark('think')", "mark('thnik')");
  const file = await workloadFile(workspace(), 'mine.mjs', text);
  const model = models.find(({ name }) => name === 'event-loop');
  if (!model) return expect.unreachable();
  const [record] = await measured({ model, fixtures, ...file });
  expect(record).toMatchObject({ status: 'failed', errors: { EPHASE: expect.any(Number) } });
  expect(JSON.stringify(record)).toContain('thnik');
  expect(JSON.stringify(record)).toContain('(declared: ask, think, never)');
});

test.each([
  ["['ask', 'ask']", 'expected names that differ'],
  ["['rest']", 'expected other names than dispatch and rest'],
  ["['Ask Me']", 'lower-case letters'],
  ['[]', 'expected at least one name'],
  ["'ask'", 'expected a list of names'],
  ["[{ name: 'ask', from: 'one', to: 'other' }]", 'field phases.0.says: expected a text'],
  ["[{ name: 'ask', from: 'a\\nb', to: 'other', says: 'x' }]", 'field phases.0.from: expected one line'],
  [`['ask', { name: 'ask', from: 'one', to: 'other', says: 'x' }]`, 'expected names that differ'],
])('phases %s are refused', async (phases, why) => {
  const text = OPERATIONS.replace(/phases: \[[^\]]*\]/, `phases: ${phases}`);
  await expect(workloadFile(workspace(), 'mine.mjs', text)).rejects.toThrow(why);
});
