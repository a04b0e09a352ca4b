/** A run with a budget, as people meet it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentSchema, parseRun } from '../../src/result.ts';
import { Bench } from './iobench.ts';

const WORDS = [
  'run',
  'noop',
  'sleep',
  '-m',
  'poll',
  'epoll',
  '-c',
  '2',
  '-d',
  '20ms',
  '--warmup',
  '0',
  '-p',
  'sleep.duration=100us',
  '--no-charts',
];

describe('--budget', () => {
  test('ends in time, says what is open at each look, stores the looks, and the report shows what they allow', async () => {
    const bench = new Bench();
    const startedMs = performance.now();
    const { code, stderr } = await bench.run(...WORDS, '--budget', '12s');
    const tookMs = performance.now() - startedMs;
    expect(code).toBe(0);
    // What stands around it: the command's own start, the preparing of the report, a process that took longer
    // than the others.
    expect(tookMs).toBeLessThan(12_000 + 8_000);
    expect(stderr).toMatch(
      /^iobench: 4 cells, 12s at most: each at least 3 times|^iobench: 3 rounds of 4 cells take about/,
    );
    const {
      header,
      trials,
      looks = [],
    } = parseRun(readFileSync(path.join(bench.newest, 'run.jsonl'), 'utf8'));
    expect(header).toMatchObject({ trials: 3, budgetNs: 12e9 });
    // Three rounds take less than ten seconds, and the run may take longer.
    expect(header.environment.timing).toBeDefined();
    const rounds = Math.max(...trials.map(({ trial }) => trial));
    expect(rounds).toBeGreaterThanOrEqual(3);
    expect(looks.length).toBeGreaterThanOrEqual(1);
    expect(looks.length).toBeLessThanOrEqual(5);
    expect(looks.at(-1)?.afterRound).toBe(rounds);
    expect(stderr).toMatch(/^(decided after|the time is over after) \d+ rounds, /m);
    const { stdout } = await bench.run('report', '--format', 'json');
    const { run, cells } = documentSchema.parse(JSON.parse(stdout));
    expect(run.looks).toEqual(looks.map(({ afterRound, share }) => ({ afterRound, share })));
    for (const cell of cells)
      expect(cell).toMatchObject({ status: 'measured', standing: { metric: 'throughput' } });
    expect((await bench.run('report')).stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /\d+ trials per cell · budget 12s/,
    );
  }, 60_000);

  test('that is too short says so before it starts, and measures what fits', async () => {
    const bench = new Bench();
    const { code, stdout, stderr } = await bench.run(...WORDS, '--budget', '100ms', '--json');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^iobench: 3 rounds of 4 cells take about \S+: in 100ms only a part is measured, and nothing can be decided\. .*--budget/,
    );
    expect(stderr).toMatch(/^the time is too short for another round after 1 round/m);
    const { run, cells } = documentSchema.parse(JSON.parse(stdout));
    expect(run.looks).toBeUndefined();
    expect(run.environment.timing).toBeUndefined();
    expect(cells.length).toBeGreaterThan(0);
    for (const cell of cells) expect(cell).not.toHaveProperty('standing');
  }, 30_000);
});

test('--until measures until intervals are that narrow, or the budget is over', async () => {
  const bench = new Bench();
  const { code, stderr } = await bench.run(...WORDS, '--until', '400%', '--budget', '30s');
  expect(code).toBe(2);
  expect(stderr).toContain('--until 400%: not a share');
  const ended = await bench.run(
    'run',
    'sleep',
    '-m',
    'epoll',
    '-c',
    '1',
    '-d',
    '50ms',
    '--warmup',
    '0',
    '--no-charts',
    '--until',
    '90%',
    '-q',
    '--json',
  );
  expect(ended.code).toBe(0);
  const [cell] = documentSchema.parse(JSON.parse(ended.stdout)).cells;
  expect(cell).toMatchObject({ status: 'measured' });
  expect(parseRun(readFileSync(path.join(bench.newest, 'run.jsonl'))).header.budgetNs).toBe(600e9);
}, 60_000);

describe('is refused', () => {
  test.each([
    [
      ['--budget', '5s', '--trials', '3'],
      /--trials fixes how often each cell is measured, and --budget makes that depend on the results/,
    ],
    [['--until', '5%', '-t', '3'], /--trials fixes .* and --until makes/],
    [['--budget', '0'], /--budget must be longer than 0/],
    [['--budget', 'soon'], /"soon" is not a time/],
    [['--until', 'soon'], /--until soon: not a share/],
  ])('%j', async (words, message) => {
    const { code, stderr } = await new Bench().run('run', 'noop', ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
