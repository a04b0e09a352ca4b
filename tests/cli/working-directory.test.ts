/** A workload may change the directory of the process that runs its `prepare`: nothing is lost for that. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { parseRun } from '../../src/result.ts';
import { compiled } from '../compiled.ts';
import { Bench, type Ended, expectRefusal } from './iobench.ts';

const SMALL = ['-m', 'async-callback', '-c', '2', '-t', '1', '-d', '30ms', '--warmup', '5ms'];

function write(bench: Bench, name: string, { atTop = '', inPrepare = '' }): void {
  writeFileSync(
    path.join(bench.directory, `${name}.mjs`),
    `import process from 'node:process';
     import { defineWorkload, sleep } from 'iobench';
     ${atTop}
     export default defineWorkload({
       name: '${name}',
       summary: 'x',
       async prepare({ directory }) { ${inPrepare}; return {}; },
       *request() { yield* sleep(1e5); },
     });`,
  );
}

function expectAllIsThere(bench: Bench, { code, stderr }: Ended): void {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { trials: stored } = parseRun(readFileSync(path.join(bench.newest, 'run.jsonl')));
  expect(stored.map(({ status }) => status)).toEqual(['measured', 'measured']);
  expect(readdirSync(bench.newest)).toEqual(
    expect.arrayContaining(['report.html', 'run.jsonl', 'summary.md']),
  );
  expect(readdirSync(path.join(bench.newest, 'charts')).length).toBeGreaterThan(0);
}

describe('a workload that changes the directory', () => {
  test.each([
    ['in its prepare', { inPrepare: `process.chdir('/')` }],
    ['in its prepare, to a folder that is gone at the end', { inPrepare: 'process.chdir(directory)' }],
    ['in its module', { atTop: `process.chdir('/')` }],
  ])(
    '%s: results, files and workloads are where the command was typed',
    { timeout: 120_000 },
    async (_where, parts) => {
      const bench = new Bench();
      mkdirSync(path.join(bench.directory, 'data'));
      write(bench, 'first', parts);
      write(bench, 'second', {});
      const ended = await bench.run(
        'run',
        '-w',
        './first.mjs',
        'second.mjs',
        '-o',
        'results',
        '--data',
        'data',
        ...SMALL,
        '-q',
      );
      expectAllIsThere(bench, ended);
      expect(readdirSync(path.join(bench.directory, 'data'))).toEqual([]);
    },
  );

  test('is told where its results are as one sees them from where the command was typed', async () => {
    const bench = new Bench();
    write(bench, 'first', { inPrepare: `process.chdir('/')` });
    const { stderr } = await bench.run('run', '-w', 'first.mjs', '-o', './results', ...SMALL, '--no-charts');
    expect(stderr).toContain(`\nstored: ${path.join('results', path.basename(bench.newest))}\n`);
  });
});

test('a search for capacities keeps its results, too', async () => {
  const bench = new Bench();
  write(bench, 'first', { inPrepare: `process.chdir('/')` });
  const words = [
    'capacity',
    '-w',
    'first.mjs',
    '--slo',
    'p50<10s',
    '-m',
    'async-callback',
    '-d',
    '30ms',
    '--warmup',
    '5ms',
    '--max-rate',
    '20',
  ];
  const { code, stderr } = await bench.run(...words, '-q', '--no-charts');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(readdirSync(bench.newest).sort()).toEqual(['run.jsonl', 'summary.md']);
  rmSync(bench.results, { recursive: true });
});

test.skipIf(process.platform === 'win32')(
  'a command typed in a folder that has been removed is refused in a sentence, or does what needs none',
  () => {
    const bench = new Bench();
    const typed = (...words: string[]) => {
      const gone = path.join(bench.directory, 'gone');
      mkdirSync(gone);
      const script = `cd "$1" && rmdir "$1" && shift && exec "$@"`;
      const { status, stdout, stderr } = spawnSync(
        'sh',
        ['-c', script, 'sh', gone, process.execPath, compiled('cli.js'), ...words],
        {
          env: { ...process.env, DEBUG: '', NO_COLOR: '1', TMPDIR: bench.temporary },
          encoding: 'utf8',
        },
      );
      return { code: status, signal: null, stdout, stderr };
    };
    expectRefusal(typed('run', 'noop', ...SMALL), 'the working directory has been removed', 'cd ~');
    expect(typed('list').code).toBe(0);
    expect(typed('run', 'noop', ...SMALL, '--no-charts', '-q', '-o', bench.results).code).toBe(0);
    expect(existsSync(path.join(bench.newest, 'run.jsonl'))).toBe(true);
  },
);
