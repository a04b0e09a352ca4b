/**
 * A folder of a try's own, and iobench as anybody would start it there, under a mark by which all its
 * processes are found.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { killMarked, MARK, type MarkedProcess, markedProcesses } from './processes.ts';

const CLI = path.join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
const LOOK_EVERY_MS = 50;
/** Whoever is told to end, or finds its parent gone, may take so long. */
const GRACE_MS = 5_000;
/** More than any report prints; what is more is not kept. */
const MOST_OUTPUT = 64 * 2 ** 20;

export interface Ended {
  readonly words: readonly string[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Place {
  readonly folder: string;
  /**
   * `--data`. Its parents belong to the try, too: a path that climbs out of it does not leave the campaign's
   * folder.
   */
  readonly data: string;
  readonly results: string;
  readonly temporary: string;
  readonly mark: string;

  constructor(root: string, mark: string) {
    this.mark = mark;
    this.folder = path.join(root, mark, 'a', 'b', 'c');
    [this.data, this.results, this.temporary] = ['data', 'results', 'tmp'].map((name) =>
      path.join(this.folder, name),
    ) as [string, string, string];
    for (const folder of [this.data, this.results, this.temporary]) mkdirSync(folder, { recursive: true });
  }

  /** Starts iobench in the folder, in a group of processes of its own. */
  start(words: readonly string[], env: Record<string, string> = {}): Running {
    const child = spawn(process.execPath, [CLI, ...words], {
      cwd: this.folder,
      env: {
        ...process.env,
        DEBUG: '',
        FORCE_COLOR: undefined,
        NODE_OPTIONS: undefined,
        TMPDIR: this.temporary,
        [MARK]: this.mark,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    return new Running(child, words, this.mark);
  }

  /** Those that are still there when all had the time to end. */
  async orphans(): Promise<MarkedProcess[]> {
    const untilMs = performance.now() + GRACE_MS;
    // None twice: one that was started by another, which has ended, may come after the list was read.
    for (let without = 0; ; ) {
      const left = markedProcesses(this.mark);
      without = left.length === 0 ? without + 1 : 0;
      if (without === 2 || performance.now() > untilMs) return left;
      await pause(LOOK_EVERY_MS);
    }
  }

  /** What lies in the folders for data that a run has to empty. */
  leftovers(): string[] {
    return [this.data, this.temporary].flatMap((folder) =>
      readdirSync(folder).map((entry) => `${path.basename(folder)}/${entry}`),
    );
  }

  remove(): void {
    killMarked(this.mark);
    rmSync(path.resolve(this.folder, '..', '..', '..'), { recursive: true, force: true });
  }
}

/** A command that goes on. */
export class Running {
  readonly child: ChildProcess;
  readonly words: readonly string[];
  stdout = '';
  stderr = '';
  private readonly mark: string;
  private readonly exited: Promise<void>;
  private readonly closed: Promise<unknown>;

  constructor(child: ChildProcess, words: readonly string[], mark: string) {
    this.child = child;
    this.words = words;
    this.mark = mark;
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        if (this[stream].length < MOST_OUTPUT) this[stream] += text;
      });
    }
    this.exited = new Promise(
      (resolve) => void child.once('exit', () => resolve()).once('error', () => resolve()),
    );
    this.closed = new Promise((resolve) => child.once('close', resolve));
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits for so long, or until it is over. */
  async for(ms: number): Promise<void> {
    await Promise.race([this.exited, pause(ms, undefined, { ref: false })]);
  }

  /** How it ended; `undefined`, and it is ended with all that it started, if it took longer. */
  async ended(limitMs: number): Promise<Ended | undefined> {
    await this.for(limitMs);
    if (!this.isOver) {
      killMarked(this.mark);
      return undefined;
    }
    // A process that is left behind may hold its output open: that is looked for elsewhere.
    await Promise.race([this.closed, pause(GRACE_MS, undefined, { ref: false })]);
    const { exitCode, signalCode } = this.child;
    return {
      words: this.words,
      code: exitCode,
      signal: signalCode,
      stdout: this.stdout,
      stderr: this.stderr,
    };
  }

  /** Looks again and again; `undefined` if the command ends before it is found, or it takes too long. */
  async until<Found>(look: () => Found | undefined, limitMs: number): Promise<Found | undefined> {
    const untilMs = performance.now() + limitMs;
    while (!this.isOver && performance.now() < untilMs) {
      const found = look();
      if (found !== undefined) return found;
      await pause(LOOK_EVERY_MS / 5);
    }
    return undefined;
  }
}
