/** A program of the system that is started, watched and read to its end: no server, and none of iobench's. */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { onCpus } from '../../engines/affinity.ts';
import { descendantsOf } from '../machine/process-tree.ts';
import type { Place } from '../placement.ts';
import { guard } from './warden.ts';
import { within } from './within.ts';

/** How much of its last output is kept. */
const KEPT_OUTPUT = 20_000;
/** Output from before the end arrives at once; a process that holds the pipe after that is not waited for. */
const OUTPUT_LIMIT_MS = 500;
/** A process that the kernel does not end (it waits for a disk that does not answer) is not waited for. */
const KILL_LIMIT_MS = 5_000;

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
  /** Resolves when it has ended, with its whole group, and its output has been read. */
  readonly ended: Promise<ProgramEnding>;
}

export interface ProgramEnding {
  /** In words: `SIGKILL`, `exit code 7`, or why it could not be started. */
  readonly how: string;
  readonly code: number | undefined;
  /** The last of its output. */
  readonly printed: string;
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
  // It leads a group, which the warden ends with it: a launcher may have started the program itself.
  const child = onCpus(place.cpus, () =>
    spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'], detached: true }),
  );
  const forget = child.pid === undefined ? () => {} : guard(child.pid);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-KEPT_OUTPUT);
    });
  let giveUp: NodeJS.Timeout | undefined;
  let end: (how: string, code?: number) => void = () => {};
  const kill = () => {
    killTree(child);
    giveUp ??= setTimeout(end, KILL_LIMIT_MS, 'the system does not end it');
  };
  const limit = setTimeout(kill, limitMs);
  const ended = new Promise<ProgramEnding>((resolve) => {
    end = (how, code) => {
      clearTimeout(limit);
      clearTimeout(giveUp);
      signal?.removeEventListener('abort', kill);
      forget();
      resolve({ how, code, printed });
    };
    child.once('error', (error) => child.pid === undefined && end(error.message));
    child.once('exit', async (code, name) => {
      if (child.pid !== undefined) killIfThere(-child.pid);
      await readToTheEnd(child);
      end(name ?? `exit code ${code}`, code ?? undefined);
    });
  });
  signal?.addEventListener('abort', kill);
  if (signal?.aborted) kill();
  return { pid: child.pid, ended };
}

/** Waits until the pipes are empty, as long as that may take, and leaves them. */
async function readToTheEnd(child: ChildProcess): Promise<void> {
  await within(OUTPUT_LIMIT_MS, new Promise((resolve) => child.once('close', resolve)));
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** Also what has left its group. Once it has ended, its number may be that of another process. */
function killTree({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  for (const each of [...descendantsOf(pid), -pid, pid]) killIfThere(each);
}

/** Ends a process, or a group by its negative number. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
