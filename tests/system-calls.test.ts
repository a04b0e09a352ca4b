/** What a model is about shows in its system calls: strace(1) watches a cell of tcp-echo. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunDocument } from '../src/result.ts';
import { compiled } from './compiled.ts';
import { workspace } from './workspace.ts';

const whyNot = cannotTrace();
if (whyNot) console.log(`skipped: ${whyNot}`);

function cannotTrace(): string | undefined {
  if (process.platform !== 'linux') return 'strace is a tool of Linux';
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? 'strace is not installed'
      : `strace may not trace here: ${message.split('\n')[0]}`;
  }
}

interface Traced {
  /**
   * Names of calls on the main thread of the measured process, from the first message received (or call of
   * its own kind) to the last.
   */
  readonly main: readonly string[];
  /** The same of its other threads that received any. */
  readonly others: readonly (readonly string[])[];
}

const CALLS =
  'trace=recvfrom,sendto,read,epoll_wait,epoll_pwait,epoll_pwait2,poll,ppoll,io_uring_enter,pread64,execve,clone,clone3';

/** Runs 200 requests of a workload under a model, under strace; what it prints. */
function runTraced(model: string, workload: string, directory: string, options: readonly string[]): string {
  const words =
    `run ${workload} -m ${model} -c 2 -t 1 -d 50s --warmup 0 --requests 200 --no-charts -q --json`.split(' ');
  return execFileSync('strace', ['-qq', ...options, process.execPath, compiled('cli.js'), ...words], {
    cwd: directory,
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
}

/** Every thread's calls are in a file of its own. */
function trace(
  model: string,
  { workload = 'tcp-echo', own = /^(recvfrom|read)\(.*iobench iobench / } = {},
): Traced {
  const directory = workspace();
  runTraced(model, workload, directory, [
    '-ff',
    '-s',
    '4096',
    '-e',
    CALLS,
    '-o',
    path.join(directory, 'calls'),
  ]);
  const threads = readdirSync(directory)
    .filter((file) => file.startsWith('calls.'))
    .map((file) => ({
      id: file.slice('calls.'.length),
      lines: readFileSync(path.join(directory, file), 'utf8').split('\n'),
    }));
  const main = threads.find(({ lines }) =>
    lines.some((line) => line.startsWith('execve') && line.includes('cell.main.js')),
  );
  if (!main) return expect.unreachable('the measured process was not traced');
  const children = new Set(main.lines.flatMap((line) => /^clone3?\(.* = (\d+)$/.exec(line)?.[1] ?? []));
  const others = threads.filter(({ id }) => children.has(id)).map(({ lines }) => between(lines, received));
  return { main: between(main.lines, own), others: others.filter((names) => names.length > 0) };
}

const received = /^recvfrom\(.*iobench iobench /;

/** The names of the calls from the first line that matches to the last. */
function between(lines: readonly string[], pattern: RegExp): string[] {
  const matching = lines.flatMap((line, index) => (pattern.test(line) ? [index] : []));
  return lines
    .slice(matching[0] ?? 0, matching.length === 0 ? 0 : (matching.at(-1) ?? 0) + 1)
    .flatMap((line) => /^(\w+)\(/.exec(line)?.[1] ?? []);
}

const count = (names: readonly string[], pattern: RegExp) =>
  names.filter((name) => pattern.test(name)).length;
const WAITS = /^(epoll_p?wait2?|p?poll|io_uring_enter)$/;

describe.skipIf(whyNot !== undefined)('strace shows', () => {
  beforeAll(() => expect(compiled('cli.js')).toBeDefined());

  test('sync-blocking: the main thread receives, and never asks what is ready', () => {
    const { main, others } = trace('sync-blocking');
    expect(count(main, /^recvfrom$/)).toBeGreaterThanOrEqual(200);
    expect(count(main, WAITS)).toBe(0);
    expect(others).toEqual([]);
  });

  test('thread-per-request: other threads receive, each blocking, and the main thread does not', () => {
    const { main, others } = trace('thread-per-request');
    expect(main).toEqual([]);
    expect(others).toHaveLength(2);
    for (const names of others) expect(count(names, /^recvfrom$/)).toBeGreaterThanOrEqual(50);
    expect(others.reduce((sum, names) => sum + count(names, WAITS), 0)).toBe(0);
  });

  test.each(['event-loop', 'async-callback', 'async-promise'])(
    '%s: the main thread waits in epoll, for many at once, and reads',
    (model) => {
      const { main, others } = trace(model);
      expect(count(main, /^epoll_p?wait$/)).toBeGreaterThan(20);
      expect(count(main, /^(read|recvfrom)$/)).toBeGreaterThanOrEqual(200);
      expect(others).toEqual([]);
    },
  );

  test('sync-nonblocking: the main thread asks again and again, and waits for nothing', () => {
    const { main, others } = trace('sync-nonblocking');
    expect(count(main, /^recvfrom$/)).toBeGreaterThanOrEqual(200);
    expect(count(main, WAITS)).toBe(0);
    expect(others).toEqual([]);
  });

  test.each([
    ['poll', /^ppoll$/],
    ['epoll', /^epoll_pwait2$/],
  ])('%s: the main thread waits in its own call only, and receives', (model, call) => {
    const { main, others } = trace(model);
    expect(count(main, call)).toBeGreaterThan(20);
    expect(count(main, WAITS)).toBe(count(main, call));
    expect(count(main, /^recvfrom$/)).toBeGreaterThanOrEqual(200);
    expect(others).toEqual([]);
  });

  test('multi-reactor: other threads wait in epoll and receive, each its own', () => {
    const { main, others } = trace('multi-reactor');
    expect(main).toEqual([]);
    expect(others.length).toBe(Math.min(2, availableParallelism()));
    for (const names of others) {
      expect(count(names, /^epoll_pwait2$/)).toBeGreaterThan(20);
      expect(count(names, WAITS)).toBe(count(names, /^epoll_pwait2$/));
    }
  });

  test('signal-driven: the main thread waits in the loop that signals interrupt, and receives', () => {
    const { main, others } = trace('signal-driven');
    expect(count(main, /^epoll_p?wait$/)).toBeGreaterThan(20);
    expect(count(main, /^recvfrom$/)).toBeGreaterThanOrEqual(200);
    expect(others).toEqual([]);
  });

  test.each(['tcp-echo', 'file-read'])(
    'io-uring: one call hands over and waits; none sends, receives or reads (%s)',
    (workload) => {
      const { main } = trace('io-uring', { workload, own: /^io_uring_enter\(/ });
      expect(count(main, /^io_uring_enter$/)).toBeGreaterThan(50);
      expect(count(main, /^(recvfrom|sendto|pread64)$/)).toBe(0);
      expect(count(main, WAITS)).toBe(count(main, /^io_uring_enter$/));
    },
  );

  test('a server’s own calls are counted, and not those of who sends the requests', () => {
    // Of the generator, which waits in epoll_pwait2 in any case.
    const words =
      'run echo-server -m sync-blocking epoll -c 1 -t 1 -d 50ms --warmup 0 --count-syscalls --no-charts -q --json';
    const directory = workspace();
    const printed = execFileSync(process.execPath, [compiled('cli.js'), ...words.split(' ')], {
      cwd: directory,
      env: { ...process.env, TMPDIR: directory },
      encoding: 'utf8',
    });
    const [blocking, epoll] = (JSON.parse(printed) as RunDocument).cells.map((cell) =>
      cell.status === 'measured' ? cell.syscallsPerRequest : expect.unreachable(cell.reason),
    );
    // With one client, each is woken for each message.
    expect(blocking).toMatchObject({ recvfrom: expect.closeTo(1, 1), sendto: expect.closeTo(1, 1) });
    // V8's own threads may compile meanwhile, and wait for each other.
    expect(
      Object.keys(blocking ?? {}).filter((call) => !['recvfrom', 'sendto', 'futex'].includes(call)),
    ).toEqual([]);
    expect(epoll).toMatchObject({ sendto: expect.closeTo(1, 1), epoll_pwait2: expect.closeTo(1, 1) });
    expect(epoll?.recvfrom).toBeGreaterThan(0.9);
  });

  test('a kernel without epoll_pwait2 is told, and costs nothing but the models that need it', () => {
    for (const model of ['epoll', 'multi-reactor']) {
      const printed = runTraced(model, 'noop', workspace(), [
        '-f',
        '-o',
        '/dev/null',
        '-e',
        'trace=epoll_pwait2',
        '-e',
        'inject=epoll_pwait2:error=ENOSYS',
      ]);
      expect(JSON.parse(printed).cells).toEqual([
        expect.objectContaining({ status: 'unsupported', reason: expect.stringContaining('Linux 5.11') }),
      ]);
    }
  });
});
