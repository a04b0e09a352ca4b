/**
 * What goes wrong while measuring makes its cell `failed`, with the reason; the run goes on, and ends with
 * exit code 3.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Cell, documentSchema } from '../../src/result.ts';
import { Bench, type Ended, expectRefusal } from './iobench.ts';

const SMALL = ['-t', '1', '-d', '40ms', '--warmup', '5ms', '-c', '1', '--no-charts', '--json'];

function cellsOf({ stdout, stderr }: Ended): Cell[] {
  expect(stderr).not.toMatch(/\n\s+at .*:\d+/);
  return documentSchema.parse(JSON.parse(stdout)).cells;
}

/**
 * Runs a user's workload and `noop` under one model; the second has to be measured whatever the first does.
 */
async function beside(text: string, ...more: string[]): Promise<{ ended: Ended; mine: Cell | undefined }> {
  const bench = new Bench();
  writeFileSync(
    path.join(bench.directory, 'mine.mjs'),
    `import * as iobench from 'iobench';\nconst { defineWorkload, sleep } = iobench;\n${text}`,
  );
  const ended = await bench.run(
    'run',
    'noop',
    'mine',
    '-w',
    'mine.mjs',
    ...SMALL,
    ...(more.includes('-m') ? [] : ['-m', 'async-callback']),
    ...more,
  );
  const cells = cellsOf(ended);
  expect(cells.find(({ workload }) => workload === 'noop')?.status).toBe('measured');
  expect(bench.leftovers).toEqual([]);
  return { ended, mine: cells.find(({ workload }) => workload === 'mine') };
}
/** On a busy machine, two seconds may be over before the first request begins. */
const TOO_LONG =
  /^it did not end within 2s: it was (starting|connecting, and no request had ended) \(--time-limit sets a longer one\)$/;
const mine = (parts: string) => `export default defineWorkload({ name: 'mine', summary: 'x', ${parts} });`;

describe('a server', () => {
  test('that refuses', async () => {
    const ended = await new Bench().run(
      'run',
      'noop',
      'http-get',
      '-m',
      'event-loop',
      '-p',
      'http-get.url=http://127.0.0.1:1/',
      ...SMALL,
    );
    expect(ended.code).toBe(3);
    expect(cellsOf(ended).map(({ status }) => status)).toEqual(['measured', 'failed']);
    expect(cellsOf(ended)[1]).toMatchObject({ reason: expect.stringContaining('ECONNREFUSED') });
  });

  test.each([
    ['http://no-such-host.invalid/', /host of http:\/\/no-such-host\.invalid\/ is not known/],
    ['hello', /"hello" is not a URL/],
    ['ftp://127.0.0.1/', /only http:\/\/ and https:\/\/ can be written as operations.*async/],
  ])('whose url is %s', async (url, said) => {
    const ended = await new Bench().run(
      'run',
      'noop',
      'http-get',
      '-m',
      'event-loop',
      '-p',
      `http-get.url=${url}`,
      ...SMALL,
    );
    expect(ended.code).toBe(3);
    expect(cellsOf(ended)[1]).toMatchObject({ status: 'failed', reason: expect.stringMatching(said) });
  });
});

const ended = (code: number) =>
  `the measured process ended (exit code ${code}) while it was connecting, and no request had ended`;
/** How they fail under one model, and the reason. `before` stands at the top of the file. */
const FAILING: Readonly<Record<string, { parts: string; before?: string; reason: string | RegExp }>> = {
  'prepare-throws': {
    parts: `prepare() { throw new Error('the database is away'); }, *request() {}`,
    reason: /the database is away/,
  },
  'prepare-leaves-an-error-to-nobody': {
    parts: `prepare() { setTimeout(() => { throw new Error('out of nowhere'); }, 1); return new Promise(() => {}); }, *request() {}`,
    reason: /out of nowhere/,
  },
  ...Object.fromEntries(
    [0, 1].map((code) => [
      `prepare-ends-its-process-${code}`,
      {
        parts: `prepare() { process.exit(${code}); }, *request() {}`,
        reason: `prepare failed: its process ended (exit code ${code})`,
      },
    ]),
  ),
  'fixture-is-not-plain-data': { parts: 'prepare: () => ({ act() {} }), *request() {}', reason: /\w+ \w+/ },
  'connect-fails': {
    parts: `*connect() { throw Object.assign(new Error('no'), { code: 'EMINE' }); }, *request() {}`,
    reason: /EMINE/,
  },
  'every-request-fails': {
    parts: `*request() { throw Object.assign(new Error('no'), { code: 'EMINE' }); }`,
    reason: /none of \d+ requests? ended well \(\d+ x EMINE\)/,
  },
  'a-code-each': {
    parts: `*request() { yield* sleep(1e4); throw Object.assign(new Error('no'), { code: 'E' + Math.random() }); }`,
    reason: /\((1 x E[\d.e-]+, ){5}and \d+ codes more\)/,
  },
  ...Object.fromEntries(
    [0, 1, 7].map((code) => [
      `ends-its-process-${code}`,
      { parts: `*request() { process.exit(${code}); }`, reason: ended(code) },
    ]),
  ),
  'error-that-nobody-catches': {
    parts: `*request() { setTimeout(() => { throw new Error('out of nowhere'); }, 1); yield* sleep(20e6); }`,
    reason: /out of nowhere/,
  },
  'spoils-a-figure-that-could-not-be-stored': {
    before:
      'const { resourceUsage } = process;\nprocess.resourceUsage = () => ({ ...resourceUsage(), maxRSS: Number.NaN });',
    parts: '*request() {}',
    reason: /what was measured cannot be stored: maxRssBytes: /,
  },
  'yields-what-is-no-operation': { parts: `*request() { yield 'hello'; }`, reason: /TypeError/ },
};

test('workloads that fail, each in a way of its own, are failed cells with the reason; what is beside them is measured', async () => {
  const bench = new Bench();
  for (const [name, { parts, before = '' }] of Object.entries(FAILING))
    writeFileSync(
      path.join(bench.directory, `${name}.mjs`),
      `import { defineWorkload, sleep } from 'iobench';\n${before}\nexport default defineWorkload({ name: '${name}', summary: 'x', ${parts} });`,
    );
  const files = Object.keys(FAILING).map((name) => `./${name}.mjs`);
  const run = await bench.run('run', ...files, 'noop', ...SMALL, '-m', 'async-callback');
  expect(run.code).toBe(3);
  const cells = cellsOf(run);
  expect(cells).toHaveLength(files.length + 1);
  expect(cells.find(({ workload }) => workload === 'noop')?.status).toBe('measured');
  for (const [name, { reason }] of Object.entries(FAILING)) {
    const cell = cells.find(({ workload }) => workload === name);
    const matching = typeof reason === 'string' ? reason : expect.stringMatching(reason);
    expect.soft(cell, name).toMatchObject({ status: 'failed', reason: matching });
  }
  expect(bench.leftovers).toEqual([]);
});

describe('a workload', () => {
  test('whose prepare left something behind that throws: it is said, and the run goes on', async () => {
    const { ended, mine: cell } = await beside(
      mine(`prepare() { setTimeout(() => { throw new Error('too late'); }, 50); return {}; }, *request() {}`),
    );
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/uncaught error: Error: too late/);
    expect(cell?.status).toBe('measured');
  });

  test.each([0, 1])(
    'whose module ends its process with %i: that is wrong usage, and neither success nor a slowdown',
    async (code) => {
      const bench = new Bench();
      writeFileSync(path.join(bench.directory, 'mine.mjs'), `process.exit(${code});`);
      const said = `mine.mjs ended its process (exit code ${code}) while it was loaded`;
      for (const words of [['run', ...SMALL], ['list'], ['capacity', '--slo', 'p99<1s']]) {
        const ended = await bench.run(...words, '-w', 'mine.mjs');
        expectRefusal(ended, said, /process\.exit/);
      }
      expect(bench.leftovers).toEqual([]);
    },
  );

  test('whose plain request returns a promise: nothing was waited for, and nothing is measured', async () => {
    const { ended, mine: cell } = await beside(
      mine('request: () => Promise.resolve(1)'),
      '-m',
      'sync-blocking',
    );
    expect(ended.code).toBe(3);
    expect(cell).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('request returned a promise: write it as async request'),
    });
  });

  test('that hangs: the time limit ends it, under every kind of model', async () => {
    const hanging = ['sync-blocking', 'thread-per-request', 'async-callback', 'event-loop'];
    const bench = new Bench();
    writeFileSync(
      path.join(bench.directory, 'mine.mjs'),
      `import { defineWorkload, sleep } from 'iobench';\n${mine('*request() { yield* sleep(3600e9); }')}`,
    );
    const run = await bench.run('run', './mine.mjs', ...SMALL, '--time-limit', '2s', '-m', ...hanging);
    expect(run.code).toBe(3);
    const cells = cellsOf(run);
    expect(cells.map(({ model }) => model).sort()).toEqual(hanging.toSorted());
    for (const cell of cells)
      expect(cell).toMatchObject({ status: 'failed', reason: expect.stringMatching(TOO_LONG) });
    expect(bench.leftovers).toEqual([]);
  });

  test('whose requests fail with a code that every object has: each is counted', async () => {
    const { mine: cell } = await beside(
      mine(`*request(client, random) {
        yield* sleep(1e5);
        const code = ['__proto__', 'constructor', 'toString', 'fine'][Math.floor(random() * 4)];
        if (code !== 'fine') throw Object.assign(new Error('no'), { code });
      }`),
      '-d',
      '200ms',
    );
    if (cell?.status !== 'measured') return expect.unreachable(JSON.stringify(cell));
    expect(Object.keys(cell.errors).sort()).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.values(cell.errors).reduce((sum, count) => sum + count, 0)).toBe(
      cell.failed + (cell.failedDraining ?? 0),
    );
  });

  test('that keeps its thread for ever', async () => {
    const { ended, mine: cell } = await beside(mine('*request() { for (;;) {} }'), '--time-limit', '2s');
    expect(ended.code).toBe(3);
    expect(cell).toMatchObject({ status: 'failed', reason: expect.stringMatching(TOO_LONG) });
  });
});

test.each([
  ['blockSize=0', /blockSize must be larger than 0/],
  ['fileSize=8000000GiB', /does not fit on the disk of .* --data DIR/],
])('a file with %s fails with the remedy, and nothing is written', async (param, said) => {
  const ended = await new Bench().run(
    'run',
    'noop',
    'file-read',
    '-m',
    'sync-blocking',
    ...SMALL,
    '-p',
    `file-read.${param}`,
  );
  expect(ended.code).toBe(3);
  expect(cellsOf(ended)[1]).toMatchObject({ status: 'failed', reason: expect.stringMatching(said) });
});

test('a file without a single block, and direct reads that do not fit, fail with the remedy', async () => {
  const words = ['run', 'noop', 'file-read', '-m', 'sync-blocking', ...SMALL];
  const small = await new Bench().run(...words, '-p', 'file-read.fileSize=1KiB');
  expect(small.code).toBe(3);
  expect(cellsOf(small)[1]).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/no block of 4096 bytes.*make fileSize larger/),
  });
  const odd = await new Bench().run(
    ...words,
    '-p',
    'file-read.cache=direct',
    '-p',
    'file-read.blockSize=1000',
  );
  expect(cellsOf(odd)[1]).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('blockSize=4KiB'),
  });
});

test('messages of no bytes are never sent: nothing is counted', async () => {
  const ended = await new Bench().run(
    'run',
    'noop',
    'tcp-echo',
    '-m',
    'sync-blocking',
    ...SMALL,
    '-p',
    'tcp-echo.messageSize=0',
  );
  expect(ended.code).toBe(3);
  expect(cellsOf(ended)[1]).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/messageSize must be larger than 0.*messageSize=64B/),
  });
});
