/** From `new` to numbers, for each form, in TypeScript and in JavaScript. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentSchema } from '../../src/result.ts';
import { Bench, expectRefusal } from './iobench.ts';

const SMALL = ['-c', '2', '-t', '1', '-d', '40ms', '--warmup', '5ms', '--no-charts', '--json'];
const RUNNERS: Record<string, readonly string[]> = {
  async: ['sync-blocking', 'thread-per-request', 'async-promise'],
  blocking: ['sync-blocking', 'thread-per-request'],
};

describe.each(['operations', 'async', 'blocking'])('the file that new writes in the form %s', (form) => {
  test.each([
    ['TypeScript', 'orders-api.ts', ['orders-api']],
    ['JavaScript', 'orders-api.mjs', ['orders-api', '--js']],
  ])('runs as it is, in %s', async (_language, file, words) => {
    const bench = new Bench();
    const made = await bench.run('new', ...words, '--form', form);
    expect(made.code).toBe(0);
    expect(made.stdout).toContain(`iobench run -w ./${file}`);
    const { code, stdout, stderr } = await bench.run('run', '-w', `./${file}`, ...SMALL);
    expect(code, stderr).toBe(0);
    const { cells } = documentSchema.parse(JSON.parse(stdout));
    const measured = cells.filter(({ status }) => status === 'measured').map(({ model }) => model);
    const runners = RUNNERS[form];
    if (runners) expect(measured.sort()).toEqual([...runners].sort());
    else expect(measured).toEqual(expect.arrayContaining(['sync-blocking', 'thread-per-request', 'async-callback', 'async-promise', 'event-loop']));
    for (const cell of cells) {
      if (cell.status === 'measured') expect(cell).toMatchObject({ workload: 'orders-api', failed: 0 });
      else expect(cell).toMatchObject({ status: 'unsupported', reason: expect.stringMatching(/\w+ \w+/) });
    }
    expect(bench.leftovers).toEqual([]);
  });
});

test('new does not overwrite, and says which names and forms there are', async () => {
  const bench = new Bench();
  await bench.run('new', 'mine');
  const before = readFileSync(path.join(bench.directory, 'mine.ts'), 'utf8');
  expectRefusal(await bench.run('new', 'mine'), 'mine.ts is there already');
  expect(readFileSync(path.join(bench.directory, 'mine.ts'), 'utf8')).toBe(before);
  expectRefusal(await bench.run('new', 'Not A Name'), 'cannot name a workload', 'orders-api');
  expectRefusal(await bench.run('new', 'other', '--form', 'asink'), 'there is no form "asink"', 'did you mean async');
});

test('its parameters are set like ours', async () => {
  const bench = new Bench();
  await bench.run('new', 'mine', '--form', 'blocking');
  const { code, stdout } = await bench.run('run', '-w', 'mine.ts', '-m', 'sync-blocking', '-p', 'mine.size=1KiB', ...SMALL);
  expect(code).toBe(0);
  expect(documentSchema.parse(JSON.parse(stdout)).cells).toMatchObject([{ params: { size: 1024 } }]);
});
