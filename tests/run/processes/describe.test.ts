/** What a user's file holds, learnt in a process of its own: nothing in it can hold or end this one. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import type { DescribeOptions } from '../../../src/run/processes/describe.ts';
import { load } from '../../compiled.ts';
import { workspace } from '../../workspace.ts';

const { describeFile } =
  await load<typeof import('../../../src/run/processes/describe.ts')>('run/processes/describe.js');

async function described(text: string, options: DescribeOptions = {}) {
  const file = path.join(workspace(), 'mine.mjs');
  writeFileSync(file, `import { byteSize, choice, defineWorkload, z } from 'iobench';\n${text}`);
  try {
    return await describeFile(file, options);
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string };
    return `${message.replace(file, 'FILE')} | ${hint}`;
  }
}
const mine = (fields: string) =>
  `export default defineWorkload({ name: 'mine', summary: 'A summary', ${fields} });`;

test('a workload, its parameters with their units, and the sets of them that were asked for', async () => {
  const text = mine(
    `uses: ['files'], params: z.object({ size: byteSize('4KiB'), mode: choice('a', 'b') }), prepare: () => ({}), async request() {}`,
  );
  const settings = [{ owner: 'mine', key: 'mode', values: ['a', 'b'] }];
  expect(
    await described(text, { settings, presets: { mine: { size: '1KiB' }, other: { size: '2KiB' } } }),
  ).toMatchObject({
    workload: {
      name: 'mine',
      summary: 'A summary',
      form: 'async',
      uses: ['files'],
      prepare: true,
      units: { size: 'bytes', mode: 'choice' },
    },
    parameters: [
      { key: 'size', unit: 'bytes', preset: 4096 },
      { key: 'mode', unit: 'choice', preset: 'a', words: ['a', 'b'] },
    ],
    params: [
      { size: 1024, mode: 'a' },
      { size: 1024, mode: 'b' },
    ],
  });
});

test('the size of its message, and phases that are messages between parties, are described', async () => {
  const phases = ['first', { name: 'ask', from: 'one', to: 'other', says: 'what?', answers: 'that' }];
  const parts = `params: z.object({ size: byteSize('4KiB') }), phases: ${JSON.stringify(phases)}`;
  expect(await described(mine(`${parts}, message: 'size', request() {}`))).toMatchObject({
    workload: { message: 'size', phases },
  });
  expect(await described(mine(`${parts}, message: 'sise', request() {}`))).toMatch(
    /field message: there is no parameter sise \|/,
  );
});

test('a parameter without a default is listed; where the workload is to be run, it has to be set', async () => {
  const text = mine(
    'params: z.object({ when: z.date().default(new Date(0)), host: z.string() }), request() {}',
  );
  expect(await described(text)).toMatchObject({ params: [] });
  expect(await described(text, { settings: [] })).toMatch(/^mine\.host=/);
});

describe('a module', () => {
  test.each([
    ['that loops', 'for (;;) {}'],
    ['that waits for what does not come', 'await new Promise(() => setInterval(() => {}, 1000));'],
    [
      'whose schema loops',
      mine('params: z.object({ size: z.number().default(() => { for (;;) {} }) }), request() {}'),
    ],
  ])('%s is not waited for', async (_which, text) => {
    expect(await described(text, { settings: [], limitMs: 4_000 })).toMatch(
      /^FILE was not loaded within 4 s \| look for an endless loop/,
    );
  });

  test.each([
    [
      'that ends its process',
      'process.exit(1);',
      /^FILE ended its process \(exit code 1\) while it was loaded \| look for process\.exit in it$/,
    ],
    [
      'that kills its process',
      `process.kill(process.pid, 'SIGKILL');`,
      /^FILE ended its process \(SIGKILL\) while it was loaded \| undefined$/,
    ],
    ['that throws', `throw new Error('no such luck');`, /^FILE cannot be loaded: no such luck \| DEBUG=1/],
    [
      'that throws later',
      `setTimeout(() => { throw new Error('later'); }); await new Promise(() => setInterval(() => {}, 1000));`,
      /cannot be loaded: later/,
    ],
    ['that holds none', 'export const x = 1;', /^FILE has no default export \| end it in/],
    ['that closes the channel', 'process.disconnect();', /^FILE ended its process \(exit code 0\)/],
  ])('%s is refused in a sentence', async (_which, text, said) => {
    expect(await described(text)).toMatch(said);
  });

  test('that leaves a timer behind leaves it to its process', async () => {
    const text = `setInterval(() => { process.exit(1); }, 1);\n${mine('request() {}')}`;
    expect(await described(text)).toMatchObject({ workload: { name: 'mine', form: 'blocking' } });
  });

  test('that changes the folder changes that of its process', async () => {
    const here = process.cwd();
    expect(await described(`process.chdir('/');\n${mine('request() {}')}`, { settings: [] })).toMatchObject({
      params: [{}],
    });
    expect(process.cwd()).toBe(here);
  });

  test('that prints is shown to who asked, and not on stdout', async () => {
    const printed: string[] = [];
    await described(`console.log('hello');\n${mine('request() {}')}`, {
      output: (text) => printed.push(text),
    });
    expect(printed.join('')).toBe('hello\n');
  });
});
