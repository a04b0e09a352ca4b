/**
 * What the system does not allow is said in a sentence that names the limit or the place, with exit code 2 or
 * 3.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { softLimit, withLimit } from '../../src/limits.ts';
import { formatLine } from '../../src/result.ts';
import { compiled } from '../compiled.ts';
import * as sample from '../report/sample.ts';
import { workspace } from '../workspace.ts';
import { expectRefusal } from './iobench.ts';

const TINY = ['-t', '1', '-d', '20ms', '--warmup', '1ms', '--no-charts'];

interface Place {
  readonly cwd: string;
  /** As another user, whom permissions bind: root may do everything. */
  readonly uid?: number;
}

async function ended(program: string, words: readonly string[], { cwd, uid }: Place) {
  const env = { ...process.env, DEBUG: '', NO_COLOR: '1', TMPDIR: cwd, HOME: cwd };
  const child = spawn(program, words, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...output };
}

/** Runs it with a limit that the shell sets. */
const limited = (limit: string, ...words: string[]) =>
  ended('/bin/sh', ['-c', `${limit}; exec "$0" "$@"`, process.execPath, compiled('cli.js'), ...words], {
    cwd: workspace(),
  });

describe.skipIf(process.platform !== 'linux')('limits of the system', () => {
  test.each(['24', '32', '64', '100'])('%s open files do not suffice to load the program', async (limit) => {
    expectRefusal(
      await limited(`ulimit -n ${limit}`, 'run', 'noop', ...TINY),
      new RegExp(`(may have|allows it) .*\\b${limit}\\b`),
      'ulimit -',
    );
  });

  test.each([
    ['run', 'tcp-echo', '-c', '2', ...TINY],
    ['run', 'tcp-echo', '-r', '100', ...TINY],
    ['run', '--preset', 'smoke'],
    ['capacity', 'noop', '--slo', 'p99<1s'],
  ])('200 open files do not suffice for a run: %s %s %s %s', async (...words) => {
    const refused = await limited('ulimit -n 200', ...words);
    expectRefusal(
      refused,
      /may need 512 open files.* this system allows it 200 \(ulimit -n\)/,
      'ulimit -Hn 10',
    );
  });

  test('they suffice to look at a run', async () => {
    expectRefusal(await limited('ulimit -n 200', 'report'), 'there are no results');
  });

  test('an address space that is too small for Node and its threads fails cells, and is named', async () => {
    const models = ['-m', 'thread-per-request', 'async-callback', '-c', '2'];
    const { code, stdout, stderr } = await limited(
      'ulimit -v 1500000',
      'run',
      'http-get',
      '-p',
      'http-get.peer=node',
      ...models,
      ...TINY,
    );
    expect({ code, reasons: stderr.match(/: failed: .*/g)?.length }).toEqual({ code: 3, reasons: 2 });
    const reasons = stderr.match(/: failed: .*/g)?.join('\n') ?? '';
    expect(reasons).toMatch(
      /Out of memory: Cannot allocate Wasm memory.* \(a process may have 1465 MiB of address space here, .*: ulimit -v\)/,
    );
    expect(reasons).toMatch(
      /the measured process ended \(SIG\w+\) while .*: Fatal process OOM .*1465 MiB of address space here/,
    );
    expect(stdout).toContain('ulimit -v');
    expect(stdout + stderr).not.toMatch(/\n\s+at .*:\d+/);
  });

  test('a message is left alone where it is no sign of a limit, or where there is no such limit', () => {
    expect(withLimit('ECONNREFUSED: connect')).toBe('ECONNREFUSED: connect');
    const files = softLimit('Max open files');
    if (files !== undefined)
      expect(withLimit(withLimit('EMFILE: open'))).toBe(
        `EMFILE: open (a process may have ${files} open files here: ulimit -n)`,
      );
    if (softLimit('Max address space') === undefined) expect(withLimit('ENOMEM: mmap')).toBe('ENOMEM: mmap');
    expect(softLimit('Max nothing')).toBeUndefined();
  });
});

const NOBODY = 65534;
const uid = process.getuid?.() === 0 ? NOBODY : undefined;
/** In a container that gives only root a home, nobody else may read the program. */
const isBound =
  uid === undefined ||
  spawnSync(process.execPath, [compiled('cli.js'), '--version'], { uid, gid: uid }).status === 0;

describe.skipIf(process.platform === 'win32' || !isBound)('permissions', () => {
  const NOOP = ['run', 'noop', '-m', 'sync-blocking', '-c', '1', ...TINY];

  /** A folder of the user's own, with others in it that have these permissions. */
  function place(folders: Record<string, number>): Place {
    const cwd = workspace();
    chmodSync(cwd, 0o777);
    for (const [name, mode] of Object.entries(folders)) {
      mkdirSync(path.join(cwd, name));
      chmodSync(path.join(cwd, name), mode);
    }
    return uid === undefined ? { cwd } : { cwd, uid };
  }
  const iobench = (at: Place, ...words: string[]) =>
    ended(process.execPath, [compiled('cli.js'), ...words], at);
  const stored = (folder: string) => {
    mkdirSync(folder);
    writeFileSync(
      path.join(folder, 'run.jsonl'),
      [sample.headerOf(['epoll'], { trials: 1 }), sample.measured(sample.cellOf('epoll'), 1)]
        .map(formatLine)
        .join(''),
    );
  };

  test('a data folder that may not be listed serves all the same', async () => {
    expect(await iobench(place({ data: 0o733 }), ...NOOP, '--data', 'data')).toMatchObject({ code: 0 });
  });

  test.each([
    ['without write permission', { data: 0o555 }],
    ['that may not be entered', { data: 0o444 }],
    ['that is not there', {}],
  ])('a data folder %s is named', async (_what, folders) => {
    expectRefusal(
      await iobench(place(folders as Record<string, number>), ...NOOP, '--data', 'data'),
      /no files can be made in \S*data: E[A-Z]+/,
      '--data DIR',
    );
  });

  test('a results folder that may not be written to is named', async () => {
    expectRefusal(
      await iobench(place({ results: 0o555 }), ...NOOP),
      /results\/\S+-noop cannot be written: EACCES/,
      '--out DIR',
    );
  });

  test('results that may not be read are named', async () => {
    const at = place({ results: 0o777, closed: 0o333 });
    stored(path.join(at.cwd, 'results', 'one'));
    chmodSync(path.join(at.cwd, 'results', 'one', 'run.jsonl'), 0o000);
    expectRefusal(await iobench(at, 'report'), /results\/one\/run.jsonl cannot be read: EACCES/);
    for (const words of [['report'], ['view', '--no-open'], ['compare', 'a', 'b']]) {
      expectRefusal(
        await iobench(at, ...words, '--out', 'closed'),
        /closed cannot be read: EACCES/,
        '--out DIR',
      );
    }
  });

  test('pictures of a run whose folder may not be written to are refused, and what to do is said', async () => {
    const at = place({ results: 0o777 });
    stored(path.join(at.cwd, 'results', 'one'));
    chmodSync(path.join(at.cwd, 'results', 'one'), 0o555);
    expectRefusal(
      await iobench(at, 'report', '-f', 'png'),
      /the charts cannot be written to \S*results\/one\/charts: EACCES/,
      'copy the run',
    );
    expect(await iobench(at, 'report')).toMatchObject({ code: 0 });
  });

  test('a workload file that may not be made is named', async () => {
    const at = place({ closed: 0o555 });
    expectRefusal(
      await iobench({ ...at, cwd: path.join(at.cwd, 'closed') }, 'new', 'mine'),
      'mine.ts cannot be written: EACCES',
    );
  });
});
