/**
 * Nothing that a workload, a result, a name or a command line holds steers the terminal, whatever the command
 * and the stream.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatLine } from '../../src/result.ts';
import { ALL_HOSTILE, steering } from '../hostile.ts';
import * as sample from '../report/sample.ts';
import { Bench, type Ended } from './iobench.ts';

/** What a command line can hold: a NUL ends a word of it. */
const WORD = ALL_HOSTILE.replaceAll('\0', '');
/** What a folder's name can hold, too. */
const NAME = `${WORD.replaceAll('/', '')}-saved`;
const TEXT = JSON.stringify(ALL_HOSTILE);

function expectHarmless({ stdout, stderr }: Ended): void {
  expect({ stdout: steering(stdout), stderr: steering(stderr) }).toEqual({ stdout: [], stderr: [] });
  expect(stderr).not.toMatch(/\n\s+at .*:\d+/);
}

const HEAD = `import { defineWorkload, sleep, text, z } from 'iobench'; const hostile = ${TEXT};\n`;
const workload = (fields: string) =>
  `${HEAD}export default defineWorkload({ name: 'mine', summary: hostile, ${fields} });`;
const TINY = ['-m', 'sync-blocking', '-c', '1', '-t', '1', '-d', '20ms', '--warmup', '1ms', '--no-charts'];

test('the texts would steer', () => {
  for (const text of [ALL_HOSTILE, WORD, NAME]) expect(steering(text).length).toBeGreaterThan(10);
});

describe('a workload', () => {
  test.each([
    [
      'that prints',
      '*request() { process.stdout.write(hostile); console.error(hostile); yield* sleep(1e6); }',
    ],
    ['whose requests fail', '*request() { throw Object.assign(new Error(hostile), { code: hostile }); }'],
    [
      'some of whose requests fail',
      'request(client, random) { if (random() < 0.5) throw Object.assign(new Error(hostile), { code: hostile }); }',
    ],
    ['that cannot be prepared', 'async prepare() { throw new Error(hostile); }, *request() {}'],
    ['that ends its process', '*request() { console.error(hostile); process.exit(7); }'],
  ])('%s', async (_what, fields) => {
    const bench = new Bench();
    writeFileSync(path.join(bench.directory, 'mine.ts'), workload(fields));
    const ended = await bench.run('run', '-w', 'mine.ts', ...TINY);
    expectHarmless(ended);
    expect(ended.stdout + ended.stderr).toContain('\ufffd');
  });

  test('in a list, and in every format', async () => {
    const bench = new Bench();
    writeFileSync(
      path.join(bench.directory, 'mine.ts'),
      workload('params: z.object({ note: text(hostile), [hostile]: text(hostile) }), request() {}'),
    );
    const printed = await Promise.all([
      bench.run('list', '-w', 'mine.ts'),
      bench.run('list', '-w', 'mine.ts', '--json'),
      bench.run('run', '-w', 'mine.ts', ...TINY, '--json', '-q'),
    ]);
    const shown = await Promise.all(
      ['text', 'markdown', 'csv', 'html'].map((format) => bench.run('report', '-f', format)),
    );
    for (const ended of [...printed, ...shown]) expectHarmless(ended);
    // Escaped, and so the same to whoever parses it.
    expect(JSON.parse(printed[1].stdout).workloads.at(-1).summary).toBe(ALL_HOSTILE);
  });

  test('whose capacity is searched for', async () => {
    const bench = new Bench();
    const fails =
      '*request() { console.log(hostile); throw Object.assign(new Error(hostile), { code: hostile }); }';
    writeFileSync(path.join(bench.directory, 'mine.ts'), workload(fails));
    const words = [
      '--slo',
      'p99<20ms',
      '-m',
      'sync-blocking',
      '-d',
      '20ms',
      '--warmup',
      '1ms',
      '--no-charts',
    ];
    const ended = await bench.run('capacity', '-w', 'mine.ts', ...words);
    expectHarmless(ended);
    expect(ended.stdout + ended.stderr).toContain('\ufffd');
  });

  test.each([
    ['that throws when it is loaded', 'throw new Error(hostile);'],
    [
      'with a field that there is not',
      'export default { ...{ name: "mine", summary: "x", *request() {} }, [hostile]: 1 };',
    ],
    ['with a name that is none', 'export default { name: hostile, summary: hostile, *request() {} };'],
  ])('%s', async (_what, text) => {
    const bench = new Bench();
    writeFileSync(path.join(bench.directory, `${NAME}.mjs`), HEAD + text);
    for (const DEBUG of ['', '1']) {
      const { stdout, stderr, code } = await bench.start(['run', '-w', `${NAME}.mjs`], { DEBUG }).ended;
      expect({ stdout: steering(stdout), stderr: steering(stderr), code }).toEqual({
        stdout: [],
        stderr: [],
        code: 2,
      });
      expect(stderr).toContain('\ufffd');
    }
  });
});

test('a command line', async () => {
  const lines = [
    ['run', WORD],
    ['run', '-m', WORD],
    ['run', '-p', `sleep.${WORD}=1`],
    ['run', '-p', `sleep.duration=${WORD}`],
    ['run', '-d', WORD],
    ['run', '-n', WORD],
    ['run', '-w', WORD],
    ['run', '--threshold', WORD],
    ['run', `--${WORD}`],
    ['capacity', 'noop', '--slo', WORD],
    ['report', WORD],
    ['report', '-f', WORD],
    ['compare', WORD, WORD],
    ['view', '--no-open', '--port', WORD],
    ['new', WORD],
    ['new', 'mine', '--form', WORD],
    ['run', 'noop', '--out', WORD, '--data', WORD],
    [WORD],
    ['r\u001bun'],
    ['help', WORD],
    ['run', 'noop', '--preset', WORD],
    ['run', `./${WORD.replaceAll('/', '')}.ts`],
  ];
  const ended = await Promise.all(lines.map((words) => new Bench().run(...words)));
  for (const [index, each] of ended.entries()) {
    expectHarmless(each);
    expect([lines[index], each.code]).toEqual([lines[index], 2]);
  }
});

describe('results', () => {
  function stored(bench: Bench, name: string, text: string): string {
    const folder = path.join(bench.results, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'run.jsonl'), text);
    return folder;
  }

  test('in a folder with such a name', async () => {
    const bench = new Bench();
    const header = sample.headerOf(['epoll'], {
      id: ALL_HOSTILE,
      name: ALL_HOSTILE,
      trials: 1,
      command: ALL_HOSTILE,
    });
    const lines = [header, sample.measured(sample.cellOf('epoll'), 1)].map(formatLine).join('');
    const folder = stored(bench, NAME, lines);
    stored(bench, `2026-01-02-${NAME}`, lines.slice(0, -30));
    stored(bench, `2026-01-03-${NAME}`, `${lines}no\n`);
    for (const words of [
      ['report'],
      ['report', 'nothing'],
      ['report', folder],
      ['report', `2026-01-02-${NAME}`],
      ['compare', folder, `2026-01-02-${NAME}`],
    ]) {
      const ended = await bench.run(...words);
      expectHarmless(ended);
      expect(ended.stdout + ended.stderr).toContain('\ufffd');
    }
    expectHarmless(await bench.run('report', folder, '-f', 'png', '--charts', 'throughput'));
    const view = bench.start(['view', folder, '--no-open', '--port', '0']);
    await view.said(/http:\/\/127\.0\.0\.1:\d+\//);
    view.child.kill('SIGTERM');
    expectHarmless(await view.ended);
  });
});
