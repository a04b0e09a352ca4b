/** Ctrl-C, kills, and readers and disks that go away: what was measured stays, and nothing else does. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { documentSchema, formatLine, parseRun } from '../../src/result.ts';
import { compiled } from '../compiled.ts';
import * as sample from '../report/sample.ts';
import { Bench, type Started } from './iobench.ts';

const PEER = /run\/server\/server\.main\.js/;
const NODE_PEER = /peers\/echo\.main\.js/;
const CELL = /run\/trial\/cell\.main\.js/;
/** Trials that go on until something happens to them. */
const LONG = [
  'run',
  'tcp-echo',
  '-c',
  '2',
  '-d',
  '120s',
  '--warmup',
  '1ms',
  '-t',
  '1',
  '--no-charts',
  '--json',
  // So that no process waits, to show what a start takes, which looks like the measured one.
  '--quiet',
];
/** Many short ones: some are done when something happens. */
const MANY = [
  'run',
  'tcp-echo',
  '-m',
  'sync-blocking',
  'async-callback',
  '-c',
  '2',
  '-d',
  '60ms',
  '--warmup',
  '5ms',
  '-t',
  '1000',
  '--no-charts',
  '--json',
];

/** The process that measures. */
async function measured(run: Started): Promise<number> {
  await run.running(PEER);
  const pid = await run.running(CELL);
  // It has begun: before, the run may not know it yet.
  while (process.platform === 'linux' && groupOf(pid) !== pid)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return pid;
}

/** proc(5): the third field after the name, which ends in a bracket. */
const groupOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[2]);

const stored = (bench: Bench) => parseRun(readFileSync(path.join(bench.newest, 'run.jsonl'), 'utf8'));

async function someTrials(bench: Bench, count: number): Promise<void> {
  for (;;) {
    try {
      if (stored(bench).trials.length >= count) return;
    } catch {
      // Not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('Ctrl-C', () => {
  test('once: finished trials are stored and reported, files and peers are gone, exit code 130', async () => {
    const bench = new Bench();
    const run = bench.start(MANY);
    await run.running(PEER);
    await someTrials(bench, 3);
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
    const { cells } = documentSchema.parse(JSON.parse(stdout));
    const trials = stored(bench).trials;
    expect(trials.length).toBeGreaterThanOrEqual(3);
    expect(trials.every(({ status }) => status === 'measured')).toBe(true);
    expect(cells.reduce((sum, cell) => sum + (cell.status === 'measured' ? cell.trials : 0), 0)).toBe(
      trials.length,
    );
    expect(bench.leftovers).toEqual([]);
    await run.alone();
  });

  test.each(['sync-blocking', 'thread-per-request', 'async-promise'])(
    'in the first trial, under %s: ends at once with nothing to show',
    async (model) => {
      const bench = new Bench();
      const run = bench.start([...LONG, '-m', model]);
      await measured(run);
      run.child.kill('SIGINT');
      expect(await run.ended).toMatchObject({ code: 130, stdout: '' });
      expect(stored(bench).trials).toEqual([]);
      expect(bench.leftovers).toEqual([]);
      await run.alone();
    },
  );

  test.each([
    ['waits', `await new Promise(() => { setInterval(() => {}, 1000); });`],
    ['loops', `for (;;) {}`],
    [
      'waits for a peer that never says where it listens',
      `await startPeer(new URL('./silent.mjs', import.meta.url));`,
    ],
  ])('while a workload %s in its prepare: ends at once, and leaves no process', async (_what, waits) => {
    const bench = new Bench();
    writeFileSync(path.join(bench.directory, 'silent.mjs'), 'setInterval(() => {}, 1000);');
    writeFileSync(
      path.join(bench.directory, 'mine.mjs'),
      `export default { name: 'mine', summary: 'x', *request() {}, async prepare({ startPeer }) { console.error('preparing'); ${waits} } };`,
    );
    const run = bench.start([
      'run',
      '-w',
      'mine.mjs',
      '-m',
      'epoll',
      '-c',
      '1',
      '-t',
      '1',
      '--no-charts',
      '-q',
    ]);
    await run.said(/preparing/);
    const askedMs = performance.now();
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130, stdout: '' });
    expect(performance.now() - askedMs).toBeLessThan(5_000);
    expect(bench.leftovers).toEqual([]);
    await run.alone();
  });

  test.each(['run', 'list', 'capacity'])('while a module loops, in %s: ends at once', async (command) => {
    const bench = new Bench();
    writeFileSync(path.join(bench.directory, 'mine.mjs'), `console.error('loading'); for (;;) {}`);
    const run = bench.start([
      command,
      ...(command === 'capacity' ? ['--slo', 'p99<1s'] : []),
      '-w',
      'mine.mjs',
    ]);
    await run.said(/loading/);
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ signal: 'SIGINT', stdout: '' });
    await run.alone();
  });

  test.each([
    [`'echo'`, NODE_PEER],
    [`'echo-server'`, PEER],
  ])('while a peer %s is stopped that no request needs: ends at once', async (peer, stopped) => {
    const bench = new Bench();
    writeFileSync(
      path.join(bench.directory, 'mine.mjs'),
      `import { sleep } from 'iobench';
       export default { name: 'mine', summary: 'x', prepare: ({ startPeer }) => startPeer(${peer}), *request() { yield* sleep(1e6); } };`,
    );
    const run = bench.start([
      'run',
      '-w',
      'mine.mjs',
      '-m',
      'epoll',
      '-c',
      '1',
      '-t',
      '1000',
      '-d',
      '20ms',
      '--warmup',
      '0',
      '--no-charts',
      '--json',
    ]);
    await someTrials(bench, 1);
    process.kill(await run.running(stopped), 'SIGSTOP');
    await someTrials(bench, stored(bench).trials.length + 2);
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(bench.leftovers).toEqual([]);
    await run.alone();
  });

  test('while the charts are drawn: the numbers are stored and shown, and nothing else is left', async () => {
    const bench = new Bench();
    const run = bench.start([
      'run',
      'tcp-echo',
      '-m',
      'epoll',
      '-c',
      '1',
      '-t',
      '1',
      '-d',
      '30ms',
      '--warmup',
      '5ms',
      '-q',
    ]);
    await run.running(/png\.bundle\.js/);
    run.child.kill('SIGINT');
    expect((await run.ended).stdout).toContain('epoll');
    expect(stored(bench).trials).toHaveLength(1);
    expect(bench.leftovers).toEqual([]);
    await run.alone();
  });

  test('to the whole group of processes, as a terminal sends it', async () => {
    const bench = new Bench();
    const env = { ...process.env, TMPDIR: bench.temporary };
    const child = spawn(process.execPath, [compiled('cli.js'), ...MANY], {
      cwd: bench.directory,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    await someTrials(bench, 2);
    process.kill(-(child.pid as number), 'SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(documentSchema.parse(JSON.parse(stdout)).cells.every(({ status }) => status === 'measured')).toBe(
      true,
    );
    expect(bench.leftovers).toEqual([]);
  });
});

test('a SIGINT to the measured process alone is a failed cell, and exit code 3', async () => {
  const bench = new Bench();
  const run = bench.start([...LONG, '-m', 'sync-blocking']);
  process.kill(await measured(run), 'SIGINT');
  const { code, stdout } = await run.ended;
  expect(code).toBe(3);
  const { cells } = documentSchema.parse(JSON.parse(stdout));
  expect(cells).toMatchObject([
    { status: 'failed', reason: expect.stringMatching(/^the measured process ended \(SIGINT\)/) },
  ]);
  await run.alone();
});

describe('kill -9', () => {
  test.each(['sync-blocking', 'async-callback'])(
    'of the run, under %s: its processes end too, and the next run removes its files',
    async (model) => {
      const bench = new Bench();
      const run = bench.start([...LONG, '-m', model]);
      await measured(run);
      run.child.kill('SIGKILL');
      await run.ended;
      await run.alone();
      expect(bench.leftovers).toHaveLength(1);
      const next = await bench.run(
        'run',
        'noop',
        '-m',
        'sync-blocking',
        '-c',
        '1',
        '-t',
        '1',
        '-d',
        '20ms',
        '--no-charts',
        '-q',
      );
      expect(next.code).toBe(0);
      expect(bench.leftovers).toEqual([]);
    },
  );

  test.each([
    ['a module that loops', `console.error('now'); for (;;) {}`],
    [
      'a prepare that loops',
      `export default { name: 'mine', summary: 'x', prepare() { console.error('now'); for (;;) {} }, *request() {} };`,
    ],
    [
      'what prepare, and what a request has started',
      `import { spawn } from 'node:child_process';
       import { sleep } from 'iobench';
       const start = () => spawn('sleep', ['300'], { stdio: 'ignore' }).unref();
       export default { name: 'mine', summary: 'x', prepare: start, *request() { start(); console.error('now'); yield* sleep(3600e9); } };`,
    ],
  ])('of the run ends %s, too', async (_what, text) => {
    const bench = new Bench();
    writeFileSync(path.join(bench.directory, 'mine.mjs'), text);
    const run = bench.start(['run', '-w', 'mine.mjs', '-m', 'epoll', '-c', '1', '-t', '1', '--no-charts']);
    await run.said(/now/);
    run.child.kill('SIGKILL');
    await run.ended;
    await run.alone();
  });

  test('of the run ends its processes that are stopped, too', async () => {
    const bench = new Bench();
    const run = bench.start([...LONG, '-m', 'async-callback']);
    for (const pid of [await run.running(PEER), await measured(run)]) process.kill(pid, 'SIGSTOP');
    run.child.kill('SIGKILL');
    await run.ended;
    await run.alone();
  });

  test.each([
    ['the measured process', CELL, /the measured process ended \(SIGKILL\)/],
    ['the peer', PEER, /its peer echo-server \(epoll\) ended \(SIGKILL\)/],
  ])('of %s: that trial fails with the reason, and the run goes on', async (_who, victim, reason) => {
    const bench = new Bench();
    const run = bench.start([
      ...LONG.map((word) => (word === '120s' ? '2s' : word)),
      '-m',
      'sync-blocking',
      'async-callback',
    ]);
    await measured(run);
    process.kill(await run.running(victim), 'SIGKILL');
    const { code, stdout } = await run.ended;
    expect(code).toBe(3);
    const { cells } = documentSchema.parse(JSON.parse(stdout));
    expect(cells.map(({ status }) => status).sort()).toEqual(['failed', 'measured']);
    expect(cells.find(({ status }) => status === 'failed')).toMatchObject({
      reason: expect.stringMatching(reason),
    });
    expect(bench.leftovers).toEqual([]);
    await run.alone();
  });
});

/** Enough pictures to draw for many seconds: one for each of so many sets of parameters. */
const PICTURES = 150;

function storeManyPictures(bench: Bench): string {
  const folder = path.join(bench.results, 'many');
  mkdirSync(folder, { recursive: true });
  const trials = Array.from({ length: PICTURES }, (_, messageSize) =>
    sample.measured(sample.cellOf('epoll', sample.closed(1), { params: { messageSize } }), 1, { count: 100 }),
  );
  writeFileSync(
    path.join(folder, 'run.jsonl'),
    [sample.headerOf(['epoll'], { id: 'many', name: 'many' }), ...trials].map(formatLine).join(''),
  );
  return path.join(folder, 'charts');
}

const picturesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.png')) : [];
const isWholePicture = (file: string): boolean => readFileSync(file).subarray(-8, -4).toString() === 'IEND';

describe('what draws pictures', () => {
  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'ends in the midst of it when its command line ends by %s, and leaves no picture in part',
    async (signal) => {
      const bench = new Bench();
      const charts = storeManyPictures(bench);
      const report = bench.start(['report', 'many', '-f', 'png', '--charts', 'latency']);
      await until(() => picturesIn(charts).length > 0);
      report.child.kill(signal);
      expect((await report.ended).signal).toBe(signal);
      await report.alone();
      const drawn = picturesIn(charts);
      expect(drawn.length).toBeLessThan(PICTURES / 2);
      expect(drawn.filter((name) => !isWholePicture(path.join(charts, name)))).toEqual([]);
    },
  );
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('output into head ends quietly', async () => {
  const bench = new Bench();
  const script = `"${process.execPath}" "${compiled('cli.js')}" list | head -n 1; exit "\${PIPESTATUS[0]}"`;
  const child = spawn('bash', ['-c', script], { cwd: bench.directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.each([
  ['stdout', '| true', /^$/],
  ['stderr', '2>&1 >/dev/null | true', /^$/],
  ['stderr on a full disk', '2>/dev/full', /"cells"/],
])('a run whose %s nobody takes is measured and stored all the same', async (_stream, redirected, said) => {
  const bench = new Bench();
  const words = 'run noop -m epoll -c 1 -t 2 -d 30ms --warmup 5ms --no-charts --json';
  const script = `"${process.execPath}" "${compiled('cli.js')}" ${words} ${redirected}; exit "\${PIPESTATUS[0]}"`;
  const child = spawn('bash', ['-c', script], { cwd: bench.directory, stdio: ['ignore', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.on('data', (text: Buffer) => {
    stdout += text;
  });
  const [code] = await once(child, 'close');
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(said) });
  expect(stored(bench).trials).toHaveLength(2);
  expect(existsSync(path.join(bench.newest, 'summary.md'))).toBe(true);
});

test.each(['list', 'run noop -m epoll -c 1 -t 1 -d 30ms --warmup 5ms --no-charts -q'])(
  'stdout on a full disk is said: %s',
  async (words) => {
    const bench = new Bench();
    const child = spawn('bash', ['-c', `"${process.execPath}" "${compiled('cli.js')}" ${words} >/dev/full`], {
      cwd: bench.directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    expect({ code, stderr }).toEqual({ code: 3, stderr: 'iobench: the output cannot be written: ENOSPC\n' });
  },
);

/** A results folder on a file system of its own, of so many KiB. */
function smallDisk(bench: Bench, kib: number, skip: () => void): void {
  mkdirSync(bench.results);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'none', bench.results], { stdio: 'pipe' });
  } catch (error) {
    console.log(
      `skipped: a small file system cannot be mounted here: ${error instanceof Error ? error.message.trim() : error}`,
    );
    skip();
  }
  onTestFinished(() => void execFileSync('umount', ['-l', bench.results]));
}

describe('a full disk', () => {
  test('while measuring: what fits is kept whole and shown, and the run says why it ends and what is kept', async ({
    skip,
  }) => {
    const bench = new Bench();
    smallDisk(bench, 32, skip);
    const { code, stdout, stderr } = await bench.run(
      ...MANY.map((word) => (word === 'tcp-echo' ? 'noop' : word)),
      '-q',
    );
    const { trials, warnings } = stored(bench);
    expect({ code, warnings }).toEqual({ code: 3, warnings: [] });
    expect(trials.length).toBeGreaterThan(0);
    const kept =
      trials.length === 1 ? 'the one before it is kept' : `the ${trials.length} before it are kept`;
    expect(stderr).toMatch(
      new RegExp(
        `^iobench: \\S+/run\\.jsonl cannot be written: ENOSPC; the last trial is not stored, ${kept}\n {2}make room`,
      ),
    );
    expect(stderr.split('\n')).toHaveLength(3);
    expect(documentSchema.parse(JSON.parse(stdout)).cells.map(({ status }) => status)).toContain('measured');
    expect(readdirSync(bench.newest)).toEqual(['run.jsonl']);
  });

  test('when the pages are written: the numbers are stored and shown, and there is no page or picture in part', async ({
    skip,
  }) => {
    const bench = new Bench();
    smallDisk(bench, 160, skip);
    const { code, stdout, stderr } = await bench.run(
      'run',
      'noop',
      '-m',
      'epoll',
      '-c',
      '1',
      '-t',
      '1',
      '-d',
      '30ms',
      '--warmup',
      '5ms',
      '-q',
    );
    expect(code).toBe(3);
    expect(stdout).toContain('epoll');
    expect(stderr).toMatch(
      /report\.html cannot be written: ENOSPC; all results are stored in results\/\S+\/run\.jsonl\n {2}make room/,
    );
    expect(stored(bench)).toMatchObject({ trials: [{ status: 'measured' }], warnings: [] });
    const files = readdirSync(bench.newest, { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => /\.html|\.part/.test(name))).toEqual([]);
    expect(
      files.filter((name) => name.endsWith('.png') && !isWholePicture(path.join(bench.newest, name))),
    ).toEqual([]);
  });

  test('a limit on the size of files is like it: the page that is too large is not there, and all else is', async () => {
    const bench = new Bench();
    // In units of 1 KiB; a run of one trial has some 5.
    const words = 'run noop -m epoll -c 1 -t 1 -d 30ms --warmup 5ms -q';
    const child = spawn(
      'bash',
      ['-c', `ulimit -f 20; exec "${process.execPath}" "${compiled('cli.js')}" ${words}`],
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
    expect(code).toBe(3);
    expect(stderr).toMatch(/report\.html cannot be written: EFBIG; all results are stored in results\//);
    expect(stored(bench)).toMatchObject({ trials: [{ status: 'measured' }], warnings: [] });
    const files = readdirSync(bench.newest, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !name.startsWith('charts'),
    );
    expect(files.sort()).toEqual(['run.jsonl', 'summary.md']);
  });

  test('before anything is measured: nothing of the run is left', async ({ skip }) => {
    const bench = new Bench();
    smallDisk(bench, 4, skip);
    writeFileSync(path.join(bench.results, 'theirs'), Buffer.alloc(4096));
    const { code, stdout, stderr } = await bench.run(
      'run',
      'noop',
      '-m',
      'epoll',
      '-c',
      '1',
      '-t',
      '1',
      '-d',
      '30ms',
      '-q',
    );
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/cannot be written: ENOSPC\n {2}name another folder with --out DIR\n$/);
    expect(readdirSync(bench.results)).toEqual(['theirs']);
    expect(bench.leftovers).toEqual([]);
  });
});
