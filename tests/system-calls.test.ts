/** What a model is about shows in its system calls: strace(1) watches a cell of tcp-echo. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, test } from 'vitest';
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
    return code === 'ENOENT' ? 'strace is not installed' : `strace may not trace here: ${message.split('\n')[0]}`;
  }
}

interface Traced {
  /** Names of calls on the main thread of the measured process, from the first message received to the last. */
  readonly main: readonly string[];
  /** The same of its other threads that received any. */
  readonly others: readonly (readonly string[])[];
}

/** Runs 200 requests of tcp-echo under a model; every thread's calls are in a file of its own. */
function trace(model: string): Traced {
  const directory = workspace();
  const prefix = path.join(directory, 'calls');
  const calls = 'trace=recvfrom,read,epoll_wait,epoll_pwait,epoll_pwait2,poll,ppoll,io_uring_enter,execve,clone,clone3';
  const words = [
    'run',
    'tcp-echo',
    '-m',
    model,
    '-c',
    '2',
    '-t',
    '1',
    '-d',
    '50s',
    '--warmup',
    '0',
    '--requests',
    '200',
    '--no-charts',
    '-q',
    '--json',
  ];
  execFileSync('strace', ['-ff', '-qq', '-s', '4096', '-e', calls, '-o', prefix, process.execPath, compiled('cli.js'), ...words], {
    cwd: directory,
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const threads = readdirSync(directory)
    .filter((file) => file.startsWith('calls.'))
    .map((file) => ({ id: file.slice('calls.'.length), lines: readFileSync(path.join(directory, file), 'utf8').split('\n') }));
  const main = threads.find(({ lines }) => lines.some((line) => line.startsWith('execve') && line.includes('cell.main.js')));
  if (!main) return expect.unreachable('the measured process was not traced');
  const children = new Set(main.lines.flatMap((line) => /^clone3?\(.* = (\d+)$/.exec(line)?.[1] ?? []));
  const others = threads.filter(({ id }) => children.has(id)).map(({ lines }) => between(lines, received));
  return { main: between(main.lines, /^(recvfrom|read)\(.*"iobench /), others: others.filter((names) => names.length > 0) };
}

const received = /^recvfrom\(.*"iobench /;

/** The names of the calls from the first line that matches to the last. */
function between(lines: readonly string[], pattern: RegExp): string[] {
  const matching = lines.flatMap((line, index) => (pattern.test(line) ? [index] : []));
  return lines.slice(matching[0] ?? 0, matching.length === 0 ? 0 : (matching.at(-1) ?? 0) + 1).flatMap((line) => /^(\w+)\(/.exec(line)?.[1] ?? []);
}

const count = (names: readonly string[], pattern: RegExp) => names.filter((name) => pattern.test(name)).length;
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

  test.each(['event-loop', 'async-callback'])('%s: the main thread waits in epoll, for many at once, and reads', (model) => {
    const { main, others } = trace(model);
    expect(count(main, /^epoll_p?wait$/)).toBeGreaterThan(20);
    expect(count(main, /^(read|recvfrom)$/)).toBeGreaterThanOrEqual(200);
    expect(others).toEqual([]);
  });
});
