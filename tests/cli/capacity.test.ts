/** `iobench capacity` as people meet it: what it finds, what it stores, and how it ends. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Capacity, documentSchema, parseRun } from '../../src/result.ts';
import { Bench, type Ended, expectRefusal } from './iobench.ts';

/**
 * An objective that a busy machine does not break, and that nobody keeps who falls behind: the median of a
 * growing line.
 */
const QUICK = ['--slo', 'p50<25ms', '-d', '200ms', '--warmup', '10ms', '--no-charts'];

const capacitiesOf = ({ stdout }: Ended): Capacity[] =>
  documentSchema.parse(JSON.parse(stdout)).capacities ?? [];
const stored = (bench: Bench) => parseRun(readFileSync(path.join(bench.newest, 'run.jsonl'), 'utf8'));

test('a thread that stands still 5 ms a request carries up to 200 a second; one that does not carries all that is asked', async () => {
  const bench = new Bench();
  const words = [
    'capacity',
    'sleep',
    '-p',
    'sleep.duration=5ms',
    '-m',
    'sync-blocking',
    'async-callback',
    '--max-rate',
    '400',
    '--json',
    ...QUICK,
  ];
  const ended = await bench.run(...words);
  expect(ended.code).toBe(0);
  const [blocking, callback] = ['sync-blocking', 'async-callback'].map((model) =>
    capacitiesOf(ended).find(({ cell }) => cell.model === model),
  );
  expect(blocking?.ratePerSecond).toBeGreaterThan(0);
  // It serves less than 200 a second; 5 % of overload may pass, and arrivals scatter.
  expect(blocking?.ratePerSecond).toBeLessThan(230);
  expect(blocking?.failedAtPerSecond).toBeGreaterThan(blocking?.ratePerSecond ?? Number.NaN);
  expect(callback).toMatchObject({ ratePerSecond: 398, objective: 'p50<25ms' });
  expect(callback?.failedAtPerSecond).toBeUndefined();

  const { capacities = [], steps = [], trials, header } = stored(bench);
  expect(capacities.map(({ cell }) => cell.model).sort()).toEqual(['async-callback', 'sync-blocking']);
  for (const found of capacities) {
    expect(capacitiesOf(ended).find(({ cell }) => cell.model === found.cell.model)).toMatchObject({
      ...found,
      arrivals: 'poisson',
    });
  }
  expect(header.name).toBe('capacity-sleep');
  // Every step is in its capacity, with the rate as the load of its trial: none is a cell.
  expect(trials).toEqual([]);
  expect(documentSchema.parse(JSON.parse(ended.stdout)).cells).toEqual([]);
  const shown = capacitiesOf(ended).flatMap((capacity) =>
    capacity.steps.map(({ ratePerSecond }) => [capacity.cell.model, ratePerSecond]),
  );
  expect(steps.map(({ cell, ratePerSecond }) => [cell.model, ratePerSecond]).sort()).toEqual(shown.sort());
  expect(steps.map(({ trial }) => trial?.cell.load)).toEqual(
    steps.map(({ ratePerSecond }) => ({ kind: 'open', ratePerSecond, arrivals: 'poisson' })),
  );
  for (const { steps } of capacitiesOf(ended)) {
    for (const step of steps.filter(({ kept }) => kept))
      expect(step.throughputPerSecond?.median).toBeGreaterThan(0);
  }
  expect(ended.stderr).toMatch(/iobench: 2 searches for the highest rate with p50<25ms, about \d+s/);
  expect(ended.stderr).toMatch(/sleep · sync-blocking · \d+\/s: not kept, (p50 [\d.]+ m?s|only \d+ ended)/);
  expect(ended.stderr).toMatch(/sleep · async-callback: carries 398\/s or more/);

  const report = await bench.run('report');
  expect(report.stdout).toMatch(
    /^model +carries +fails at +why\nasync-callback +398\/s +– +█+ +no higher rate was tried\nsync-blocking +\d+\/s +\d+\/s/m,
  );
}, 150_000);

test('a pair that cannot be, and a workload that fails, are capacities with a reason; the others are found', async () => {
  const bench = new Bench();
  const text = `import { defineWorkload } from 'iobench';
export default defineWorkload({ name: 'mine', summary: 'x', async request() { throw Object.assign(new Error('away'), { code: 'EAWAY' }); } });`;
  writeFileSync(path.join(bench.directory, 'mine.mjs'), text);
  const words = [
    'capacity',
    'sleep',
    'mine',
    '-w',
    'mine.mjs',
    '-m',
    'async-promise',
    'epoll',
    '--max-rate',
    '100',
    '--json',
    ...QUICK,
  ];
  const ended = await bench.run(...words);
  expect(ended.code).toBe(3);
  const found = capacitiesOf(ended).map(({ cell, ratePerSecond, reason }) => [
    `${cell.workload}/${cell.model}`,
    ratePerSecond ?? reason,
  ]);
  expect(Object.fromEntries(found)).toEqual({
    'sleep/async-promise': 100,
    'sleep/epoll': 100,
    'mine/async-promise': expect.stringContaining('EAWAY'),
    'mine/epoll': expect.stringContaining('async'),
  });
  expect(bench.leftovers).toEqual([]);
});

test('Ctrl-C: what was found so far is stored and shown, exit code 130', async () => {
  const bench = new Bench();
  const words = [
    'capacity',
    'sleep',
    '-p',
    'sleep.duration=1ms',
    '-m',
    'async-callback',
    '--slo',
    'p50<20ms',
    '-d',
    '100ms',
    '--warmup',
    '5ms',
  ];
  const run = bench.start([...words, '--no-charts', '--json']);
  await run.said(/kept, p50/);
  run.child.kill('SIGINT');
  const ended = await run.ended;
  expect(ended.code).toBe(130);
  const [capacity] = capacitiesOf(ended);
  expect(capacity?.ratePerSecond).toBeGreaterThan(0);
  expect(capacity?.reason).toContain('interrupted');
  expect(stored(bench).capacities).toEqual([
    expect.objectContaining({ ratePerSecond: capacity?.ratePerSecond, reason: capacity?.reason }),
  ]);
  expect(stored(bench).steps).toHaveLength(capacity?.steps.length ?? 0);
  expect(stored(bench).trials).toEqual([]);
  expect(bench.leftovers).toEqual([]);
  await run.alone();
});

test.runIf(process.platform !== 'win32')(
  'a kill: the steps that were stored are shown, each search as far as it came',
  async () => {
    const bench = new Bench();
    const words = [
      'capacity',
      'sleep',
      '-p',
      'sleep.duration=1ms',
      '-m',
      'async-callback',
      '--slo',
      'p50<20ms',
      '-d',
      '100ms',
      '--warmup',
      '5ms',
    ];
    const run = bench.start([...words, '--no-charts', '--json']);
    await run.said(/kept, p50/);
    run.child.kill('SIGKILL');
    await run.ended;
    const { steps = [], capacities, trials } = stored(bench);
    expect([capacities, trials]).toEqual([[], []]);
    expect(steps.length).toBeGreaterThan(0);
    const [capacity, ...others] = capacitiesOf(await bench.run('report', '--format', 'json'));
    expect(others).toEqual([]);
    expect(capacity).toMatchObject({
      ratePerSecond: expect.any(Number),
      reason: 'the search is unfinished',
      objective: 'p50<20ms',
    });
    expect(capacity?.steps).toHaveLength(steps.length);
    expect((await bench.run('report', '--format', 'markdown')).stdout).toContain('the search is unfinished');
    await run.alone();
  },
);

test('a measured process that is interrupted by somebody else ends its search with the reason, and no other', async () => {
  const bench = new Bench();
  writeFileSync(
    path.join(bench.directory, 'mine.mjs'),
    `import { sleep } from 'iobench';
     export default { name: 'mine', summary: 'x', *request() { process.kill(process.pid, 'SIGINT'); yield* sleep(1e9); } };`,
  );
  const words = [
    'capacity',
    'mine',
    'sleep',
    '-w',
    'mine.mjs',
    '-m',
    'async-callback',
    '--max-rate',
    '100',
    '--json',
    ...QUICK,
  ];
  const ended = await bench.run(...words);
  expect(ended.code).toBe(3);
  const [mine, sleep] = ['mine', 'sleep'].map((name) =>
    capacitiesOf(ended).find(({ cell }) => cell.workload === name),
  );
  expect(mine).toMatchObject({
    reason: expect.stringMatching(/^the measured process ended \(SIGINT\) while it was connecting/),
    steps: [],
  });
  expect(sleep?.ratePerSecond).toBeGreaterThan(0);
});

describe('wrong usage', () => {
  test.each<[words: string[], said: RegExp, hint?: RegExp]>([
    [['sleep'], /there is no objective/, /--slo 'p99<20ms'/],
    [['--slo', 'p99<20ms'], /there is no workload to search with/, /iobench capacity tcp-echo/],
    [['sleep', '--slo', 'throughput>10k'], /a capacity cannot be found for throughput/, /p99<20ms/],
    [['sleep', '--slo', 'p99>20ms'], /would be kept by any overload/, /p99<20ms/],
    [['sleep', '--slo', 'p99'], /"p99" is not an objective/, /p99<20ms/],
    [['slepe', '--slo', 'p99<20ms'], /there is no workload "slepe"/, /did you mean sleep\?/],
    [
      ['sleep', '--slo', 'p99<20ms', '-m', 'tcp-echo'],
      /tcp-echo is a workload/,
      /iobench capacity tcp-echo --model/,
    ],
    [['sleep', '--slo', 'p99<20ms', '--max-rate', 'fast'], /--max-rate fast: not a rate/, /2\.5k/],
    [['sleep', '--slo', 'p99<20ms', '-d', '0'], /--duration must be longer than 0/],
    [
      ['sleep', '--slo', 'p99<20ms', '--time-limit', '0'],
      /--time-limit must be longer than 0/,
      /--time-limit a time like 30s/,
    ],
    [['sleep', '--slo', 'p99<20ms', '-c', '4'], /unknown option '-c'/],
    [['sleep', '--slo', 'p99<20ms', '--rate', '4'], /unknown option '--rate'/],
  ])('iobench capacity %j', async (words, said, hint) => {
    expectRefusal(await new Bench().run('capacity', ...words), said, hint);
  });
});
