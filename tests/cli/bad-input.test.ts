/** What is wrong is said in one sentence with a hint, without a stack trace: exit code 2. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { compiled } from '../compiled.ts';
import { Bench, expectRefusal, TINY } from './iobench.ts';

describe('the command line', () => {
  test.each<[words: string[], said: RegExp, hint?: RegExp]>([
    [['run', '-m', 'sync-blokcing'], /there is no model "sync-blokcing"/, /did you mean sync-blocking\?/],
    [['run', '-m', 'sleep'], /sleep is a workload, not a model/, /iobench run sleep --model/],
    [['run', 'slepe'], /there is no workload "slepe"/, /did you mean sleep\?/],
    [['run', '--preset', 'quik'], /there is no preset "quik"/, /did you mean quick\?/],
    [
      ['run', '-p', 'sleep.duratoin=1ms'],
      /there is no parameter of sleep "duratoin"/,
      /did you mean duration\?/,
    ],
    [['run', '-p', 'slep.duration=1ms'], /there is no workload(?: or model)? "slep"/, /did you mean sleep\?/],
    [['run', '-p', 'sleep.duration'], /"sleep\.duration" is not a parameter/, /file-read\.blockSize=64KiB/],
    [
      ['run', '-p', 'sleep.duration=10 apples'],
      /sleep\.duration=10 apples: "10 apples" is not a time/,
      /500us/,
    ],
    [['run', '-p', 'sleep.duration=10'], /"10" is not a time/, /with a unit/],
    [['run', '-p', 'tcp-echo.messageSize=10 apples'], /"10 apples" is not a size/, /64KiB/],
    [['run', '-d', '10 apples'], /"10 apples" is not a time/, /1m30s/],
    [['run', '-d', '0'], /--duration must be longer than 0/, /--duration/],
    [['run', '-c', '0'], /--concurrency 0: not a whole number from 1/],
    [['run', '-c', '1e9'], /--concurrency 1e9: not a whole number from 1/],
    [['run', '-c', '1000000000'], /1,000,000,000 clients are more than the \d+ open files/, /ulimit -H?n/],
    [['run', '-c', '4,x'], /--concurrency x/],
    [['run', '-t', '0'], /--trials 0/],
    [['run', '--threads', '-1'], /--threads -1/],
    [['run', '--seed', 'x'], /--seed x/],
    [['run', '-n', '../x'], /cannot name a folder/],
    [['run', '--modle', 'x'], /unknown option '--modle'/, /--model/],
    [['rnu'], /unknown command 'rnu'/, /run/],
    [['report', '-f', 'jsno'], /there is no format "jsno"/, /did you mean json\?/],
    [['report'], /there are no results in results/, /iobench run --preset quick/],
    [['report', 'nothing'], /there is no run "nothing"/],
    [['view'], /there are no results/],
    [['view', '--port', 'x'], /(--port x: not a port|there are no results)/],
    [['run', '-w', 'missing.ts'], /there is no workload file missing\.ts/, /iobench new/],
    [['run', '--data', '/nowhere/at/all', 'noop'], /\/nowhere\/at\/all/],
    [['run', '-d', '1000h'], /"1000h" is longer than a day/, /1m30s/],
    [['run', '--warmup', '1000h'], /longer than a day/],
    [['run', '-p', 'sleep.duration=1000h'], /sleep\.duration=1000h: "1000h" is longer than a day/],
    [['run', '--time-limit', '0'], /--time-limit must be longer than 0/, /--time-limit/],
    [['capacity', 'noop', '--slo', 'p99<1ms', '-d', '1000h'], /longer than a day/],
    [['report', '--charts', 'throughput'], /--charts applies to pictures only/, /--format png/],
  ])('iobench %j', async (words, said, hint) => {
    expectRefusal(await new Bench().run(...words), said, hint);
  });

  test('DEBUG shows where', async () => {
    const { code, stderr } = await new Bench().start(['run', '-m', 'x'], { DEBUG: '1' }).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/\n\s+at .*:\d+/);
  });
});

describe("a workload's file", () => {
  const good = "request: async () => {}, name: 'mine', summary: 'x'";
  test.each<[problem: string, text: string, said: RegExp]>([
    [
      'throws',
      "throw new Error('the database is away');",
      /mine\.ts cannot be loaded: .*the database is away/,
    ],
    ['is no code', 'export default {{{', /mine\.ts cannot be loaded/],
    [
      'imports what is not there',
      "import 'not-installed'; export default {};",
      /mine\.ts cannot be loaded: .*not-installed/,
    ],
    ['has no default export', 'export const a = 1;', /mine\.ts has no default export/],
    ['is empty', '', /mine\.ts has no default export/],
    [
      'has no request',
      "export default { name: 'mine', summary: 'x' };",
      /field request: expected a function/,
    ],
    ['has a number for a name', `export default { ...{ ${good} }, name: 5 };`, /field name: expected a text/],
    [
      'has a name of several words',
      `export default { ...{ ${good} }, name: 'My Own' };`,
      /field name: expected lower-case words/,
    ],
    [
      'has a summary that is missing',
      "export default { name: 'mine', request() {} };",
      /field summary: expected/,
    ],
    [
      'has parameters that are no schema',
      `export default { ${good}, params: { size: 1 } };`,
      /field params: expected z\.object/,
    ],
    ['uses what there is not', `export default { ${good}, uses: ['disks'] };`, /field uses/],
    ['has a field too many', `export default { ${good}, reqest() {} };`, /there is no field reqest/],
    [
      'mixes forms',
      `export default { ${good}, *connect() {} };`,
      /field connect: expected the same form as request \(async\), found operations/,
    ],
    [
      'has an async generator',
      "export default { name: 'mine', summary: 'x', async *request() {} };",
      /found an async generator/,
    ],
    [
      'has a parameter that could not be stored',
      "import { z } from 'iobench'; export default { name: 'mine', summary: 'x', request() {}, params: z.object({ a: z.string().array().default(['x']) }) };",
      /mine\.a: a parameter is a text, a number or a truth value, and its schema makes object of it/,
    ],
    [
      'has the name of one of ours',
      `export default { ...{ ${good} }, name: 'sleep' };`,
      /two workloads are called sleep/,
    ],
  ])('that %s', async (_problem, text, said) => {
    const bench = new Bench();
    writeFileSync(path.join(bench.directory, 'mine.ts'), text);
    expectRefusal(await bench.run('run', '-w', 'mine.ts'), said);
    expect(bench.leftovers).toEqual([]);
  });
});

test('few files that may be open are said, with the command that raises them', async () => {
  const bench = new Bench();
  const child = spawn(
    'bash',
    ['-c', `ulimit -n 40; "${process.execPath}" "${compiled('cli.js')}" run noop`],
    {
      cwd: bench.directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/may open fewer files than iobench itself needs.*\n {2}ulimit -n/),
  });
});

describe('results', () => {
  test('that are cut off in their last line are used up to there, with a warning', async () => {
    const bench = new Bench();
    await bench.run(...TINY);
    const file = path.join(bench.newest, 'run.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -30));
    const { code, stdout, stderr } = await bench.run('report', '-f', 'json');
    expect(code).toBe(0);
    expect(stderr).toMatch(/the last line is cut off/i);
    const document = JSON.parse(stdout) as { run: { warnings: string[] }; cells: { trials: number }[] };
    expect(document.run.warnings).toHaveLength(1);
    expect(document.cells.reduce((sum, { trials }) => sum + trials, 0)).toBe(3);
  });

  test.each([
    [
      'of a future schema',
      (text: string) => text.replace('"iobench/1"', '"iobench/7"'),
      /"iobench\/7", and this version of iobench reads iobench\/1/,
    ],
    ['broken in the middle', (text: string) => text.replace(/\n./, '\n}'), /line 2 is not JSON/],
    ['empty', () => '', /it is empty/],
  ])('that are %s are refused', async (_problem, spoil, said) => {
    const bench = new Bench();
    await bench.run(...TINY);
    const file = path.join(bench.newest, 'run.jsonl');
    writeFileSync(file, spoil(readFileSync(file, 'utf8')));
    expectRefusal(await bench.run('report'), said);
    expectRefusal(await bench.run('view', bench.newest, '--no-open'), said);
  });

  test('that cannot be written, as a file is in the way', async () => {
    const bench = new Bench();
    writeFileSync(bench.results, '');
    expectRefusal(await bench.run(...TINY), /cannot be written: (EEXIST|ENOTDIR)/, /--out DIR/);
    expect(bench.leftovers).toEqual([]);
  });

  test('in an empty folder are none', async () => {
    const bench = new Bench();
    mkdirSync(bench.results);
    expectRefusal(await bench.run('report'), /there are no results in results/);
  });
});
