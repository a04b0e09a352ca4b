/**
 * A process that runs the user's code: it may loop, end itself, or leave processes behind that hold its
 * output. What it sends and prints is received, and everything that it has started ends with it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onCpus } from '../../engines/affinity.ts';
import { isInTree } from '../machine/process-tree.ts';
import type { Place } from '../placement.ts';
import { guard } from './warden.ts';
import { within } from './within.ts';

/** How much of its last output is kept. */
const KEPT_OUTPUT = 2_000;
/** Output from before the end arrives at once; a process that holds the pipe after that is not waited for. */
const OUTPUT_LIMIT_MS = 500;
/** A process that the kernel does not end (it waits for a disk that does not answer) is not waited for. */
const KILL_LIMIT_MS = 5_000;

export interface ChildOptions {
  /** The program: one of iobench's entry points. */
  readonly module: URL;
  readonly words?: readonly string[];
  /** Runs it under another program: that, and its words, before Node's own. */
  readonly under?: readonly string[] | undefined;
  /** Where it is, with all that it starts. */
  readonly place?: Place | undefined;
  /** A workload that prints one line per request would be slowed down by the reader. */
  readonly ignoresOutput?: boolean;
  /**
   * It has a second channel, on its descriptor 4, for a thread of its own: called with each line from there.
   */
  readonly lines?: ((line: string) => void) | undefined;
  /** Called with its messages that have a `kind`; a workload may send others. */
  received(message: { readonly kind: string }): void;
  /** Called with its output, as it arrives. */
  output?: ((text: string) => void) | undefined;
}

/** What runs a process under strace, which writes a table of the system calls of all its threads. */
export const straceTo = (file: string): readonly string[] => ['strace', '-f', '-c', '-o', file];

export interface Ending {
  /** In words: `SIGKILL`, `exit code 7`, or why it could not be started. */
  readonly how: string;
  readonly signal?: NodeJS.Signals | undefined;
  readonly code?: number | undefined;
  /** The last line that it printed, or the one that names an error. */
  readonly lastWords?: string | undefined;
}

export interface Child {
  /** Of the process that runs the module, as far as that is known; `undefined` if none could be started. */
  readonly pid: number | undefined;
  /** Resolves when it has ended, with its whole group, and its messages and output have been read. */
  readonly ended: Promise<Ending>;
  /** @throws Error if the message cannot be copied to another process. */
  send(message: object): void;
  /** Sends a line over its second channel. */
  write(line: string): void;
  /**
   * It has reported who it is: the process that was started may only have started it. Without effect for
   * one that this one has not started, which is not for it to end.
   */
  lead(pid: number): void;
  /** Sends a signal to the process that runs the module, and to no other. */
  signal(name: NodeJS.Signals): void;
  /** Ends it, and everything that it has started and that has not left its group. */
  kill(): void;
}

/**
 * Starts it. A failure is reported as the way it ended.
 * @throws Error if it cannot be placed on its CPUs.
 */
export function startChild(options: ChildOptions): Child {
  const { lines, received, output } = options;
  const child = launch(options);
  const group = createGroup(child.pid);
  const printed = keepOutput(child, output);
  const channel = child.stdio[4] as Duplex | undefined;
  // It ends with the process, which is reported by `ended`. The reader of lines passes an error on.
  channel?.on('error', () => {});
  if (channel && lines)
    createInterface({ input: channel })
      .on('line', lines)
      .on('error', () => {});
  child.on('message', (message: unknown) => {
    if (typeof (message as { kind?: unknown } | null)?.kind === 'string')
      received(message as { kind: string });
  });
  let giveUp: (ending: Ending) => void;
  const ended = new Promise<Ending>((resolve) => {
    giveUp = resolve;
    child.on('error', (error) => child.pid === undefined && resolve({ how: error.message }));
    child.once('exit', async (code, signal) => {
      group.end();
      await readToTheEnd(child);
      resolve({
        how: signal ?? `exit code ${code}`,
        signal: signal ?? undefined,
        code: code ?? undefined,
        lastWords: lastWords(printed()),
      });
    });
  });
  return {
    get pid() {
      return group.runs ?? child.pid;
    },
    ended,
    // A process that has ended receives nothing, which is no error: `ended` reports it.
    send: (message) => void child.send(message, () => {}),
    write: (line) => void channel?.write(`${line}\n`),
    lead: group.lead,
    signal: (name) => void (group.runs === undefined ? child.kill(name) : signalTo(group.runs, name)),
    kill() {
      group.kill();
      child.kill('SIGKILL');
      void within(KILL_LIMIT_MS, ended).then(() => giveUp({ how: 'the system does not end it' }));
    },
  };
}

function launch({ module, words = [], under = [], place = {}, ignoresOutput, lines }: ChildOptions) {
  const [execPath, ...before] = [...(place.launcher ?? []), ...under];
  const launched =
    execPath === undefined ? {} : { execPath, execArgv: [...before, process.execPath, ...process.execArgv] };
  const stdout = ignoresOutput ? 'ignore' : 'pipe';
  return onCpus(place.cpus, () =>
    fork(fileURLToPath(module), words, {
      stdio: ['ignore', stdout, 'pipe', 'ipc', ...(lines ? (['pipe'] as const) : [])],
      serialization: 'advanced',
      ...launched,
    }),
  );
}

/** Passes on what it prints, and returns the last of that. */
function keepOutput(child: ChildProcess, output: ChildOptions['output']): () => string {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-KEPT_OUTPUT);
      output?.(text);
    });
  }
  return () => printed;
}

/** Returns whether there is such a process, or group. */
function signalTo(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** The process groups of a child: the one that it leads, and that of the process that it has started. */
function createGroup(first: number | undefined) {
  const leaders = new Map<number, () => void>();
  let runs: number | undefined;
  const add = (pid: number) => void leaders.set(pid, guard(pid));
  if (first !== undefined) add(first);
  return {
    /** The process that the first one has started, if it has. */
    get runs() {
      return runs;
    },
    lead(pid: number) {
      if (first === undefined || leaders.has(pid) || !(Number.isInteger(pid) && isInTree(pid, first))) return;
      runs = pid;
      add(pid);
    },
    kill() {
      // One without a group (yet) is ended alone.
      for (const pid of leaders.keys()) signalTo(-pid, 'SIGKILL') || signalTo(pid, 'SIGKILL');
    },
    end() {
      for (const pid of leaders.keys()) signalTo(-pid, 'SIGKILL');
      for (const forget of leaders.values()) forget();
      leaders.clear();
    },
  };
}

/** Waits until the pipes and the channel are empty, as long as that may take, and leaves them. */
async function readToTheEnd(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  const disconnected = child.connected && new Promise((resolve) => child.once('disconnect', resolve));
  await within(OUTPUT_LIMIT_MS, Promise.all([closed, disconnected]));
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (child.connected) child.disconnect();
}

/** The line of a printed error that has its message. */
function lastWords(printed: string): string | undefined {
  // V8 prints its fatal errors in a frame.
  const lines = printed.split('\n').map((line) => line.replace(/^#\s*/, '').trim());
  return (
    lines.find((line) => /^(?:(?:\w*Error|FATAL ERROR)\b.*:|Fatal (?:error|process)\b)/.test(line)) ??
    lines.findLast((line) => line !== '' && !/^Node\.js v/.test(line))
  );
}
