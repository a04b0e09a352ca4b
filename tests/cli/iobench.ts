/**
 * The command line as people meet it: `dist/cli.js` as a process of its own, in a folder of the test's own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { expect, onTestFinished } from 'vitest';
import { compiled } from '../compiled.ts';
import { workspace } from '../workspace.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stdout or stderr has said it. */
  said(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Resolves when a process that this one started, whose command line matches, is there. */
  running(pattern: RegExp): Promise<number>;
  /** Resolves when none of the processes that it started is left. */
  alone(): Promise<void>;
}

/** A folder to work in: its own temporary folder, no results yet. */
export class Bench {
  readonly directory = workspace();
  readonly temporary = path.join(this.directory, 'tmp');
  readonly results = path.join(this.directory, 'results');

  constructor() {
    mkdirSync(this.temporary);
  }

  start(words: readonly string[], env: Record<string, string> = {}): Started {
    const mark = randomUUID();
    const child = spawn(process.execPath, [compiled('cli.js'), ...words], {
      cwd: this.directory,
      env: {
        ...process.env,
        DEBUG: '',
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
        TMPDIR: this.temporary,
        IOBENCH_TEST: mark,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => {
      for (const { pid } of marked(mark)) process.kill(pid, 'SIGKILL');
    });
    return observe(child, mark);
  }

  run(...words: string[]): Promise<Ended> {
    return this.start(words).ended;
  }

  /** The newest run's folder. */
  get newest(): string {
    const runs = readdirSync(this.results).sort();
    return path.join(this.results, runs.at(-1) ?? expect.unreachable('there is no run'));
  }

  /** What is left of the runs in the temporary folder. */
  get leftovers(): string[] {
    return readdirSync(this.temporary).filter((entry) => entry.startsWith('iobench-'));
  }
}

function observe(child: ChildProcess, mark: string): Started {
  const output = { stdout: '', stderr: '' };
  const checks = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      for (const check of checks) check();
    });
  }
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, ...output })),
  );
  const said = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const check = () => {
        const match = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
        if (!match) return;
        checks.delete(check);
        resolve(match);
      };
      checks.add(check);
      check();
      void ended.then(() =>
        reject(new Error(`it ended and never said ${pattern}: ${output.stdout}${output.stderr}`)),
      );
    });
  const running = (pattern: RegExp) =>
    until(() => marked(mark).find(({ command, pid }) => pid !== child.pid && pattern.test(command))?.pid);
  const alone = async () => {
    const left = () => marked(mark);
    await until(() => left().length === 0 || undefined).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(left())}`);
    });
  };
  return { child, ended, said, running, alone };
}

/** The system tells nobody of another's processes: they have to be looked for. */
async function until<Value>(look: () => Value | undefined): Promise<Value> {
  const limit = performance.now() + 20_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > limit) throw new Error('it did not come to be within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** All processes that have the mark in their environment: the command itself and whatever it started. */
function marked(mark: string): { pid: number; command: string }[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((entry) => {
    try {
      if (!/^\d+$/.test(entry) || !readFileSync(`/proc/${entry}/environ`, 'utf8').includes(mark)) return [];
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      // A process that has ended and that nobody has asked for has no command line.
      return command === '' ? [] : [{ pid: Number(entry), command }];
    } catch {
      return [];
    }
  });
}

/** A short run: one workload under two models. */
export const TINY = [
  'run',
  'sleep',
  '-m',
  'sync-blocking',
  'async-callback',
  '-c',
  '2',
  '-t',
  '2',
  '-d',
  '30ms',
  '--warmup',
  '5ms',
  '-p',
  'sleep.duration=1ms',
  '--no-charts',
];

/** One sentence and a hint, and no stack trace. */
export function expectRefusal(
  { code, stdout, stderr }: Ended,
  said: string | RegExp,
  hint?: string | RegExp,
): void {
  expect(stderr).toMatch(said);
  expect(stderr).toMatch(/^iobench: .+\n/);
  if (hint !== undefined) expect(stderr.split('\n').slice(1).join('\n')).toMatch(hint);
  expect(stderr).not.toMatch(/\n\s+at .*:\d+/);
  expect(stderr.split('\n').length).toBeLessThanOrEqual(3);
  expect(stdout).toBe('');
  expect(code).toBe(2);
}
