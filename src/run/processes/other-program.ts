/** A program of the system that is started, watched and read to its end: no server, and none of iobench's. */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { onCpus } from '../../engines/affinity.ts';
import { descendantsOf } from '../machine/process-tree.ts';
import type { Place } from '../placement.ts';
import { guard } from './warden.ts';

/** How much of its last output is kept. */
const KEPT_OUTPUT = 20_000;

export interface OtherProgramStart {
  readonly file: string;
  readonly words: readonly string[];
  readonly place?: Place | undefined;
  /** It is killed after this time, and when the signal aborts. */
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface OtherProgram {
  /** Of the process that was started: a launcher may have started the program itself. */
  readonly pid: number | undefined;
  /** Resolves when it has ended, and its output has been read. */
  readonly ended: Promise<{
    readonly how: string;
    readonly code: number | undefined;
    readonly printed: string;
  }>;
}

/** Starts it. A failure is reported as the way it ended. @throws Error if it cannot be placed on its CPUs. */
export function startOtherProgram({
  file,
  words,
  place = {},
  limitMs,
  signal,
}: OtherProgramStart): OtherProgram {
  const [first = file, ...rest] = [...(place.launcher ?? []), file, ...words];
  const child = onCpus(place.cpus, () => spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'] }));
  const forget = child.pid === undefined ? () => {} : guard(child.pid);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-KEPT_OUTPUT);
    });
  const kill = () => killTree(child);
  const limit = setTimeout(kill, limitMs);
  signal?.addEventListener('abort', kill);
  if (signal?.aborted) kill();
  const ended = new Promise<Awaited<OtherProgram['ended']>>((resolve) => {
    const end = (how: string, code?: number) => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', kill);
      forget();
      resolve({ how, code, printed });
    };
    child.once('error', (error) => child.pid === undefined && end(error.message));
    child.once('close', (code, name) => end(name ?? `exit code ${code}`, code ?? undefined));
  });
  return { pid: child.pid, ended };
}

/** It leads no group: what a launcher has started is ended by its number. */
function killTree(child: ChildProcess): void {
  for (const pid of child.pid === undefined ? [] : descendantsOf(child.pid)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  child.kill('SIGKILL');
}
