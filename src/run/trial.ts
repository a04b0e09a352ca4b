/** One trial, seen from outside: a fresh process, a limit on its time, and what came of it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UnsupportedError } from '../operations.ts';
import { formatDuration } from '../quantity.ts';
import type { CellSpec, TrialRecord } from '../result.ts';
import type { CellMessage } from './cell.main.ts';
import type { CellResult, TrialPlan } from './cell.ts';
import { type MachineReading, machineBetween, readMachine } from './machine-usage.ts';
import type { Peer, PeerUsage } from './peers.ts';

const CELL_MAIN = fileURLToPath(new URL('./cell.main.js', import.meta.url));
const LEAVE_LIMIT_MS = 3_000;
const KEPT_OUTPUT = 2_000;
/** Node's timers ring at once if they are set further ahead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A request that fails with a code of its own each time has as many codes as requests. */
const CODES_NAMED = 5;

export interface TrialOptions {
  readonly peers: readonly Peer[];
  readonly timeLimitNs: number;
  readonly signal: AbortSignal;
  /** Runs it under `strace -f -c`, which writes its table there. */
  readonly tracedTo?: string;
  /** What the measured process prints, as it comes. */
  output?(text: string): void;
}

/** Measures one trial in a process of its own. Nothing if it was interrupted. */
export async function runTrial(plan: TrialPlan, options: TrialOptions): Promise<TrialRecord | undefined> {
  const traced = options.tracedTo === undefined ? {} : { execPath: 'strace', execArgv: ['-f', '-c', '-o', options.tracedTo, process.execPath] };
  const child = fork(CELL_MAIN, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'advanced', ...traced });
  const usage = peerUsage(options.peers);
  const machine: Partial<Record<'open' | 'closed', MachineReading>> = {};
  const outcome = await outcomeOf(child, plan, options, (phase) => {
    machine[phase] = readMachine();
    usage.turned(phase);
  });
  if (outcome.kind === 'interrupted') return undefined;
  const { cell, trial } = plan;
  if (outcome.kind === 'unsupported') return { kind: 'trial', cell, trial, status: 'unsupported', reason: outcome.reason };
  if (outcome.kind !== 'measured') {
    const gone = options.peers.find(({ ending }) => ending !== undefined);
    return failedTrial(cell, trial, gone?.ending ?? outcome.reason);
  }
  const { result } = outcome;
  const ending = options.peers.find(({ ending }) => ending !== undefined)?.ending;
  if (result.completed === 0 && isAllUnsupported(result)) {
    return { kind: 'trial', cell, trial, status: 'unsupported', reason: result.firstFailure ?? 'its operations are not there on this system' };
  }
  if (result.completed === 0 || ending) {
    const reason = ending ?? nothingCompleted(result);
    return { ...failedTrial(cell, trial, reason), errors: result.errors };
  }
  const peers = await usage.read();
  const whole = machine.open && machine.closed && machineBetween(machine.open, machine.closed, { ...result, peers });
  return { kind: 'trial', cell, trial, status: 'measured', ...result, peers, ...(whole ? { machine: whole } : {}) };
}

function nothingCompleted({ failed, errors, firstFailure, windowNs, conservation }: CellResult): string {
  const { due = 0, drained = 0, failedDraining = 0 } = conservation ?? {};
  if (failed + failedDraining > 0) {
    const first = firstFailure === undefined ? '' : `, the first: ${firstFailure}`;
    return `none of ${failed + failedDraining} requests ended well (${counted(errors)})${first}`;
  }
  return `no request ended within the window of ${formatDuration(windowNs)} (${due} were due in it, and ${drained} ended later): measure for longer (--duration)`;
}

/** No request could be made for what it asks for: that is no failure of this system's. */
function isAllUnsupported({ errors }: CellResult): boolean {
  const codes = Object.keys(errors);
  return codes.length > 0 && codes.every((code) => code === UnsupportedError.name);
}

/** The most frequent codes, and how many there are besides. */
function counted(errors: CellResult['errors']): string {
  const codes = Object.entries(errors).sort(([, a], [, b]) => b - a);
  const named = codes.slice(0, CODES_NAMED).map(([code, count]) => `${count} x ${code}`);
  const besides = codes.length - named.length;
  return [...named, ...(besides > 0 ? [`and ${besides} codes more`] : [])].join(', ');
}

export const failedTrial = (cell: CellSpec, trial: number, reason: string) => ({ kind: 'trial', cell, trial, status: 'failed', reason }) as const;

type Outcome = { kind: 'measured'; result: CellResult } | { kind: 'failed' | 'unsupported'; reason: string } | { kind: 'interrupted' };

function outcomeOf(child: ChildProcess, plan: TrialPlan, options: TrialOptions, turned: (phase: 'open' | 'closed') => void): Promise<Outcome> {
  const { timeLimitNs, signal, output } = options;
  return new Promise((resolve) => {
    let outcome: Outcome | undefined;
    let printed = '';
    const finish = (reached: Outcome) => {
      outcome ??= reached;
    };
    const kill = (reached: Outcome) => {
      finish(reached);
      child.kill('SIGKILL');
    };
    const interrupt = () => kill({ kind: 'interrupted' });
    const sendPlan = () => {
      try {
        child.send(plan);
      } catch (error) {
        // What `prepare` returned cannot be copied to another process.
        kill({ kind: 'failed', reason: `prepare failed: ${error instanceof Error ? error.message : String(error)}` });
      }
    };
    const late = () => kill({ kind: 'failed', reason: `it did not end within ${formatDuration(timeLimitNs)}` });
    let limit = setTimeout(late, Math.min(timeLimitNs / 1e6, LONGEST_TIMER_MS));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed = (printed + text).slice(-KEPT_OUTPUT);
        output?.(text);
      });
    }
    child.on('message', (message: CellMessage) => {
      if (message.kind === 'ready') return sendPlan();
      if (message.kind === 'turned') return turned(message.phase);
      finish(message);
      clearTimeout(limit);
      limit = setTimeout(() => child.kill('SIGKILL'), LEAVE_LIMIT_MS);
    });
    child.once('close', (code, killedBy) => {
      clearTimeout(limit);
      signal.removeEventListener('abort', interrupt);
      // A Ctrl-C reaches the measured process too, perhaps before this one.
      if (killedBy === 'SIGINT') finish({ kind: 'interrupted' });
      const why = lastWords(printed);
      resolve(outcome ?? { kind: 'failed', reason: `the measured process ended (${killedBy ?? `exit code ${code}`})${why ? `: ${why}` : ''}` });
    });
    child.once('error', (error) => finish({ kind: 'failed', reason: error.message }));
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt);
  });
}

/** The line of an error's print that says what it was. */
function lastWords(printed: string): string | undefined {
  const lines = printed.split('\n').map((line) => line.trim());
  return lines.find((line) => /^(?:\w*Error|FATAL ERROR)\b.*:/.test(line)) ?? lines.findLast((line) => line !== '' && !/^Node\.js v/.test(line));
}

/** What each peer used between the window's opening and its closing, by its own account. */
function peerUsage(peers: readonly Peer[]) {
  const asked: Partial<Record<'open' | 'closed', Promise<(PeerUsage | undefined)[]>>> = {};
  return {
    turned(phase: 'open' | 'closed') {
      asked[phase] = Promise.all(peers.map((peer) => peer.usage()));
    },
    async read(): Promise<PeerUsage[]> {
      const [before = [], after = []] = await Promise.all([asked.open, asked.closed]);
      return after.flatMap((last, index) => {
        const first = before[index];
        return first && last ? [{ name: last.name, cpuNs: last.cpuNs - first.cpuNs, wallNs: last.wallNs - first.wallNs }] : [];
      });
    },
  };
}
