/** One trial, seen from outside: a fresh process, a limit on its time, and what came of it. */
import { UnsupportedError } from '../operations.ts';
import { formatDuration } from '../quantity.ts';
import type { CellSpec, TrialRecord } from '../result.ts';
import type { CellMessage } from './cell.main.ts';
import type { CellResult, TrialPhase, TrialPlan } from './cell.ts';
import { startChild } from './child.ts';
import type { Fixture } from './fixtures.ts';
import { type MachineReading, machineBetween, readMachine } from './machine-usage.ts';
import { peerUsage, USAGE_LIMIT_MS } from './peer-usage.ts';
import { within } from './within.ts';

const CELL_MAIN = new URL('./cell.main.js', import.meta.url);
const LEAVE_LIMIT_MS = 3_000;
/** What arrived while this process itself was stopped is read before anything is late. */
const READ_FIRST_MS = 50;
/** A Ctrl-C may reach the measured process before this one, as long as it has no group of its own. */
const INTERRUPT_LIMIT_MS = 100;
/** Node's timers ring at once if they are set further ahead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A request that fails with a code of its own each time has as many codes as requests. */
const CODES_NAMED = 5;

export interface TrialOptions {
  readonly fixture: Pick<Fixture, 'peers' | 'ending'>;
  readonly timeLimitNs: number;
  readonly signal: AbortSignal;
  /** Runs it under `strace -f -c`, which writes its table there. */
  readonly tracedTo?: string;
  /** What the measured process prints, as it comes. */
  output?(text: string): void;
}

/** Measures one trial in a process of its own. `undefined` if it was interrupted. */
export async function runTrial(plan: TrialPlan, options: TrialOptions): Promise<TrialRecord | undefined> {
  const { fixture } = options;
  const usage = peerUsage(fixture.peers);
  const machine: Partial<Record<'open' | 'closed', MachineReading>> = {};
  const outcome = await outcomeOf(plan, options, (phase) => {
    machine[phase] = readMachine();
    usage.turned(phase);
  });
  if (outcome.kind === 'interrupted') return undefined;
  const { cell, trial } = plan;
  if (outcome.kind === 'unsupported') return { kind: 'trial', cell, trial, status: 'unsupported', reason: outcome.reason };
  if (outcome.kind !== 'measured') return failedTrial(cell, trial, fixture.ending ?? outcome.reason);
  const { result } = outcome;
  if (result.completed === 0 && isAllUnsupported(result)) {
    return { kind: 'trial', cell, trial, status: 'unsupported', reason: result.firstFailure ?? 'its operations are not there on this system' };
  }
  if (result.completed === 0 || fixture.ending) {
    const reason = fixture.ending ?? nothingCompleted(result);
    return { ...failedTrial(cell, trial, reason), errors: result.errors };
  }
  const { peers, silent } = await usage.read();
  // What a peer used and did not report would count as other processes' use.
  const { open, closed } = machine;
  const whole = silent.length === 0 && open && closed && machineBetween(open, closed, { ...result, peers });
  const notes = [...result.notes, ...outcome.notes, ...silent.map(silence)];
  return { kind: 'trial', cell, trial, status: 'measured', ...result, peers, ...(whole ? { machine: whole } : {}), notes };
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
const silence = (name: string) =>
  `the peer ${name} did not report within ${formatDuration(USAGE_LIMIT_MS * 1e6)} what CPU time it had used: it may have been stopped`;

/** The most frequent codes, and how many there are besides. */
function counted(errors: CellResult['errors']): string {
  const codes = Object.entries(errors).sort(([, a], [, b]) => b - a);
  const named = codes.slice(0, CODES_NAMED).map(([code, count]) => `${count} x ${code}`);
  const besides = codes.length - named.length;
  return [...named, ...(besides > 0 ? [`and ${besides} codes more`] : [])].join(', ');
}

export const failedTrial = (cell: CellSpec, trial: number, reason: string) => ({ kind: 'trial', cell, trial, status: 'failed', reason }) as const;

type Outcome =
  | { kind: 'measured'; result: CellResult; notes: readonly string[] }
  | { kind: 'failed' | 'unsupported'; reason: string }
  | { kind: 'interrupted' };

const DOING: Readonly<Record<TrialPhase, string>> = {
  starting: 'it was starting',
  connecting: 'it was connecting, and no request had ended',
  'warming up': 'it was warming up',
  measuring: 'it was measuring',
  draining: 'it was draining, with requests in flight',
  leaving: 'it was leaving',
};
const NOT_LEFT = `the measured process did not end by itself within ${LEAVE_LIMIT_MS / 1000} s after measuring, and was killed while it disconnected`;

/** Runs the measured process to its end, whatever that is, for as long as it may take. */
async function outcomeOf(plan: TrialPlan, options: TrialOptions, turned: (phase: 'open' | 'closed') => void): Promise<Outcome> {
  const { timeLimitNs, signal, output, tracedTo } = options;
  const limit = createLimit();
  const notes: string[] = [];
  let outcome: Outcome | undefined;
  let phase: TrialPhase = 'starting';
  const received = (message: CellMessage) => {
    if (message.kind === 'ready') return begin(message.pid);
    if (message.kind === 'reached') phase = message.phase;
    else if (message.kind === 'turned') {
      phase = message.phase === 'open' ? 'measuring' : 'draining';
      turned(message.phase);
    } else leave(message.kind === 'measured' ? { ...message, notes } : message);
  };
  const under = tracedTo === undefined ? undefined : { program: 'strace', words: ['-f', '-c', '-o', tracedTo] };
  const child = startChild({ module: CELL_MAIN, under, received: (message) => received(message as CellMessage), output });
  const kill = (reached: Outcome) => {
    outcome ??= reached;
    child.kill();
  };
  const begin = (pid: number) => {
    child.lead(pid);
    try {
      child.send(plan);
    } catch (error) {
      // What `prepare` returned cannot be copied to another process.
      kill({ kind: 'failed', reason: `prepare failed: ${error instanceof Error ? error.message : String(error)}` });
    }
  };
  const leave = (reached: Outcome) => {
    phase = 'leaving';
    outcome ??= reached;
    limit.set(LEAVE_LIMIT_MS, () => {
      notes.push(NOT_LEFT);
      child.kill();
    });
  };
  const interrupt = () => kill({ kind: 'interrupted' });
  limit.set(timeLimitNs / 1e6, () => kill({ kind: 'failed', reason: lateReason(timeLimitNs, phase) }));
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt);
  const { how, signal: killedBy, lastWords } = await child.ended;
  limit.clear();
  if (killedBy === 'SIGINT') await within(INTERRUPT_LIMIT_MS, aborted(signal));
  signal.removeEventListener('abort', interrupt);
  return outcome ?? { kind: 'failed', reason: `the measured process ended (${how}) while ${DOING[phase]}${lastWords ? `: ${lastWords}` : ''}` };
}

const lateReason = (timeLimitNs: number, phase: TrialPhase) =>
  `it did not end within ${formatDuration(timeLimitNs)}: ${DOING[phase]} (--time-limit gives it longer)`;

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A limit on something, which may be set anew for what comes next. */
function createLimit() {
  let timer: NodeJS.Timeout | undefined;
  const clear = () => clearTimeout(timer);
  return {
    clear,
    set(limitMs: number, late: () => void) {
      clear();
      const readFirst = () => {
        timer = setTimeout(late, READ_FIRST_MS);
      };
      timer = setTimeout(readFirst, Math.min(limitMs, LONGEST_TIMER_MS));
    },
  };
}
